// Which old versions workloads hold, as records and reports show it: what is stored, how often, and what a writer of the log cannot do.
import fc from 'fast-check';
import { CURRENT, PENDING } from '../../../contract/keys';
import {
  HEARTBEAT_EVENT,
  HEARTBEAT_ITEM,
  HEARTBEAT_KEY,
  type KeyReport,
  Outcome,
  versionItem,
} from '../../../contract/watch';
import { Refusal } from '../../../runtime/shared/refusal';
import type { Judgement } from '../../../runtime/watch/judge';
import { Memory } from '../../../runtime/watch/memory';
import { settle } from '../../../runtime/watch/settle';
import { largest } from './support/largest';
import { MemoryTable } from './support/memory-table';
import {
  DAY,
  HOUR,
  KEY,
  keyState,
  MINUTE,
  NOW,
  OTHER,
  PureWatch,
  quarantined,
  record,
  revoke,
  SPIKE,
  STRANGE,
  toldOf,
} from './support/pure-watch';
import { keyReport, VERSION } from './support/records';

const report = (changes: Partial<KeyReport> = {}) => keyReport({ timestamp: NOW, ...changes });

const PENDING_ID = VERSION.replace(/1$/, '4');
const CLOSED = VERSION.replace(/1$/, '5');
const ENDED = VERSION.replace(/1$/, '6');

/** A key in the middle of an overlap, with a version of every standing. */
async function watching(): Promise<PureWatch> {
  const watch = new PureWatch();
  const versions = {
    [VERSION]: [CURRENT],
    [OTHER]: ['AWSPREVIOUS', revoke(HOUR)],
    [PENDING_ID]: [PENDING],
    [ENDED]: [revoke(-3 * HOUR), quarantined(-2 * HOUR)],
  };
  watch.secrets.listed = [keyState({ versions })];
  watch.secrets.unlabelled = [CLOSED];
  return watch.read();
}

let watch: PureWatch;
let table: MemoryTable;
let memory: Memory;
beforeEach(async () => {
  watch = await watching();
  table = new MemoryTable();
  memory = new Memory();
});

const store = (judgement: Judgement, now = NOW) =>
  settle(judgement, { table: table.open, memory, learningMs: DAY, spikeFailures: SPIKE, now });
const take = async (records: readonly object[], now = NOW) => store(await watch.judge(records, now), now);
/** When each version was last held, before `NOW`. */
const held = () =>
  Object.fromEntries(
    [...table.items].flatMap(([id, { heldAt }]) => (heldAt === undefined ? [] : [[id.split('#')[1], heldAt - NOW]])),
  );
const writes = () => table.calls.filter((call) => call.startsWith('putHeld'));

describe('a key report', () => {
  test.each<[string, Partial<KeyReport>, string[]]>([
    ['of the current version', {}, []],
    ['of a version in its overlap', { keyVersion: OTHER }, []],
    ['of a version that waits for its promotion', { keyVersion: PENDING_ID }, ['UndeployedKeyUse']],
    ['of a version whose overlap has ended', { keyVersion: ENDED }, ['RetiredKeyUse']],
    ['of a version that was in its overlap then', { keyVersion: ENDED, timestamp: NOW - 4 * HOUR }, []],
    ['of a version that no label keeps', { keyVersion: CLOSED }, ['RetiredKeyUse']],
    ['of a version that nobody knows', { keyVersion: STRANGE }, ['UnknownKey']],
    ['of another exchange', { exchange: 'other' }, ['UnknownKey']],
    ['of a key that nobody knows', { keyName: 'prod-stranger-a' }, ['UnknownKey']],
    ['of another environment', { keyName: 'dev-trader-bot-a' }, ['UnknownKey']],
    ['of a clock that is wrong', { timestamp: NOW + DAY }, ['BadRecord']],
  ])('%s', async (_, changes, kinds) => {
    const judgement = await watch.judge([report(changes)]);
    expect(toldOf(judgement).map((one) => one.split(' ')[0])).toEqual(kinds);
    // it is no request, comes from no address and was refused by nobody
    const { requests, authFailures, pairs, spikes, unjudged } = judgement;
    expect([requests, authFailures, pairs.size, spikes.all(), unjudged]).toEqual([0, 0, 0, [], 0]);
  });

  test('has no address to say, and says which exchange', async () => {
    const [{ finding }] = (await watch.judge([report({ keyVersion: ENDED })])).found.all();
    expect(finding).toEqual({
      kind: 'RetiredKeyUse',
      keyName: KEY,
      subject: ENDED,
      at: NOW,
      detail: 'the overlap of the version has ended',
      keyVersion: ENDED,
      exchange: 'xxkk',
    });
  });

  test('is judged without the allowlist, and not without the registry', async () => {
    watch.networkRefusal = new Refusal('AWS_CALL_FAILED', 'no allowlist');
    const judged = await watch.judge([report({ keyVersion: OTHER })]);
    expect([judged.unjudged, judged.held.all()]).toEqual([0, [{ keyName: KEY, versionId: OTHER, at: NOW }]]);
    watch.ringRefusal = new Refusal('AWS_CALL_FAILED', 'no registry');
    const left = await watch.judge([report({ keyVersion: OTHER })]);
    expect([left.unjudged, left.refusal?.message, left.held.all()]).toEqual([1, 'no registry', []]);
  });
});

test('a heartbeat proves that reports are judged only where the registry could be read', async () => {
  const beat = { event: HEARTBEAT_EVENT, schema: 1, timestamp: NOW };
  const judgedAt = () => table.items.get(`${HEARTBEAT_KEY} ${HEARTBEAT_ITEM}`)?.judgedAt;
  await take([beat]);
  expect(judgedAt()).toBe(NOW);
  watch.ringRefusal = new Refusal('AWS_CALL_FAILED', 'no registry');
  await take([{ ...beat, timestamp: NOW + 1 }]);
  expect(judgedAt()).toBeUndefined();
});

describe('what is stored', () => {
  test('nothing of the current version: quiet traffic costs no write', async () => {
    await take([report(), record(), report({ timestamp: NOW - HOUR })]);
    expect(table.calls.filter((call) => /putHeld|version#/.test(call))).toEqual([]);
  });

  test('an old version that a request or a report names, in its overlap and after it', async () => {
    await take([
      record({ keyVersion: OTHER, timestamp: NOW - 5 }),
      report({ keyVersion: OTHER, timestamp: NOW - 7 }),
      record({ keyVersion: ENDED, timestamp: NOW - 9, outcome: Outcome.KEY_UNKNOWN }),
    ]);
    expect(held()).toEqual({ [OTHER]: -5, [ENDED]: -9 });
  });

  test('only versions that a label keeps, were in use, and are of this key and exchange', async () => {
    await take([
      report({ keyVersion: PENDING_ID }),
      report({ keyVersion: CLOSED }),
      report({ keyVersion: STRANGE }),
      report({ keyVersion: OTHER, exchange: 'other' }),
      report({ keyVersion: OTHER, keyName: 'prod-stranger-a' }),
      record({ keyVersion: STRANGE }),
    ]);
    expect(writes()).toEqual([]);
  });

  test('an ended version that cannot be confirmed: its record comes again, and it is held already', async () => {
    const { secretName } = keyState();
    watch.secrets.described.set(secretName, new Refusal('AWS_CALL_FAILED', 'no description'));
    const judgement = await watch.judge([report({ keyVersion: ENDED })]);
    expect(judgement.unjudged).toBe(1);
    await store(judgement);
    expect(held()).toEqual({ [ENDED]: 0 });
  });

  test('a version that was promoted since the list was read is current, the one before it is old', async () => {
    const promoted = keyState({ versions: { [VERSION]: [revoke(DAY)], [PENDING_ID]: [CURRENT] } });
    watch.secrets.described.set(promoted.secretName, promoted);
    await take([report({ keyVersion: PENDING_ID })]);
    expect(writes()).toEqual([]);
    await take([report({ keyVersion: VERSION })]);
    expect(held()).toEqual({ [VERSION]: 0 });
  });

  test('an old version that the list does not show yet', async () => {
    const newer = keyState({ versions: { [VERSION]: [CURRENT], [STRANGE]: [revoke(HOUR)] } });
    watch.secrets.described.set(newer.secretName, newer);
    await take([report({ keyVersion: STRANGE })]);
    expect(held()).toEqual({ [STRANGE]: 0 });
  });

  test('a flood of versions that nobody knows writes nothing', async () => {
    const flood = Array.from({ length: 3_000 }, (_, index) => {
      const keyVersion = String(index).padStart(32, 'e');
      return index % 2 === 0 ? report({ keyVersion }) : record({ keyVersion });
    });
    await take(flood);
    expect(writes()).toEqual([]);
  });

  test.each([
    ['a little', 5 * MINUTE],
    ['by years', 1_000 * DAY],
  ])('a clock that is ahead %s holds a version until now, and no longer', async (_, ahead) => {
    await take([report({ keyVersion: OTHER, timestamp: NOW + ahead })]);
    expect(held()).toEqual({ [OTHER]: 0 });
  });

  test('a clock that is far behind holds it at its own time', async () => {
    await take([report({ keyVersion: OTHER, timestamp: NOW - 100 * DAY })]);
    expect(held()).toEqual({ [OTHER]: -100 * DAY });
  });

  test('one write in ten minutes while the detector is warm', async () => {
    for (let minute = 0; minute < 30; minute++) {
      const now = NOW + minute * MINUTE;
      await take([record({ keyVersion: OTHER, timestamp: now }), report({ keyVersion: OTHER, timestamp: now })], now);
    }
    expect(writes()).toHaveLength(3);
    expect(held()).toEqual({ [OTHER]: 20 * MINUTE });
  });

  test('a write that failed is not taken for stored: the delivery is refused, and comes again', async () => {
    table.failure = { call: 'putHeld', error: new Refusal('AWS_CALL_FAILED', 'no table') };
    await expect(take([report({ keyVersion: OTHER })])).rejects.toThrow('no table');
    table.failure = undefined;
    await take([report({ keyVersion: OTHER })]);
    expect(held()).toEqual({ [OTHER]: 0 });
  });

  test('the memory of what is stored has an end', async () => {
    const ids = Array.from({ length: 20_010 }, (_, index) => String(index).padStart(32, 'd'));
    const remember = () => {
      for (const versionId of ids) memory.rememberHeld({ keyName: KEY, versionId, at: NOW });
    };
    expect(await largest('map', remember)).toBe(20_000);
  });
});

test('whatever the order and the batches: the stored time is the newest, to ten minutes where detectors stay warm', async () => {
  const one = fc.record({
    keyVersion: fc.constantFrom(VERSION, OTHER, ENDED, STRANGE),
    ago: fc.integer({ min: 0, max: 40 * HOUR }),
    isReport: fc.boolean(),
    ends: fc.boolean(),
  });
  const property = fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 30 }), fc.boolean(), async (all, warm) => {
    [watch, table, memory] = [await watching(), new MemoryTable(), new Memory()];
    let batch: object[] = [];
    for (const { keyVersion, ago, isReport, ends } of all) {
      const changes = { keyVersion, timestamp: NOW - ago };
      batch.push(isReport ? report(changes) : record(changes));
      if (!ends) continue;
      if (!warm) memory = new Memory();
      await take(batch);
      batch = [];
    }
    if (!warm) memory = new Memory();
    await take(batch);
    for (const version of [OTHER, ENDED]) {
      const times = all.flatMap(({ keyVersion, ago }) => (keyVersion === version ? [NOW - ago] : []));
      const stored = table.items.get(`${KEY} ${versionItem(version)}`)?.heldAt;
      if (times.length === 0) expect(stored).toBeUndefined();
      else if (!warm) expect(stored).toBe(Math.max(...times));
      else expect(Math.max(...times) - (stored ?? 0)).toBeLessThan(10 * MINUTE);
      if (stored !== undefined) expect(times).toContain(stored);
    }
    expect(Object.keys(held()).every((version) => [OTHER, ENDED].includes(version))).toBe(true);
  });
  await fc.assert(property, { numRuns: 300 });
});
