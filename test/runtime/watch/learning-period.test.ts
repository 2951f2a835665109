// When an address of ours is learned, when it is a finding, and until when nobody asks again; order of writes, caps, spikes.
import { FindingKind, HEARTBEAT_EVENT, KEPT_MS, Outcome } from '../../../contract/watch';
import { Refusal } from '../../../runtime/shared/refusal';
import { Memory } from '../../../runtime/watch/memory';
import { MOST_FINDINGS, settle } from '../../../runtime/watch/settle';
import { MemoryTable } from './support/memory-table';
import { DAY, HOUR, KEY, keyState, MINUTE, NOW, OURS, PureWatch, record, SPIKE, THEIRS } from './support/pure-watch';

const SECOND_OURS = '198.51.100.8';
const LEARNING = 168 * HOUR;

let watch: PureWatch;
let table: MemoryTable;
let memory: Memory;
beforeEach(async () => {
  watch = await new PureWatch().read();
  table = new MemoryTable();
  memory = new Memory();
});

/** Judges and settles; gives the number of findings dropped. */
async function batch(now: number, records: readonly object[], learningMs = LEARNING): Promise<number> {
  table.calls.length = 0;
  const judgement = await watch.judge(records, now);
  return settle(judgement, { table: table.open, memory, learningMs, spikeFailures: SPIKE, now });
}
/** A detector that has just been loaded, on the same table. */
async function restart(): Promise<void> {
  watch = await new PureWatch().read();
  memory = new Memory();
}
const at = (now: number, changes: object = {}) => record({ timestamp: now, ...changes });

describe('the learning period of a key', () => {
  test.each([
    ['its last millisecond', LEARNING - 1, []],
    ['its end', LEARNING, [`NewSourceIp ${SECOND_OURS}`]],
  ])('%s', async (_, later, told) => {
    await batch(NOW, [at(NOW)]);
    await restart();
    await batch(NOW + later, [at(NOW + later, { sourceIp: SECOND_OURS })]);
    expect(table.told()).toEqual(told);
    expect(table.items.has(`${KEY} address#${SECOND_OURS}`)).toBe(true);
  });

  test('is remembered by a warm detector as well', async () => {
    await batch(NOW, [at(NOW)]);
    await batch(NOW + LEARNING, [at(NOW + LEARNING, { sourceIp: SECOND_OURS })]);
    expect(table.calls[0]).toBe(`read ${KEY} address#${SECOND_OURS}`);
    expect(table.told()).toEqual([`NewSourceIp ${SECOND_OURS}`]);
  });

  test('of no length makes even the first address a finding', async () => {
    await batch(NOW, [at(NOW)], 0);
    expect(table.told()).toEqual([`NewSourceIp ${OURS}`]);
  });

  test('begins with the first record of the key and not of the batch before', async () => {
    await batch(NOW, [at(NOW)]);
    watch.secrets.listed = [keyState(), keyState({ name: 'prod-trader-bot-b' })];
    await watch.ring.refresh(NOW + LEARNING);
    const other = at(NOW + LEARNING, { keyName: 'prod-trader-bot-b', sourceIp: SECOND_OURS });
    await batch(NOW + LEARNING, [other]);
    expect(table.told()).toEqual([]);
    expect(table.items.get('prod-trader-bot-b key#first')?.seenAt).toBe(NOW + LEARNING);
    expect(table.items.get(`${KEY} key#first`)?.seenAt).toBe(NOW);
  });

  test('teaches nothing that a suspicious record brings', async () => {
    await batch(NOW, [at(NOW, { outcome: Outcome.BLOCKED_IP })]);
    expect(table.items.has(`${KEY} address#${OURS}`)).toBe(false);
    expect(table.calls.filter((call) => call.startsWith('putAddress'))).toEqual([]);
    await batch(NOW + LEARNING, [at(NOW + LEARNING, { outcome: Outcome.BLOCKED_IP })]);
    expect(table.told()).toContain(`NewSourceIp ${OURS}`);
    expect(table.items.has(`${KEY} address#${OURS}`)).toBe(true);
  });
});

test('the finding says what it is about, and when', async () => {
  await batch(NOW, [at(NOW - 7)], 0);
  const stored = [...table.items.values()].flatMap(({ finding }) => finding ?? []);
  const { keyName, keyVersion, sourceIp, endpoint, category, exchange } = record();
  expect(stored).toEqual([
    {
      ...{ keyName, keyVersion, sourceIp, endpoint, category, exchange },
      at: NOW - 7,
      kind: FindingKind.NEW_SOURCE_IP,
      subject: OURS,
      detail: 'the address is one of ours, and the key was never used from it',
    },
  ]);
  expect([...table.items.keys()]).toContain(`${KEY} finding#NewSourceIp#${OURS}#once`);
});

describe('a pair that is known', () => {
  const record2 = (now: number) => [at(now)];

  test('is not asked for again for a day', async () => {
    await batch(NOW, record2(NOW));
    expect(table.calls).toEqual([
      `read ${KEY} address#${OURS}, ${KEY} key#first`,
      `putFirst ${KEY}`,
      `putAddress ${KEY} ${OURS}`,
    ]);
    await batch(NOW + DAY - 1, record2(NOW + DAY - 1));
    expect(table.calls).toEqual([]);
    await batch(NOW + DAY, record2(NOW + DAY));
    expect(table.calls).toEqual([`read ${KEY} address#${OURS}`, `keepAddress ${KEY} ${OURS}`]);
    await batch(NOW + DAY + 1, record2(NOW + DAY + 1));
    expect(table.calls).toEqual([]);
  });

  test.each([
    ['written less than a day ago is left alone', DAY - 1, []],
    ['written a day ago is kept', DAY, [`keepAddress ${KEY} ${OURS}`]],
  ])('%s', async (_, later, writes) => {
    await batch(NOW, record2(NOW));
    await restart();
    await batch(NOW + later, record2(NOW + later));
    expect(table.calls.slice(1)).toEqual(writes);
    expect(table.items.get(`${KEY} address#${OURS}`)?.expiresAt).toBe(
      writes.length > 0 ? NOW + later + KEPT_MS : NOW + KEPT_MS,
    );
  });

  test('by another detector is looked at again a day after it was written', async () => {
    await batch(NOW, record2(NOW));
    await restart();
    await batch(NOW + HOUR, record2(NOW + HOUR));
    await batch(NOW + DAY - 1, record2(NOW + DAY - 1));
    expect(table.calls).toEqual([]);
    await batch(NOW + DAY, record2(NOW + DAY));
    expect(table.calls).toEqual([`read ${KEY} address#${OURS}`, `keepAddress ${KEY} ${OURS}`]);
  });

  test('is a new one after ninety days without use', async () => {
    await batch(NOW, record2(NOW));
    await restart();
    await batch(NOW + KEPT_MS, record2(NOW + KEPT_MS));
    expect(table.told()).toEqual([]);
    await restart();
    const later = NOW + 2 * KEPT_MS + 1;
    await batch(later, record2(later));
    expect(table.told()).toEqual([`NewSourceIp ${OURS}`]);
  });

  test('is a new one after that also to a warm detector, which has told it before', async () => {
    await batch(NOW, record2(NOW), 0);
    const later = NOW + KEPT_MS + DAY;
    await batch(later, record2(later), 0);
    expect(table.calls.filter((call) => call.startsWith('put')).map((call) => call.split(' ')[0])).toEqual([
      'putFinding',
      'putAddress',
    ]);
  });

  test('is written once for all keys and addresses of a batch', async () => {
    await batch(NOW, [at(NOW), at(NOW, { sourceIp: SECOND_OURS }), at(NOW, { sourceIp: `::ffff:${OURS}` })]);
    expect(table.calls.filter((call) => call.startsWith('put')).sort()).toEqual([
      `putAddress ${KEY} ${OURS}`,
      `putAddress ${KEY} ${SECOND_OURS}`,
      `putFirst ${KEY}`,
    ]);
  });
});

test('nothing found and nothing new opens no table', async () => {
  const judgement = await watch.judge([]);
  const open = () => {
    throw new Error('opened');
  };
  const options = { table: open, memory, learningMs: 0, spikeFailures: SPIKE, now: NOW };
  expect(await settle(judgement, options)).toBe(0);
});

test('a finding is stored before the pair, and without it the pair is not', async () => {
  await batch(NOW, [at(NOW)], 0);
  const writes = table.calls.filter((call) => call.startsWith('put'));
  expect(writes.map((call) => call.split(' ')[0])).toEqual(['putFirst', 'putFinding', 'putAddress']);
  await restart();
  table = new MemoryTable();
  table.failure = { call: 'putFinding', error: new Refusal('AWS_CALL_FAILED', 'no table') };
  await expect(batch(NOW, [at(NOW)], 0)).rejects.toThrow('no table');
  expect(table.items.has(`${KEY} address#${OURS}`)).toBe(false);
});

test('a finding whose pair was never stored is not told again, and the pair is stored', async () => {
  table.failure = { call: 'putAddress', error: new Refusal('AWS_CALL_FAILED', 'no table') };
  await expect(batch(NOW, [at(NOW)], 0)).rejects.toThrow('no table');
  table.failure = undefined;
  await restart();
  await batch(NOW + HOUR, [at(NOW + HOUR)], 0);
  expect(table.calls.filter((call) => call.startsWith('put'))).toEqual([`putAddress ${KEY} ${OURS}`]);
  expect(table.told()).toEqual([`NewSourceIp ${OURS}`]);
});

test('a finding that could not be stored is stored when its record comes again', async () => {
  table.failure = { call: 'putFinding', error: new Refusal('AWS_CALL_FAILED', 'no table') };
  const records = [at(NOW, { sourceIp: THEIRS })];
  await expect(batch(NOW, records)).rejects.toThrow('no table');
  table.failure = undefined;
  await batch(NOW, records);
  expect(table.told()).toEqual([`NewSourceIp ${THEIRS}`]);
});

describe('findings', () => {
  const strange = (index: number) => at(NOW, { endpoint: `/${index}`, outcome: Outcome.REFUSED_LOCAL });
  const many = (count: number) => Array.from({ length: count }, (_, index) => strange(index));
  const written = () => table.calls.filter((call) => call.startsWith('putFinding')).length;

  test('as many as a batch stores, and what does not fit is counted', async () => {
    expect(await batch(NOW, many(MOST_FINDINGS))).toBe(0);
    expect(written()).toBe(MOST_FINDINGS);
    await restart();
    table = new MemoryTable();
    expect(await batch(NOW, many(MOST_FINDINGS + 3))).toBe(3);
    expect(written()).toBe(MOST_FINDINGS);
  });

  test('that are known are neither read nor written, and take no room', async () => {
    await batch(NOW, many(MOST_FINDINGS));
    expect(await batch(NOW, many(MOST_FINDINGS + 3))).toBe(0);
    expect(written()).toBe(3);
    await batch(NOW, many(3));
    expect(table.calls.filter((call) => /putFinding|finding#/.test(call))).toEqual([]);
  });

  test('that another detector has stored are read, and not written', async () => {
    await batch(NOW, many(3));
    await restart();
    await batch(NOW, many(4));
    expect(written()).toBe(1);
    await batch(NOW, many(4));
    expect(table.calls.filter((call) => /putFinding|finding#/.test(call))).toEqual([]);
  });

  test('that do not fit leave their pair for the next batch', async () => {
    const addresses = Array.from({ length: MOST_FINDINGS + 20 }, (_, index) => `198.51.100.${index}`);
    const records = addresses.map((sourceIp) => at(NOW, { sourceIp }));
    expect(await batch(NOW, records, 0)).toBe(20);
    expect(table.calls.filter((call) => call.startsWith('putAddress'))).toHaveLength(MOST_FINDINGS);
    expect(await batch(NOW, records, 0)).toBe(0);
    expect(table.told()).toHaveLength(MOST_FINDINGS + 20);
    expect(table.calls.filter((call) => call.startsWith('putAddress'))).toHaveLength(20);
  });

  test('are those of the judgement, which stays as it was', async () => {
    const judgement = await watch.judge([at(NOW), at(NOW, { sourceIp: THEIRS })]);
    await settle(judgement, { table: table.open, memory, learningMs: 0, spikeFailures: SPIKE, now: NOW });
    expect(judgement.found.all()).toHaveLength(1);
    expect(table.told()).toEqual([`NewSourceIp ${OURS}`, `NewSourceIp ${THEIRS}`].sort());
  });
});

describe('a spike', () => {
  const refused = (now: number, count: number) => [at(now, { outcome: Outcome.SIGNATURE, count })];
  const told = () => table.told().filter((one) => one.startsWith('AuthFailureSpike'));
  const counted = () => table.calls.filter((call) => call.startsWith('addFailures'));

  test('in one batch needs no count of the table', async () => {
    await batch(NOW, refused(NOW, SPIKE));
    expect([told(), counted()]).toEqual([['AuthFailureSpike refusals', 'AuthFailureSpike refusals'], []]);
  });

  test('one refusal fewer is none, and is counted in both windows', async () => {
    await batch(NOW, refused(NOW, SPIKE - 1));
    expect(told()).toEqual([]);
    expect([table.failuresOf(KEY, NOW), table.failuresOf(KEY, NOW - 150_000)]).toEqual([SPIKE - 1, SPIKE - 1]);
  });

  test('over two batches is one when both together are enough', async () => {
    await batch(NOW, refused(NOW, SPIKE - 1));
    await batch(NOW + MINUTE, refused(NOW + MINUTE, 1));
    expect(told()).toHaveLength(2);
    await batch(NOW + MINUTE, refused(NOW + MINUTE, 1));
    expect(counted()).toEqual([]);
  });

  test('of which the table knows enough is told, though nothing more is counted', async () => {
    for (let index = 0; index < SPIKE; index++) await batch(NOW, refused(NOW, 1));
    expect(told()).toHaveLength(2);
    await restart();
    table.items.forEach(({ finding }, id) => {
      if (finding) table.items.delete(id);
    });
    await batch(NOW, refused(NOW, 1));
    expect(counted()).toHaveLength(2);
    expect(told()).toHaveLength(2);
  });
});

test('a heartbeat is stored last, also without anything else', async () => {
  const beat = { event: HEARTBEAT_EVENT, schema: 1, timestamp: NOW };
  await batch(NOW, [beat]);
  expect(table.calls).toEqual([`putHeartbeat ${NOW}`]);
  await batch(NOW, [beat, at(NOW, { sourceIp: THEIRS })]);
  expect(table.calls.at(-1)).toBe(`putHeartbeat ${NOW}`);
  expect(table.calls.length).toBeGreaterThan(1);
});
