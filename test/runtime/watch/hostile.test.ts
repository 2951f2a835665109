// Deliveries that somebody made to hurt the detector: counted, judged as far as they can be, never thrown.
import { gzipSync } from 'node:zlib';
import { BadRecordReason, EndpointCategory, NO_KEY, Outcome } from '../../../contract/watch';
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
const bad = (reason: BadRecordReason) => `BadRecord ${NO_KEY} ${reason}`;
const packed = (text: string | Buffer) => ({ awslogs: { data: gzipSync(text).toString('base64') } });

describe('a delivery that is none', () => {
  const { TOO_LONG, NOT_JSON, NOT_A_RECORD } = BadRecordReason;
  const cut = deliver(requestRecord()).awslogs.data;
  test.each([
    ['nothing', undefined, NOT_A_RECORD],
    ['a number', 7, NOT_A_RECORD],
    ['no data', { awslogs: {} }, NOT_A_RECORD],
    ['data that is no text', { awslogs: { data: { length: 3 } } }, NOT_A_RECORD],
    ['no base64', { awslogs: { data: '%%%%' } }, NOT_JSON],
    ['no gzip', { awslogs: { data: Buffer.from('hello').toString('base64') } }, NOT_JSON],
    ['half a gzip', { awslogs: { data: cut.slice(0, cut.length / 2) } }, NOT_JSON],
    ['a bomb', packed(Buffer.alloc(64 * 1024 * 1024, ' ')), TOO_LONG],
    ['no JSON', packed('{"messageType":'), NOT_JSON],
    ['JSON nested 100,000 deep', packed('['.repeat(100_000) + ']'.repeat(100_000)), NOT_A_RECORD],
    ['a list', packed('[]'), NOT_A_RECORD],
    ['null', packed('null'), NOT_A_RECORD],
    ['no type', packed('{"logEvents":[]}'), NOT_A_RECORD],
    ['no list of lines', delivery([], { logEvents: 'x' }), NOT_A_RECORD],
    ['a prototype for a list', packed('{"messageType":"DATA_MESSAGE","__proto__":{"logEvents":[]}}'), NOT_A_RECORD],
  ])('%s', async (_, event, reason) => {
    await world.detector()(event);
    expect(await world.told()).toEqual([bad(reason)]);
    expect(world.counts).toEqual([
      { Requests: 0, AuthFailures: 0, BadRecords: 1, RecordsUnjudged: 1, FindingsDropped: 0 },
    ]);
  });

  test('a control message is nothing', async () => {
    const lines = [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Lambda.' }];
    await world.detector()(delivery(lines, { messageType: 'CONTROL_MESSAGE' }));
    expect(await world.items()).toEqual([]);
    expect(world.counts).toEqual([expect.objectContaining({ BadRecords: 0, RecordsUnjudged: 0 })]);
  });
});

test('entries that are no lines leave the others alone', async () => {
  const odd = [
    null,
    7,
    'x',
    [],
    {},
    { id: '1' },
    { message: '{}' },
    { id: 1, message: '{}' },
    { id: '1', message: {} },
  ];
  const long = { ...entry(record()), id: '1'.repeat(129) };
  await world.detector()(delivery([...odd, long, entry(record({ sourceIp: '203.0.113.7' }))]));
  expect(await world.told()).toEqual([bad(BadRecordReason.NOT_A_RECORD), `NewSourceIp ${KEY} 203.0.113.7`]);
  expect(world.counts).toEqual([expect.objectContaining({ BadRecords: odd.length + 1, Requests: 1 })]);
});

test('lines of every bad kind', async () => {
  const good = JSON.stringify(record());
  const { keyId: _none, ...without } = record();
  const lines: [string, BadRecordReason][] = [
    [good.padEnd(2049), BadRecordReason.TOO_LONG],
    ['['.repeat(1_000) + ']'.repeat(1_000), BadRecordReason.NOT_A_RECORD],
    [good.replace('{', '{"__proto__":{"keyName":"x"},'), BadRecordReason.UNKNOWN_FIELD],
    [good.replace('{', '{"constructor":1,'), BadRecordReason.UNKNOWN_FIELD],
    [JSON.stringify(without), BadRecordReason.MISSING_FIELD],
    [good.replace('"/v1/account"', '"/v1/acc\\u0000ount"'), BadRecordReason.MALFORMED_FIELD],
    [good.replace('127.0.0.1', '127.0.0.1\\ud800'), BadRecordReason.MALFORMED_FIELD],
    [good.replace('127.0.0.1', '127.0.0.01'), BadRecordReason.MALFORMED_FIELD],
    [good.replace('"schema":1', '"schema":2'), BadRecordReason.UNKNOWN_SCHEMA],
    [`${good}${good}`, BadRecordReason.NOT_JSON],
    ['\u0000', BadRecordReason.NOT_JSON],
    ['', BadRecordReason.NOT_JSON],
  ];
  await world.detector()(deliver(...lines.map(([line]) => line)));
  expect(await world.told()).toEqual([...new Set(lines.map(([, reason]) => bad(reason)))].sort());
  expect(world.counts).toEqual([expect.objectContaining({ BadRecords: lines.length })]);
});

test('of two fields of one name the last counts, as for every reader of JSON', async () => {
  const line = JSON.stringify(record());
  await world.detector()(
    deliver(line.replace('{', '{"sourceIp":"127.0.0.1",').replace(/127\.0\.0\.1"(?!,"sou)/g, '203.0.113.7"')),
  );
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 203.0.113.7`]);
});

test('one address in every spelling is one address', async () => {
  const spellings = ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:CB00:7107', '0:0:0:0:0:ffff:203.0.113.7'];
  const six = ['2001:db8::1', '2001:0DB8:0:0:ffff::2'];
  await world.detector()(deliver(...[...spellings, ...six].map((sourceIp) => record({ sourceIp }))));
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 2001:db8::/64`, `NewSourceIp ${KEY} 203.0.113.7`]);
});

test('an address that is none never reaches the table', async () => {
  const sourceIp = '\ud800<script>\u0007';
  await world.detector()(deliver(record({ sourceIp, outcome: Outcome.BLOCKED_IP, status: 403 })));
  expect(await world.told()).toEqual([bad(BadRecordReason.MALFORMED_FIELD), `BlockedByAllowlist ${KEY} malformed`]);
  expect(JSON.stringify(await world.items())).not.toContain('script');
});

test('clocks that are wrong by years', async () => {
  const times = [0, 1, 4e12, Number.MAX_SAFE_INTEGER, world.now() - 48 * HOUR - 60_000, world.now() + 660_000];
  const right = [world.now() - 47 * HOUR, world.now() + 540_000];
  await world.detector()(deliver(...[...times, ...right].map((timestamp) => record({ timestamp }))));
  expect(await world.told()).toEqual([bad(BadRecordReason.WRONG_CLOCK)]);
  expect(world.counts).toEqual([expect.objectContaining({ BadRecords: times.length, Requests: 8 })]);
});

describe('floods', () => {
  test('10,000 addresses: as many findings as fit, the others counted, other kinds not pushed out', async () => {
    const flood = Array.from({ length: 10_000 }, (_, index) => {
      const sourceIp = `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
      return record({ sourceIp, timestamp: world.now() - index });
    });
    const refused = Array.from({ length: SPIKE }, (_, index) =>
      record({
        outcome: Outcome.SIGNATURE,
        status: 401,
        timestamp: Math.floor(world.now() / 300_000) * 300_000 + index,
      }),
    );
    const event = deliver(...flood, 'no record', record({ category: EndpointCategory.WITHDRAW }), ...refused);
    const detect = world.detector();
    await detect(event);
    const told = await world.told();
    expect(told).toHaveLength(200);
    expect(new Set(told.map((text) => text.split(' ')[0]))).toEqual(
      new Set(['AuthFailureSpike', 'BadRecord', 'NewSourceIp', 'PermissionMismatch']),
    );
    const [{ FindingsDropped }] = world.counts;
    expect(FindingsDropped).toBeGreaterThanOrEqual(10_000 + 3 - 200);
    // the same ones again from a cold start, and then the next ones from a warm one
    await world.detector()(event);
    expect(await world.told()).toEqual(told);
    await detect(event);
    expect((await world.told()).length).toBeGreaterThan(200);
  });

  test('10,000 names of keys: few are asked for', async () => {
    let asked = 0;
    const store = world.store();
    const source = {
      list: () => store.list(),
      versions: (arn: string) => store.versions(arn),
      describe: (id: string) => {
        asked++;
        return store.describe(id);
      },
    };
    const flood = Array.from({ length: 10_000 }, (_, index) =>
      record({ keyName: `prod-stranger-${index.toString(36)}`, outcome: Outcome.KEY_UNKNOWN, status: 401 }),
    );
    await world.detector({ source })(deliver(...flood));
    expect(asked).toBeLessThanOrEqual(200);
    expect(await world.told()).toHaveLength(200);
    expect(world.counts).toEqual([expect.objectContaining({ FindingsDropped: 9_800, AuthFailures: 10_000 })]);
  });

  test('10,000 versions and refusals of one key cost a handful of calls', async () => {
    const { calls, stop } = world.countCalls();
    const at = Math.floor(world.now() / 300_000) * 300_000 - 300_000;
    const flood = Array.from({ length: 10_000 }, (_, index) =>
      record({ outcome: Outcome.SIGNATURE, status: 401, timestamp: at + index }),
    );
    await world.detector()(deliver(...flood));
    stop();
    expect((await world.told())[0]).toBe(`AuthFailureSpike ${KEY} refusals`);
    expect(calls.length).toBeLessThan(10);
  });
});

test('a warm detector on quiet traffic asks for nothing', async () => {
  const detect = world.detector();
  await detect(deliver(record(), record({ sourceIp: '127.0.0.2' })));
  const { calls, stop } = world.countCalls();
  const quiet = [record(), record({ sourceIp: '127.0.0.2', outcome: Outcome.RATE_LIMIT, status: 429 })];
  for (let time = 0; time < 3; time++) await detect(deliver(...quiet));
  stop();
  expect(calls).toEqual([]);
});

test('a pair that is in use does not expire, and is written once a day', async () => {
  const detect = world.detector({ learningMs: 0 });
  const expiry = async () =>
    (await world.items()).find(({ item }) => item.S === 'address#127.0.0.1')?.expiresAt.N ?? 'none';
  await detect(deliver(record()));
  const first = await expiry();
  world.advance(12 * HOUR);
  await detect(deliver(record()));
  await world.detector({ learningMs: 0 })(deliver(record()));
  expect(await expiry()).toBe(first);
  for (let day = 0; day < 100; day += 20) {
    world.advance(20 * 24 * HOUR);
    await detect(deliver(record()));
    await world.detector({ learningMs: 0 })(deliver(record()));
  }
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 127.0.0.1`]);
  expect(Number(await expiry()) - Number(first)).toBeGreaterThan(99 * 24 * 3_600);
  // unused for longer than it is kept: DynamoDB may not have deleted it yet, and it is new all the same
  const before = await world.items();
  world.advance(91 * 24 * HOUR);
  await detect(deliver(record()));
  const foundAt = (items: typeof before) => items.find(({ finding }) => finding)?.foundAt.N;
  expect(foundAt(await world.items())).not.toBe(foundAt(before));
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 127.0.0.1`]);
});
