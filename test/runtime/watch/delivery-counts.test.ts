// One delivery from the log to the counts: what is published, and when the delivery is refused to be tried again.

import { parseCidr } from '../../../contract/cidr';
import { BadRecordReason, FindingKind, NO_KEY, Outcome } from '../../../contract/watch';
import { Refusal } from '../../../runtime/shared/refusal';
import { createDetector } from '../../../runtime/watch/detector';
import { OurNetwork } from '../../../runtime/watch/our-network';
import { Ring } from '../../../runtime/watch/ring';
import { MemoryTable } from './support/memory-table';
import { HOUR, KEY, MINUTE, NOW, OURS, RANGES, record, Secrets, SPIKE, THEIRS } from './support/pure-watch';
import { deliver, delivery } from './support/records';

const failure = new Refusal('AWS_CALL_FAILED', 'no answer', 'InternalError');

let secrets: Secrets;
let table: MemoryTable;
let ranges: readonly string[] | Error;
let now: number;
let counts: Record<string, number>[];
let detect: ReturnType<typeof createDetector>;
beforeEach(() => {
  secrets = new Secrets();
  table = new MemoryTable();
  ranges = RANGES;
  now = NOW;
  counts = [];
  detect = createDetector({
    ring: new Ring('prod', () => secrets),
    network: new OurNetwork(async () => {
      if (ranges instanceof Error) throw ranges;
      return ranges.map(parseCidr);
    }),
    table: table.open,
    publishCounts: (given) => counts.push(Object.fromEntries(given)),
    now: () => now,
    learningMs: HOUR,
    spikeFailures: SPIKE,
  });
});

const NOTHING = { Requests: 0, AuthFailures: 0, BadRecords: 0, RecordsUnjudged: 0, FindingsDropped: 0 };
const refused = (records: number) => ({
  code: 'RECORDS_UNJUDGED',
  message: `${records} records could not be judged (no answer) [AWS_CALL_FAILED]; they are delivered again`,
  awsError: 'InternalError',
});

test('everything is counted, and a delivery that could be judged is taken', async () => {
  await detect(
    deliver(
      record({ count: 3 }),
      record({ outcome: Outcome.SIGNATURE, count: 2 }),
      'no record',
      record({ sourceIp: THEIRS }),
    ),
  );
  expect(counts).toEqual([{ ...NOTHING, Requests: 6, AuthFailures: 2, BadRecords: 1 }]);
  expect(table.told()).toEqual([`BadRecord not-json`, `NewSourceIp ${THEIRS}`]);
});

test.each<[string, unknown, BadRecordReason]>([
  ['no delivery', {}, BadRecordReason.NOT_A_RECORD],
  ['one that is not packed', { awslogs: { data: 'e30=' } }, BadRecordReason.NOT_JSON],
])('%s is a bad record, and taken: it would be none the next time', async (_, event, reason) => {
  await detect(event);
  expect(counts).toEqual([{ ...NOTHING, BadRecords: 1, RecordsUnjudged: 1 }]);
  expect([...table.items.values()].flatMap(({ finding }) => finding ?? [])).toEqual([
    expect.objectContaining({ kind: FindingKind.BAD_RECORD, keyName: NO_KEY, subject: reason }),
  ]);
});

test('a control message counts nothing', async () => {
  await detect(delivery([], { messageType: 'CONTROL_MESSAGE' }));
  expect([counts, table.calls]).toEqual([[NOTHING], []]);
});

test('a list that cannot be read: what can be found is stored, and the records come again', async () => {
  secrets.failure = failure;
  await expect(detect(deliver(record({ sourceIp: THEIRS }), record()))).rejects.toMatchObject(refused(2));
  expect(counts).toEqual([{ ...NOTHING, Requests: 2, RecordsUnjudged: 2 }]);
  expect(table.told()).toEqual([`NewSourceIp ${THEIRS}`]);
  secrets.failure = undefined;
  await detect(deliver(record()));
  expect(counts.at(-1)).toEqual({ ...NOTHING, Requests: 1 });
});

test('allowlists that cannot be read', async () => {
  ranges = failure;
  await expect(detect(deliver(record()))).rejects.toMatchObject(refused(1));
  expect([counts, table.told()]).toEqual([[{ ...NOTHING, Requests: 1, RecordsUnjudged: 1 }], []]);
});

test('a list that cannot be read, and no record that needs it', async () => {
  secrets.failure = failure;
  await detect(deliver('no record'));
  expect(counts).toEqual([{ ...NOTHING, BadRecords: 1 }]);
});

test('a table that takes nothing: all lines come again, at least one', async () => {
  table.failure = { call: 'putFinding', error: failure };
  await expect(detect(deliver('no record', record({ sourceIp: THEIRS }), 'nor this'))).rejects.toMatchObject(
    refused(3),
  );
  await expect(detect({})).rejects.toMatchObject(refused(1));
  expect(counts).toEqual([
    { ...NOTHING, Requests: 1, BadRecords: 2, RecordsUnjudged: 3 },
    { ...NOTHING, BadRecords: 1, RecordsUnjudged: 1 },
  ]);
});

test('the refusal of the table is told rather than that of the list', async () => {
  secrets.failure = new Refusal('OTHER', 'no list');
  table.failure = { call: 'putFinding', error: failure };
  await expect(detect(deliver(record({ sourceIp: THEIRS }), record()))).rejects.toMatchObject(refused(2));
});

test('what nobody expected counts as unreadable: the delivery comes again', async () => {
  const broken = new TypeError('broken');
  const unusable = { code: 'RECORDS_UNJUDGED', message: expect.stringContaining('[AWS_ANSWER_UNUSABLE]') };
  table.failure = { call: 'putFinding', error: broken };
  await expect(detect(deliver('no record'))).rejects.toMatchObject(unusable);
  table.failure = undefined;
  secrets.failure = broken;
  now += 5 * MINUTE;
  await expect(detect(deliver(record({ timestamp: now })))).rejects.toMatchObject(unusable);
  expect(counts.map(({ RecordsUnjudged }) => RecordsUnjudged)).toEqual([1, 1]);
});

test('findings that did not fit are counted', async () => {
  const strangers = Array.from({ length: 203 }, (_, index) => record({ sourceIp: `203.0.113.${index}` }));
  await detect(deliver(...strangers));
  expect(counts).toEqual([{ ...NOTHING, Requests: 203, FindingsDropped: 3 }]);
});

test('other allowlists make the addresses known of a key unknown', async () => {
  await detect(deliver(record()));
  const calls = table.calls.length;
  now += 5 * MINUTE;
  await detect(deliver(record()));
  expect([table.told(), table.calls.length]).toEqual([[], calls]);
  ranges = [`${THEIRS}/32`];
  now += 5 * MINUTE;
  await detect(deliver(record()));
  expect(table.told()).toEqual([`NewSourceIp ${OURS}`]);
  expect(table.calls.at(-1)).toContain(KEY);
});
