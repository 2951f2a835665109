// Timers that stood still, in a frozen function or on a sleeping machine: before it is used again, the key is read again and reported (G13, G18).
import fc from 'fast-check';
import { ErrorClass } from '../../../../loaders/node';
import { Unreachable } from '../../../../loaders/node/key/key-source';
import { settled } from './support/fake-time';
import { heldKey, ScriptedSource, versionId } from './support/held-keys';
import { holderOf } from './support/holders';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ONE = versionId(1);
const TWO = versionId(2);
const down = () => {
  throw new Unreachable('SECRET_UNREADABLE', 'secret: Secrets Manager does not give it (TimeoutError)');
};
const start = (next: ConstructorParameters<typeof ScriptedSource>[0] = () => heldKey(TWO), settings = {}) => {
  const source = new ScriptedSource(next);
  const held = holderOf(source, heldKey(ONE), settings);
  /** The wall clock goes on, and no timer fires. */
  const freeze = (milliseconds: number) => held.time.set(held.time.now() + milliseconds);
  const reported = () => held.lines.map((line) => JSON.parse(line).keyVersion);
  return { source, freeze, reported, ...held };
};
/** The read answers when the test says so. */
const slow = (settings = {}) => {
  let give = (_key: ReturnType<typeof heldKey>) => {};
  const next = () =>
    new Promise<ReturnType<typeof heldKey>>((resolve) => {
      give = resolve;
    });
  return { ...start(next, settings), give: (key: ReturnType<typeof heldKey>) => give(key) };
};

test('as long as reads come in time, it settles at once, and a thousand times cost nothing', async () => {
  const { source, holder, time, lines } = start(() => heldKey(ONE), { random: () => 1 });
  for (let call = 0; call < 1_000; call++) await holder.ready();
  await time.advance(2.4 * HOUR - 1);
  expect(holder.ready()).toBe(holder.ready());
  expect(source.reads).toBe(0);
  expect(lines).toHaveLength(3);
  await time.advance(1);
  await holder.ready();
  expect(source.reads).toBe(1);
  await holder.close();
});

test('after three days of sleep, the new version is there before the key is used, and it is the one that is reported', async () => {
  const { source, holder, time, freeze, reported } = start();
  freeze(3 * DAY);
  const calls = Array.from({ length: 100 }, () => holder.ready());
  expect(holder.current.keyVersion).toBe(ONE);
  await Promise.all(calls);
  expect(holder.current.keyVersion).toBe(TWO);
  expect(source.reads).toBe(1);
  expect(reported()).toEqual([ONE, TWO]);
  expect(time.pending.every(({ quiet }) => quiet)).toBe(true);
  await holder.close();
  expect(time.pending).toEqual([]);
});

test('the same version is reported again when the hour is over, once', async () => {
  const { source, holder, time, freeze, reported } = start(() => heldKey(ONE));
  freeze(HOUR + 1);
  await holder.ready();
  await holder.ready();
  expect(source.reads).toBe(0);
  expect(reported()).toEqual([ONE, ONE]);
  await time.advance(HOUR - 1);
  expect(reported()).toHaveLength(2);
  await time.advance(1);
  expect(reported()).toHaveLength(3);
  freeze(DAY);
  await holder.ready();
  expect([source.reads, reported().length]).toEqual([1, 4]);
  await holder.close();
});

test('a key of variables is never read again, and reported', async () => {
  const { source, holder, freeze, reported } = start(down);
  Object.assign(source, { fixed: 'deploy it again' });
  freeze(3 * DAY);
  await holder.ready();
  expect([source.reads, reported()]).toEqual([0, [ONE, ONE]]);
  await holder.close();
});

test('Secrets Manager is down after the sleep: the key stays, nothing is thrown, and it is asked again after each pause only', async () => {
  const { source, holder, time, freeze, warnings, reported } = start(down, { random: () => 0 });
  freeze(3 * DAY);
  await holder.ready();
  expect([source.reads, holder.current.keyVersion, reported()]).toEqual([1, ONE, [ONE, ONE]]);
  for (let call = 0; call < 100; call++) await holder.ready();
  expect(source.reads).toBe(1);
  await time.advance(1_000);
  expect(source.reads).toBe(2);
  source.next = () => heldKey(TWO);
  freeze(DAY);
  await holder.ready();
  expect([source.reads, holder.current.keyVersion]).toEqual([3, TWO]);
  expect(warnings.map(({ code }) => code)).toEqual(['SECRET_UNREADABLE']);
  await holder.close();
});

test('while timers run, an outage makes nobody wait', async () => {
  const { source, holder, time } = start(() => new Promise(() => {}), { random: () => 1 });
  await time.advance(2.4 * HOUR);
  for (let second = 0; second < 90; second++) {
    let isReady = false;
    void holder.ready().then(() => {
      isReady = true;
    });
    await Promise.resolve();
    expect(isReady).toBe(true);
    await time.advance(1_000);
  }
  expect(source.reads).toBeGreaterThan(2);
  await holder.close();
}, 30_000);

test('a read that never answers is waited for 7 s, and goes on', async () => {
  const { holder, time, freeze, reported, give } = slow();
  freeze(3 * DAY);
  let isReady = false;
  const ready = holder.ready().then(() => {
    isReady = true;
  });
  await time.advance(6_999);
  expect(isReady).toBe(false);
  await time.advance(1);
  expect(isReady).toBe(true);
  expect(reported()).toContain(ONE);
  give(heldKey(TWO));
  await settled();
  expect(holder.current.keyVersion).toBe(TWO);
  await ready;
  await holder.close();
});

test('a read that was frozen on its way is the one that is waited for', async () => {
  const { source, holder, time, freeze, give } = slow({ random: () => 0 });
  await time.advance(1.92 * HOUR);
  expect(source.reads).toBe(1);
  freeze(3 * DAY);
  const ready = holder.ready();
  give(heldKey(TWO));
  await ready;
  expect([source.reads, holder.current.keyVersion]).toEqual([1, TWO]);
  await holder.close();
});

test('a clock that was set back costs one read and one report', async () => {
  const { source, holder, time, freeze, reported } = start(() => heldKey(ONE));
  freeze(-365 * DAY);
  for (let call = 0; call < 10; call++) await holder.ready();
  expect([source.reads, reported().length]).toEqual([1, 2]);
  await time.advance(2.4 * HOUR);
  expect(source.reads).toBe(2);
  await holder.close();
});

test('a holder that is closed says so, also to who waits', async () => {
  const { holder, freeze } = start(() => new Promise(() => {}));
  freeze(3 * DAY);
  const waiting = holder.ready().catch(({ code }) => code);
  await settled();
  await holder.close();
  expect(await waiting).toBe('LOADER_CLOSED');
  await expect(holder.ready()).rejects.toMatchObject({ code: 'LOADER_CLOSED' });
});

test('whatever sleeps and answers there are: after ready, the key was read within the longest interval, or a read has just failed', async () => {
  const step = fc.record({
    sleep: fc.nat(5 * DAY),
    isAwake: fc.boolean(),
    isUp: fc.boolean(),
    refused: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      let isUp = true;
      let read = 0;
      let failed = 0;
      const { holder, time, source, freeze } = start(() => {
        if (!isUp) {
          failed = time.now();
          return down();
        }
        read = time.now();
        return heldKey(ONE);
      });
      read = time.now();
      for (const one of steps) {
        isUp = one.isUp;
        if (one.isAwake) await time.advance(one.sleep % DAY);
        else freeze(one.sleep);
        if (one.refused) await holder.refused(ErrorClass.KEY_UNKNOWN, ONE);
        await holder.ready();
        const longest = 2.4 * HOUR + 20_000;
        expect(Math.min(time.now() - read, time.now() - failed)).toBeLessThanOrEqual(longest);
        const { reads } = source;
        await holder.ready();
        expect(source.reads).toBe(reads);
      }
      await holder.close();
      expect(time.pending).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 60_000);
