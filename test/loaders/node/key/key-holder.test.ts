// A key that is held: when it is read again, what happens when that fails, who is told, and that nothing becomes a storm (G13, G18).
import fc from 'fast-check';
import { isKeyReport } from '../../../../contract/watch';
import { ErrorClass, LoaderError, type Rotation } from '../../../../loaders/node';
import { Unreachable } from '../../../../loaders/node/key/key-source';
import { FakeTime, settled } from './support/fake-time';
import { API_SECRET, heldKey, NAME, ScriptedSource, versionId } from './support/held-keys';
import { holderOf } from './support/holders';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ONE = versionId(1);
const TWO = versionId(2);
const down = () => {
  throw new Unreachable('SECRET_UNREADABLE', 'secret: Secrets Manager does not give it (TimeoutError)');
};
const start = (next: ConstructorParameters<typeof ScriptedSource>[0] = () => heldKey(ONE), settings = {}) => {
  const source = new ScriptedSource(next);
  return { source, ...holderOf(source, heldKey(ONE), settings) };
};

describe('in the background', () => {
  test.each([
    [0, 0.8],
    [0.5, 0.9],
    [1, 1],
  ])('with %d from chance, it is read after %d of a tenth of the overlap', async (random, part) => {
    const { source, time, holder } = start(undefined, { random: () => random, overlapHours: 24 });
    const interval = 2.4 * HOUR * part;
    await time.advance(interval - 1);
    expect(source.reads).toBe(0);
    await time.advance(1);
    expect(source.reads).toBe(1);
    await time.advance(interval - 1);
    expect(source.reads).toBe(1);
    await time.advance(1);
    expect(source.reads).toBe(2);
    await holder.close();
  });

  test('no timer keeps the process alive, and none is left after the end', async () => {
    const { time, holder } = start();
    expect(time.pending.length).toBeGreaterThan(0);
    expect(time.pending.every(({ quiet }) => quiet)).toBe(true);
    await holder.close();
    expect(time.pending).toEqual([]);
  });

  test('another version is swapped in as a whole; before and after it, current is one key', async () => {
    const { source, time, holder, infos } = start(() => heldKey(TWO, { apiSecret: 'OTHER', passphrase: 'PHRASE' }));
    const before = holder.current;
    await time.advance(3 * HOUR);
    expect(source.reads).toBe(1);
    expect(before.apiSecret).toBe(API_SECRET);
    const { keyVersion, apiSecret, passphrase } = holder.current;
    expect([keyVersion, apiSecret, passphrase]).toEqual([TWO, 'OTHER', 'PHRASE']);
    expect(infos).toEqual(['KEY_ROTATED']);
    await holder.close();
  });

  test('current does no input or output', async () => {
    const { source, holder } = start();
    const seen = new Set(Array.from({ length: 100_000 }, () => holder.current));
    expect(seen.size).toBe(1);
    expect(source.reads).toBe(0);
    await holder.close();
  });
});

describe('Secrets Manager is down', () => {
  test('for 10 minutes: the key stays, one warning, a few reads; then the new version is taken', async () => {
    const { source, time, holder, warnings, infos } = start(down, { random: () => 0 });
    await time.advance(1.92 * HOUR + 10 * MINUTE);
    expect(holder.current.keyVersion).toBe(ONE);
    // 1, 2, 4, … 512 s
    expect(source.reads).toBe(10);
    expect(warnings.map(({ code }) => code)).toEqual(['SECRET_UNREADABLE']);
    source.next = () => heldKey(TWO);
    await time.advance(18 * MINUTE);
    expect(holder.current.keyVersion).toBe(TWO);
    expect(infos).toEqual(['KEY_READ_AGAIN', 'KEY_ROTATED']);
    await holder.close();
  });

  test('for a month: about as many reads as on any other', async () => {
    const { source, time, holder, warnings } = start(down, { random: () => 0 });
    await time.advance(30 * 24 * HOUR);
    expect(source.reads).toBeLessThan((30 * 24) / 1.92 + 14);
    expect(warnings).toHaveLength(1);
    expect(holder.current.keyVersion).toBe(ONE);
    await holder.close();
  });

  test('a source that never answers is given up after 20 s, and asked again', async () => {
    const { source, time, holder, warnings } = start(() => new Promise(() => {}), { random: () => 0 });
    await time.advance(1.92 * HOUR + 19_999);
    expect(warnings).toEqual([]);
    await time.advance(1);
    expect(warnings).toEqual([
      { code: 'SECRET_UNREADABLE', message: expect.stringContaining('no answer within 20 s') },
    ]);
    expect(source.signal?.aborted).toBe(true);
    source.next = () => heldKey(TWO);
    await time.advance(1_000);
    expect(holder.current.keyVersion).toBe(TWO);
    await holder.close();
  });

  test.each([
    [
      'an error that nobody foresaw',
      () => {
        throw new TypeError(`${API_SECRET} is not a function`);
      },
    ],
    [
      'something that is no error',
      () => {
        throw API_SECRET;
      },
    ],
  ])('%s is told without its words', async (_, next) => {
    const { holder, warnings } = start(next);
    const error = await holder.refresh().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(LoaderError);
    expect(error.code).toBe('SECRET_UNREADABLE');
    expect(JSON.stringify([error.message, error.stack, warnings])).not.toContain(API_SECRET);
    expect(holder.current.keyVersion).toBe(ONE);
    await holder.close();
  });

  test('each kind of failure is told once, and again after a success', async () => {
    const { source, holder, warnings } = start(down);
    const fail = () => holder.refresh().catch(() => {});
    const told = () => warnings.map(({ code }) => code);
    await fail();
    await fail();
    source.next = () => {
      throw new LoaderError('KEY_OF_OTHER_WORKLOAD', 'secret: the key is another one');
    };
    await fail();
    await fail();
    expect(told()).toEqual(['SECRET_UNREADABLE', 'KEY_OF_OTHER_WORKLOAD']);
    expect(holder.current.keyName).toBe(NAME);
    source.next = () => heldKey(ONE);
    await holder.refresh();
    source.next = down;
    await fail();
    expect(told()).toEqual(['SECRET_UNREADABLE', 'KEY_OF_OTHER_WORKLOAD', 'SECRET_UNREADABLE']);
    await holder.close();
  });
});

describe('one read at a time', () => {
  test('1000 callers share it, of every kind', async () => {
    let give = (_key: ReturnType<typeof heldKey>) => {};
    const { source, holder } = start(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    const calls = Array.from({ length: 1000 }, (_, index) =>
      index % 2 ? holder.refresh() : holder.refused(ErrorClass.KEY_UNKNOWN, ONE),
    );
    await settled();
    expect(source.reads).toBe(1);
    give(heldKey(TWO));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['changed']));
    expect(source.reads).toBe(1);
    await holder.close();
  });

  test('and share its failure; those who were refused keep the key they have', async () => {
    const { source, holder } = start(async () => {
      await settled();
      return down();
    });
    const refreshes = Array.from({ length: 100 }, () => holder.refresh().catch(({ code }) => code));
    const refusals = Array.from({ length: 100 }, () => holder.refused(ErrorClass.SIGNATURE, ONE));
    expect(new Set(await Promise.all(refreshes))).toEqual(new Set(['SECRET_UNREADABLE']));
    expect(new Set(await Promise.all(refusals))).toEqual(new Set(['unchanged']));
    expect(source.reads).toBe(1);
    await holder.close();
  });
});

describe('no storm', () => {
  const refuseFor = async (hours: number, errorClass: ErrorClass, next: () => ReturnType<typeof heldKey>) => {
    const { source, time, holder, warnings } = start(next, { random: () => 1 });
    for (let second = 0; second < hours * 3600; second += 5) {
      await holder.refused(errorClass, holder.current.keyVersion);
      time.set(time.now() + 5_000);
    }
    await holder.close();
    return { reads: source.reads, warnings: warnings.map(({ code }) => code) };
  };

  test.each([ErrorClass.IP_NOT_ALLOWED, ErrorClass.PERMISSION, ErrorClass.CLOCK_SKEW, ErrorClass.RATE_LIMIT])(
    '%s for a day: not one read',
    async (errorClass) => {
      expect(await refuseFor(24, errorClass, () => heldKey(ONE))).toEqual({ reads: 0, warnings: [] });
    },
  );

  test('KEY_UNKNOWN every 5 s for a day, and no other version: at most 17 reads, one warning', async () => {
    const { reads, warnings } = await refuseFor(24, ErrorClass.KEY_UNKNOWN, () => heldKey(ONE));
    expect(reads).toBeLessThanOrEqual(17);
    expect(warnings).toEqual(['KEY_REFUSED_AND_CURRENT']);
  });

  test('the same while Secrets Manager is down', async () => {
    const { reads, warnings } = await refuseFor(24, ErrorClass.KEY_UNKNOWN, down);
    expect(reads).toBeLessThanOrEqual(14 + 10);
    expect(warnings).toEqual(['SECRET_UNREADABLE']);
  });

  test.each([ErrorClass.KEY_UNKNOWN, ErrorClass.AMBIGUOUS_AUTH])(
    '%s for a day while a service that lags gives two versions in turn: reads stay as few',
    async (errorClass) => {
      let read = 0;
      const { reads } = await refuseFor(24, errorClass, () => heldKey(++read % 2 ? TWO : ONE));
      expect(reads).toBeLessThanOrEqual(1 + 17);
    },
  );

  test('a clock that was set back by an hour shortens no pause after failures', async () => {
    const { source, time, holder } = start();
    await holder.refused(ErrorClass.KEY_UNKNOWN, ONE);
    source.next = down;
    time.set(time.now() - HOUR);
    for (let second = 0; second < 1_800; second++) {
      await holder.refused(ErrorClass.KEY_UNKNOWN, ONE);
      time.set(time.now() + 1_000);
    }
    // 1, 2, 4, … 1024 s
    expect(source.reads).toBeLessThanOrEqual(1 + 11);
    await holder.close();
  });

  test('nor when one version comes with other values every time', async () => {
    let read = 0;
    const { reads } = await refuseFor(24, ErrorClass.SIGNATURE, () => heldKey(ONE, { apiSecret: `OTHER-${++read}` }));
    expect(reads).toBeLessThanOrEqual(17);
  });

  test('a version that comes back days later, because a person rolled back, is taken like a new one', async () => {
    let version = ONE;
    const { source, time, holder } = start(() => heldKey(version), { random: () => 1 });
    for (const next of [TWO, ONE, TWO]) {
      await time.advance(12 * HOUR);
      version = next;
      const before = source.reads;
      expect(await holder.refused(ErrorClass.KEY_UNKNOWN, holder.current.keyVersion)).toBe('changed');
      expect(await holder.refused(ErrorClass.KEY_UNKNOWN, holder.current.keyVersion)).toBe('unchanged');
      expect(source.reads).toBe(before + 2);
    }
    await holder.close();
  });

  test('AMBIGUOUS_AUTH for a day: one read', async () => {
    const { reads } = await refuseFor(24, ErrorClass.AMBIGUOUS_AUTH, () => heldKey(ONE));
    expect(reads).toBe(1);
  });
});

describe('the end', () => {
  test('during a read: its key is not taken over, everybody is told, nothing goes on', async () => {
    let give = (_key: ReturnType<typeof heldKey>) => {};
    const { source, time, holder, lines, warnings } = start(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    const listener = jest.fn();
    holder.onRotate(listener);
    const refresh = holder.refresh().catch(({ code }) => code);
    const refused = holder.refused(ErrorClass.KEY_UNKNOWN, ONE);
    await settled();
    const end = holder.close();
    give(heldKey(TWO));
    await end;
    expect([await refresh, await refused]).toEqual(['LOADER_CLOSED', 'unchanged']);
    expect(() => holder.current).toThrow(expect.objectContaining({ code: 'LOADER_CLOSED' }));
    await expect(holder.refresh()).rejects.toMatchObject({ code: 'LOADER_CLOSED' });
    expect(await holder.refused(ErrorClass.KEY_UNKNOWN, ONE)).toBe('unchanged');
    await holder.close();
    await time.advance(10 * HOUR);
    expect([source.reads, source.signal?.aborted, lines.length, listener.mock.calls.length]).toEqual([1, true, 1, 0]);
    expect(time.pending).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('by the hand of a listener, in the middle of a swap', async () => {
    const { time, holder } = start(() => heldKey(TWO));
    holder.onRotate(() => holder.close());
    expect(await holder.refresh()).toBe('changed');
    await settled();
    expect(time.pending).toEqual([]);
    expect(() => holder.current).toThrow(LoaderError);
  });

  test('of a block with using', async () => {
    const { holder } = start();
    await holder[Symbol.asyncDispose]();
    expect(() => holder.current).toThrow(LoaderError);
    const other = start().holder;
    other[Symbol.dispose]();
    expect(() => other.current).toThrow(LoaderError);
  });
});

describe('listeners', () => {
  test('are told both versions after the swap, no value, and not after they have left', async () => {
    const { source, holder } = start(() => heldKey(TWO, { passphrase: 'PHRASE' }));
    const told: [Rotation, string][] = [];
    const leave = holder.onRotate((rotation) => void told.push([rotation, holder.current.keyVersion]));
    const [before, after] = [heldKey(ONE), heldKey(TWO)];
    await holder.refresh();
    expect(told).toEqual([
      [
        {
          keyName: NAME,
          previous: { keyVersion: ONE, fingerprint: before.fingerprint },
          current: { keyVersion: TWO, fingerprint: after.fingerprint },
        },
        TWO,
      ],
    ]);
    await holder.refresh();
    leave();
    leave();
    source.next = () => heldKey(versionId(3));
    await holder.refresh();
    expect(told).toHaveLength(1);
    await holder.close();
  });

  test('that throw harm nobody, and their words are not told', async () => {
    const { holder, warnings } = start(() => heldKey(TWO));
    const last = jest.fn();
    holder.onRotate(() => {
      throw new RangeError(API_SECRET);
    });
    holder.onRotate(() => Promise.reject(API_SECRET));
    holder.onRotate(last);
    expect(await holder.refresh()).toBe('changed');
    await settled();
    expect(last).toHaveBeenCalledTimes(1);
    expect(warnings.map(({ code }) => code)).toEqual(['ROTATION_LISTENER_FAILED', 'ROTATION_LISTENER_FAILED']);
    expect(JSON.stringify(warnings)).not.toContain(API_SECRET);
    expect(warnings[0].message).toContain('RangeError');
    await holder.close();
  });

  test('may be one function twice, and one that never settles', async () => {
    const { holder } = start(() => heldKey(TWO));
    const listener = jest.fn(() => new Promise<void>(() => {}));
    const leave = holder.onRotate(listener);
    holder.onRotate(listener);
    leave();
    await holder.refresh();
    expect(listener).toHaveBeenCalledTimes(1);
    await holder.close();
  });
});

describe('reports', () => {
  test('when the key is taken over, every hour, and for the new version from the swap on', async () => {
    const time = new FakeTime();
    const begin = time.now();
    const { source, holder, lines } = start(undefined, { time, random: () => 1 });
    await time.advance(2 * HOUR + 30 * MINUTE);
    source.next = () => heldKey(TWO);
    await holder.refresh();
    await time.advance(HOUR);
    const reports = lines.map((line) => JSON.parse(line));
    expect(reports.every(isKeyReport)).toBe(true);
    expect(reports.map(({ timestamp, keyVersion }) => [(timestamp - begin) / HOUR, keyVersion])).toEqual([
      [0, ONE],
      [1, ONE],
      [2, ONE],
      [2.5, TWO],
      [3.5, TWO],
    ]);
    await holder.close();
  });

  test('that an asynchronous sink loses are told once, and end nothing', async () => {
    const sink = jest.fn(async () => Promise.reject(new Error(API_SECRET)));
    const { holder, time, warnings } = holderOf(new ScriptedSource(() => heldKey(ONE)), heldKey(ONE), {
      records: sink,
    });
    await time.advance(2 * HOUR);
    expect(sink).toHaveBeenCalledTimes(3);
    expect(warnings.map(({ code }) => code)).toEqual(['RECORD_SINK_FAILED']);
    await holder.close();
  });

  test('are lines without a line break, and none for a key without a name', async () => {
    const { holder, lines } = start();
    expect(lines).toEqual([expect.stringMatching(/^\{"event":"exchange\.key",[^\n]*\}$/)]);
    await holder.close();
    const unnamed = holderOf(new ScriptedSource(() => heldKey(ONE)), heldKey(ONE, { keyName: undefined }));
    expect(unnamed.lines).toEqual([]);
    await unnamed.holder.close();
  });
});

test('whatever happens, in whatever order: the key is the last good one, reads stay few, warnings have no values', async () => {
  const classes = fc.constantFrom(...Object.values(ErrorClass));
  const event = fc.oneof(
    fc.record({ kind: fc.constant('refused' as const), errorClass: classes, stale: fc.boolean() }),
    fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.nat(3 * HOUR) }),
    fc.record({ kind: fc.constant('brings' as const), version: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('refresh' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (events, random) => {
        let held = 1;
        let next = 1;
        const { source, time, holder, warnings } = start(
          () => {
            if (next === 0) return down();
            held = next;
            return heldKey(versionId(next));
          },
          { random: () => random },
        );
        let waited = 0;
        let asked = 0;
        for (const one of events) {
          if (one.kind === 'brings') next = one.version;
          if (one.kind === 'wait') {
            waited += one.milliseconds;
            await time.advance(one.milliseconds);
          }
          if (one.kind === 'refresh') {
            asked += 1;
            await holder.refresh().catch(() => {});
          }
          if (one.kind === 'refused') {
            const before = [source.reads, holder.current.keyVersion];
            const used = one.stale ? versionId(9) : holder.current.keyVersion;
            const answer = await holder.refused(one.errorClass, used);
            if (answer === 'changed') expect(holder.current.keyVersion).not.toBe(used);
            else expect([holder.current.keyVersion]).toEqual([before[1]]);
          }
          expect(holder.current.keyVersion).toBe(versionId(held));
        }
        // Per interval of the background at most a row of retries and a row of reads in vain, for each change of what is brought.
        const changes = 1 + events.filter(({ kind }) => kind === 'brings').length + asked;
        expect(source.reads).toBeLessThanOrEqual(asked + waited / (1.92 * HOUR) + changes * 30);
        expect(JSON.stringify(warnings)).not.toContain(API_SECRET);
        await holder.close();
        expect(time.pending).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
