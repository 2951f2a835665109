// Whatever the detector reads can fail: then nothing passes for judged, what can be judged is stored, and the delivery is refused.
import { PutSecretValueCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { BadRecordReason, HEARTBEAT_EVENT, NO_KEY, Outcome } from '../../../contract/watch';
import { KeyStore } from '../../../runtime/keys/key-store';
import { readOurAddresses } from '../../../runtime/shared/our-addresses';
import { FAULTS, FaultyAws } from './support/faulty-aws';
import { deliver, requestRecord } from './support/records';
import { type DetectorOptions, ENVIRONMENT, HOUR, REGION, WatchWorld } from './support/watch-world';

const KEY = 'prod-trader-bot-a';

let world: WatchWorld;
let faulty: FaultyAws;
beforeAll(async () => {
  world = await WatchWorld.start();
  faulty = await FaultyAws.start();
}, 90_000);
afterAll(async () => {
  await faulty.stop();
  await world.stop();
});

let version: string;
beforeEach(async () => {
  await world.reset();
  version = await world.addKey();
});

const record = (changes: Parameters<typeof requestRecord>[0] = {}) =>
  requestRecord({ keyVersion: version, timestamp: world.now(), ...changes });
const sleep = async () => undefined;
const storeOf = (client: ReturnType<FaultyAws['secrets']>) => new KeyStore({ client, environment: ENVIRONMENT, sleep });
const addressesOf = (client: ReturnType<FaultyAws['ssm']>) => () =>
  readOurAddresses({ environment: ENVIRONMENT, regions: [REGION], ssm: () => client, localAws: true });

type Clients = ReturnType<typeof FaultyAws.refused>;
const BROKEN: readonly (readonly [string, (clients: Clients) => DetectorOptions])[] = [
  ['the registry', ({ secrets }) => ({ source: storeOf(secrets) })],
  ['the allowlist', ({ ssm }) => ({ readAddresses: addressesOf(ssm) })],
  ['the table', ({ dynamo }) => ({ client: dynamo })],
];

const UNJUDGED = {
  code: 'RECORDS_UNJUDGED',
  message: expect.stringMatching(/^[1-9]\d* records could not be judged \(.* \[[A-Z_]+\]; they are delivered again$/),
};

describe.each(BROKEN)('%s', (what, broken) => {
  const clients = (): Clients => ({ secrets: faulty.secrets(), ssm: faulty.ssm(), dynamo: faulty.dynamo() });

  async function refuses(options: DetectorOptions): Promise<void> {
    const event = deliver(record(), record({ sourceIp: '127.0.0.2' }), 'no record');
    await expect(world.detector(options)(event)).rejects.toMatchObject(UNJUDGED);
    const [counts] = world.counts;
    expect(counts).toMatchObject({ RecordsUnjudged: what === 'the table' ? 3 : 2, Requests: 2, BadRecords: 1 });
    // the same delivery again, with everything in order
    await world.detector()(event);
    expect(await world.told()).toEqual([`BadRecord ${NO_KEY} ${BadRecordReason.NOT_JSON}`]);
    expect(await world.stored(KEY)).toEqual(['address#127.0.0.1', 'address#127.0.0.2', 'key#first']);
  }

  test.each(FAULTS)('%s', async (_, fault) => {
    faulty.fault = fault;
    await refuses(broken(clients()));
  });

  test('nobody listens', () => refuses(broken(FaultyAws.refused())));
});

test('an allowlist that can be read no more: nor is a pair fine that was known under the last one', async () => {
  let fails = false;
  const readAddresses = () => (fails ? Promise.reject(new Error('denied')) : world.readAddresses());
  const detector = world.detector({ readAddresses });
  await detector(deliver(record()));
  fails = true;
  world.advance(HOUR);
  await expect(detector(deliver(record()))).rejects.toMatchObject(UNJUDGED);
  expect(world.counts.at(-1)).toMatchObject({ RecordsUnjudged: 1 });
});

describe('what can be judged without it is stored before the delivery is refused', () => {
  const everything = () =>
    deliver(
      'no record',
      { event: HEARTBEAT_EVENT, schema: 1, timestamp: world.now() },
      record({ sourceIp: '203.0.113.7' }),
      record({ outcome: Outcome.BLOCKED_IP, status: 403 }),
      record({ outcome: Outcome.PERMISSION, status: 403 }),
      record({ keyName: 'prod-stranger-a' }),
    );
  const ALWAYS = [
    `BadRecord ${NO_KEY} not-json`,
    `BlockedByAllowlist ${KEY} 127.0.0.1`,
    `PermissionMismatch ${KEY} /v1/account`,
  ];

  test.each([
    ['the registry', () => ({ source: storeOf(FaultyAws.refused().secrets) }), [`NewSourceIp ${KEY} 203.0.113.7`], 4],
    [
      'the allowlist',
      () => ({ readAddresses: addressesOf(FaultyAws.refused().ssm) }),
      ['UnknownKey prod-stranger-a prod-stranger-a'],
      4,
    ],
  ] as const)('%s', async (_, options, findings, unjudged) => {
    await expect(world.detector(options())(everything())).rejects.toMatchObject(UNJUDGED);
    expect(await world.told()).toEqual([...ALWAYS, ...findings].sort());
    expect(await world.stored('#heartbeat')).toEqual(['beat']);
    expect(world.counts[0]).toMatchObject({ RecordsUnjudged: unjudged });
    expect(await world.stored(KEY)).not.toContain('address#127.0.0.1');
  });
});

test('one secret that cannot be understood: its records are unjudged, all others are judged', async () => {
  const other = await world.addKey('prod-trader-bot-b');
  await world.secrets.send(
    new UpdateSecretCommand({ SecretId: `exchange-keys/prod/prod-trader-bot-b`, Description: 'changed by hand' }),
  );
  const theirs = record({ keyName: 'prod-trader-bot-b', keyVersion: other });
  const detect = world.detector();
  await expect(detect(deliver(theirs, record(), record({ sourceIp: '203.0.113.7' })))).rejects.toMatchObject({
    code: 'RECORDS_UNJUDGED',
    message: expect.stringContaining('DESCRIPTION_MALFORMED'),
  });
  expect(world.counts).toEqual([expect.objectContaining({ RecordsUnjudged: 1 })]);
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 203.0.113.7`]);
  expect(await world.stored(KEY)).toContain('address#127.0.0.1');
  expect(await world.stored('prod-trader-bot-b')).toEqual([]);
});

test('a label that a newer version of this project wrote is not guessed at', async () => {
  const newer = await world.addVersion(['xk:paused:1']);
  await expect(world.detector()(deliver(record({ keyVersion: newer })))).rejects.toMatchObject({
    message: expect.stringContaining('LABEL_MALFORMED'),
  });
});

test.each([
  ['no JSON', 'x'],
  [
    'another environment',
    JSON.stringify({ schemaVersion: 1, environment: 'dev', region: REGION, cidrs: [], entries: [] }),
  ],
])('an allowlist that is %s', async (_, text) => {
  await world.putAllowlist(text);
  await expect(world.detector()(deliver(record()))).rejects.toMatchObject({
    message: expect.stringContaining('OUR_ADDRESSES_UNKNOWN'),
  });
});

test('an allowlist of a region that is missing', async () => {
  const readAddresses = () => world.readAddresses([REGION, 'eu-central-1']);
  await expect(world.detector({ readAddresses })(deliver(record()))).rejects.toMatchObject(UNJUDGED);
});

test('what was read once does not serve for ever', async () => {
  let secrets = world.secrets;
  const source = {
    list: () => storeOf(secrets).list(),
    describe: (id: string) => storeOf(secrets).describe(id),
    versions: (arn: string) => storeOf(secrets).versions(arn),
  };
  const detect = world.detector({ source });
  await detect(deliver(record()));
  secrets = FaultyAws.refused().secrets;
  await detect(deliver(record()));
  world.advance(300_001);
  await expect(detect(deliver(record()))).rejects.toMatchObject(UNJUDGED);
  secrets = world.secrets;
  await detect(deliver(record()));
});

test('what looks wrong and cannot be confirmed is unjudged, not a finding', async () => {
  const detect = world.detector({
    source: {
      list: () => world.store().list(),
      describe: (id) => storeOf(FaultyAws.refused().secrets).describe(id),
      versions: (arn) => world.store().versions(arn),
    },
  });
  await expect(
    detect(deliver(record({ keyName: 'prod-stranger-a' }), record({ keyVersion: '0'.repeat(32) }), record())),
  ).rejects.toMatchObject(UNJUDGED);
  expect(world.counts).toEqual([expect.objectContaining({ RecordsUnjudged: 2 })]);
  expect(await world.told()).toEqual([]);
  const blind = world.detector({
    source: {
      list: () => world.store().list(),
      describe: (id) => world.store().describe(id),
      versions: (arn) => storeOf(FaultyAws.refused().secrets).versions(arn),
    },
  });
  await expect(blind(deliver(record({ keyVersion: '0'.repeat(32) })))).rejects.toMatchObject(UNJUDGED);
});

test('an address that leaves the allowlist is found, though the pair was known', async () => {
  const detect = world.detector();
  await detect(deliver(record({ sourceIp: '127.0.0.2' })));
  await world.publishAddresses(['127.0.0.1']);
  world.advance(300_001);
  await detect(deliver(record({ sourceIp: '127.0.0.2' })));
  expect(await world.told()).toEqual([`NewSourceIp ${KEY} 127.0.0.2`]);
});

test('a version that is retired while the detector is warm is found with the next list', async () => {
  const detect = world.detector();
  await detect(deliver(record()));
  await world.secrets.send(
    new PutSecretValueCommand({
      SecretId: `exchange-keys/prod/${KEY}`,
      SecretString: 'next',
      VersionStages: ['AWSCURRENT'],
    }),
  );
  world.advance(300_001);
  await detect(deliver(record()));
  expect(await world.told()).toEqual([`RetiredKeyUse ${KEY} ${version}`]);
});

test('a secret that is to be deleted is no key of the ring', async () => {
  const { DeleteSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  await world.secrets.send(new DeleteSecretCommand({ SecretId: `exchange-keys/prod/${KEY}` }));
  await world.detector()(deliver(record()));
  expect(await world.told()).toEqual([`UnknownKey ${KEY} ${KEY}`]);
  world.advance(HOUR);
});
