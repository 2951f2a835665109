// Every kind of finding, from a delivery to the table, and what is none.
import { formatLabel, LabelKind } from '../../../contract/keys';
import {
  BadRecordReason,
  EndpointCategory,
  FindingKind,
  HEARTBEAT_EVENT,
  NO_KEY,
  Outcome,
  SPIKE_WINDOW_MS,
} from '../../../contract/watch';
import { deliver, delivery, entry, requestRecord } from './support/records';
import { HOUR, SPIKE, WatchWorld } from './support/watch-world';

const KEY = 'prod-trader-bot-a';

let world: WatchWorld;
beforeAll(async () => {
  world = await WatchWorld.start();
}, 90_000);
afterAll(() => world.stop());

let version: string;
beforeEach(async () => {
  await world.reset();
  version = await world.addKey();
});

const record = (changes: Parameters<typeof requestRecord>[0] = {}) =>
  requestRecord({ keyVersion: version, timestamp: world.now(), ...changes });
const seconds = (milliseconds: number) => Math.floor(world.now() / 1000 + milliseconds / 1000);

test('nothing to find: the pair is learned, and known from then on', async () => {
  const detect = world.detector();
  await detect(deliver(record(), record({ category: EndpointCategory.TRADE, count: 7 })));
  expect(await world.findings()).toEqual([]);
  expect(await world.stored(KEY)).toEqual(['address#127.0.0.1', 'key#first']);
  expect(world.counts).toEqual([
    { Requests: 8, AuthFailures: 0, BadRecords: 0, RecordsUnjudged: 0, FindingsDropped: 0 },
  ]);
});

test('an address outside the allowlist is told once an hour', async () => {
  const detect = world.detector();
  const strange = () => record({ sourceIp: '203.0.113.7' });
  await detect(deliver(strange(), strange()));
  await detect(deliver(strange()));
  await world.detector()(deliver(strange()));
  const [finding, ...more] = await world.findings();
  expect(more).toEqual([]);
  expect(finding).toEqual({
    kind: FindingKind.NEW_SOURCE_IP,
    keyName: KEY,
    subject: '203.0.113.7',
    at: expect.any(Number),
    detail: 'the address is not in the published allowlist of any region',
    keyVersion: version,
    sourceIp: '203.0.113.7',
    endpoint: '/v1/account',
    category: 'read',
    exchange: 'xxkk',
  });
  world.advance(HOUR);
  await detect(deliver(strange()));
  expect(await world.findings()).toHaveLength(2);
  expect(await world.stored(KEY)).not.toContain('address#203.0.113.7');
});

test('one of our addresses that the key never used: learned at first, told once afterwards', async () => {
  const detect = world.detector({ learningMs: HOUR });
  await detect(deliver(record()));
  world.advance(HOUR + 1);
  await detect(deliver(record({ sourceIp: '::ffff:127.0.0.2' })));
  await world.detector({ learningMs: HOUR })(deliver(record({ sourceIp: '127.0.0.2' })));
  world.advance(2 * HOUR);
  await detect(deliver(record({ sourceIp: '::ffff:7f00:2' })));
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 127.0.0.2`]);
  expect(await world.stored(KEY)).toEqual([
    'address#127.0.0.1',
    'address#127.0.0.2',
    'finding#NewSourceIp#127.0.0.2#once',
    'key#first',
  ]);
});

test('a key, an exchange and a version that the ring does not have', async () => {
  await world.detector()(
    deliver(
      record({ keyName: 'prod-stranger-a' }),
      record({ keyName: 'dev-trader-bot-a' }),
      record({ exchange: 'other' }),
      record({ keyVersion: '00000000-0000-4000-8000-000000000000' }),
    ),
  );
  expect(await world.told()).toEqual([
    'UnknownKey dev-trader-bot-a dev-trader-bot-a',
    'UnknownKey prod-stranger-a prod-stranger-a',
    `UnknownKey ${KEY} 00000000-0000-4000-8000-000000000000`,
    `UnknownKey ${KEY} other`,
  ]);
});

test('a version before its promotion, in its overlap, and after it', async () => {
  const pending = await world.addVersion(['AWSPENDING']);
  const candidate = await world.addVersion(['XKCANDIDATE']);
  const overlap = await world.addVersion([formatLabel(LabelKind.REVOKE, seconds(HOUR))]);
  const ended = await world.addVersion([formatLabel(LabelKind.REVOKE, seconds(-HOUR))]);
  const quarantined = await world.addVersion([formatLabel(LabelKind.QUARANTINED, seconds(-2 * HOUR))]);
  const detect = world.detector();
  const all = [pending, candidate, overlap, ended, quarantined];
  await detect(deliver(...all.map((keyVersion) => record({ keyVersion }))));
  const expected = [
    `RetiredKeyUse ${KEY} ${ended}`,
    `RetiredKeyUse ${KEY} ${quarantined}`,
    `UndeployedKeyUse ${KEY} ${candidate}`,
    `UndeployedKeyUse ${KEY} ${pending}`,
  ].sort();
  expect(await world.told()).toEqual(expected);
  // used before its overlap ended, and delivered late
  await detect(deliver(record({ keyVersion: ended, timestamp: world.now() - 1.5 * HOUR })));
  expect(await world.told()).toEqual(expected);
});

test('a version without a label is retired, also when Secrets Manager shows it on request only', async () => {
  const old = version;
  const next = await world.addVersion(['AWSCURRENT']);
  const detect = world.detector();
  await detect(deliver(record({ keyVersion: old })));
  expect(await world.told()).toEqual([`RetiredKeyUse ${KEY} ${old}`]);
  await world.addVersion(['AWSCURRENT']);
  await world.label(formatLabel(LabelKind.REVOKE, seconds(HOUR)), undefined, next);
  await world.detector()(deliver(record({ keyVersion: next }), record({ keyVersion: old })));
  expect(await world.told()).toEqual([`RetiredKeyUse ${KEY} ${old}`]);
});

test('what the list does not say yet is asked for before it is a finding', async () => {
  const detect = world.detector();
  await detect(deliver(record()));
  const promoted = await world.addVersion(['AWSCURRENT']);
  await world.label(formatLabel(LabelKind.REVOKE, seconds(HOUR)), undefined, version);
  const fresh = await world.addKey('prod-trader-bot-b');
  await detect(deliver(record({ keyVersion: promoted }), record({ keyName: 'prod-trader-bot-b', keyVersion: fresh })));
  expect(await world.findings()).toEqual([]);
});

test('a key used beyond its permissions, and refusals that say so', async () => {
  const keyVersion = await world.addKey('prod-reader-a', ['read']);
  const reader = (changes: object) => record({ keyName: 'prod-reader-a', keyVersion, ...changes });
  await world.detector()(
    deliver(
      reader({ endpoint: '/ok' }),
      reader({ endpoint: '/trade', category: EndpointCategory.TRADE }),
      record({ endpoint: '/withdraw', category: EndpointCategory.WITHDRAW }),
      record({ endpoint: '/refused', outcome: Outcome.PERMISSION, status: 403 }),
      record({ endpoint: '/local', outcome: Outcome.REFUSED_LOCAL, status: 0 }),
    ),
  );
  expect(await world.told()).toEqual([
    'PermissionMismatch prod-reader-a /trade',
    `PermissionMismatch ${KEY} /local`,
    `PermissionMismatch ${KEY} /refused`,
    `PermissionMismatch ${KEY} /withdraw`,
  ]);
});

test('an address that the exchange refuses', async () => {
  await world.detector()(deliver(record({ outcome: Outcome.BLOCKED_IP, status: 403 })));
  expect(await world.told()).toEqual([`BlockedByAllowlist ${KEY} 127.0.0.1`]);
  expect(world.counts).toEqual([expect.objectContaining({ Requests: 1, AuthFailures: 1 })]);
});

describe('refusals of one key', () => {
  const boundary = Math.ceil(Date.now() / SPIKE_WINDOW_MS) * SPIKE_WINDOW_MS;
  // a spike around a full hour is told in both
  const start = boundary % HOUR === 0 ? boundary - SPIKE_WINDOW_MS : boundary;
  const refused = (at: number, count?: number) =>
    entry(record({ outcome: Outcome.SIGNATURE, status: 401, timestamp: start + at, ...(count && { count }) }));
  const spike = [`AuthFailureSpike ${KEY} refusals`];

  test('in one batch, and in many', async () => {
    await world.detector()(delivery(Array.from({ length: SPIKE }, (_, index) => refused(index))));
    expect(await world.told()).toEqual(spike);
  });

  test('split over batches and detectors, with a boundary between them', async () => {
    for (let index = 0; index < SPIKE; index++) {
      expect(await world.told()).toEqual([]);
      await world.detector()(delivery([refused(-70_000 + index * 10_000)]));
    }
    expect(await world.told()).toEqual(spike);
  });

  test('delivered twice count once, and counts count', async () => {
    const [one, other] = [refused(0, SPIKE - 1), refused(1)];
    for (let time = 0; time < 3; time++) await world.detector()(delivery([one, one]));
    expect(await world.told()).toEqual([]);
    await world.detector()(delivery([other]));
    expect(await world.told()).toEqual(spike);
  });

  test('far apart are none', async () => {
    for (const at of [0, 310_000]) await world.detector()(delivery([refused(at, SPIKE - 1)]));
    expect(await world.told()).toEqual([]);
  });
});

test('lines that are no records are counted by reason, and a wrong clock is judged all the same', async () => {
  const late = record({ timestamp: world.now() - 49 * HOUR, sourceIp: '203.0.113.9' });
  await world.detector()(
    deliver('no record', '{}', 'also none', record({ sourceIp: 'nowhere' }), late, {
      event: HEARTBEAT_EVENT,
      schema: 1,
      timestamp: world.now() + HOUR,
    }),
  );
  expect(await world.told()).toEqual([
    `BadRecord ${NO_KEY} ${BadRecordReason.MALFORMED_FIELD}`,
    `BadRecord ${NO_KEY} ${BadRecordReason.NOT_A_RECORD}`,
    `BadRecord ${NO_KEY} ${BadRecordReason.NOT_JSON}`,
    `BadRecord ${NO_KEY} ${BadRecordReason.WRONG_CLOCK}`,
    `NewSourceIp ${KEY} 203.0.113.9`,
  ]);
  expect(world.counts).toEqual([expect.objectContaining({ BadRecords: 6, Requests: 2 })]);
  const [found] = (await world.findings()).filter(({ kind }) => kind === FindingKind.NEW_SOURCE_IP);
  expect(world.now() - found.at).toBeLessThan(10_000);
});

test('a heartbeat moves forward only', async () => {
  const beat = (ago: number) => ({ event: HEARTBEAT_EVENT, schema: 1, timestamp: world.now() - ago });
  const last = beat(1_000);
  await world.detector()(deliver(beat(60_000), last, beat(30_000)));
  await world.detector()(deliver(beat(120_000)));
  const [item, ...more] = await world.items();
  expect(more).toEqual([]);
  expect(item).toEqual({
    key: { S: '#heartbeat' },
    item: { S: 'beat' },
    beatAt: { N: String(last.timestamp) },
    judgedAt: { N: String(last.timestamp) },
    seenAt: { N: expect.any(String) },
  });
});
