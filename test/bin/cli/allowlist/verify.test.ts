// `verify` against the local AWS: addresses, gateways and routes of several regions live, and the lock; fails closed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AllocateAddressCommand, EC2Client, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { allowlistParameterName, serializeAllowlistDocument } from '../../../../contract/allowlist';
import { type LockDocument, sealLock, serializeLock } from '../../../../contract/lock';
import { type Deployed, EgressWorld } from '../../../runtime/shared/egress-check/support/egress-world';
import { type Answer, jsonError, type LoopbackAws, startLoopbackAws } from '../support/loopback-aws';
import { type CliOptions, runCli } from '../support/run-cli';
import { ec2Error, impatient } from './support/account';
import { LockFolder } from './support/lock-folder';

const [HOME, AWAY] = ['eu-west-1', 'us-east-1'];
const NOW = new Date('2026-11-22T10:00:00Z');

let world: EgressWorld;
let deployed: Deployed;
let standby: { allocationId: string; address: string };
let folder: LockFolder;
beforeAll(async () => {
  world = await EgressWorld.start();
}, 90_000);
beforeEach(async () => {
  await world.reset();
  deployed = await world.deploy('zonal');
  standby = await standbyIn(AWAY);
  folder = new LockFolder();
  await lock();
}, 60_000);
afterEach(() => folder.remove());
afterAll(() => world?.stop());

/** An address in reserve, and nothing else. */
async function standbyIn(region: string) {
  const { AllocationId, PublicIp } = await new EC2Client({ region }).send(
    new AllocateAddressCommand({ Domain: 'vpc' }),
  );
  const [allocationId, address] = [String(AllocationId), String(PublicIp)];
  const cidr = `${address}/32`;
  const entries = [{ availabilityZone: `${region}a`, allocationId, address, cidr, role: 'standby' as const }];
  const document = { schemaVersion: 1 as const, environment: 'prod', region, cidrs: [cidr], entries };
  await new SSMClient({ region }).send(
    new PutParameterCommand({
      Name: allowlistParameterName('prod', region),
      Value: serializeAllowlistDocument(document, { localAws: true }),
      Type: 'String',
    }),
  );
  return { allocationId, address };
}

const env = () => ({ AWS_ENDPOINT_URL: world.endpoint });
async function lock(): Promise<void> {
  const { code, stderr } = await folder.run(['lock', '--regions', `${HOME},${AWAY}`], { now: NOW, env: env() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

function edit(change: (document: LockDocument) => LockDocument['regions']): void {
  const document = folder.lock();
  folder.write(serializeLock(sealLock({ ...document, regions: change(document) }), { localAws: true }));
}

const verify = (args: string[] = [], { env: more, ...options }: CliOptions = {}) =>
  folder.run(['verify', ...(args.includes('--regions') ? [] : ['--regions', `${HOME},${AWAY}`]), ...args], {
    now: NOW,
    ...options,
    env: { ...env(), ...more },
  });

/** In the folder, where the usual file is looked for. */
async function verifyHere() {
  const before = process.cwd();
  process.chdir(folder.path);
  try {
    return await runCli(['allowlist', 'verify', '-e', 'prod', '--regions', HOME], { env: env() });
  } finally {
    process.chdir(before);
  }
}

interface Region {
  readonly region: string;
  readonly problems: { readonly code: string; readonly subject: string; readonly message: string }[];
  readonly unreadable?: { readonly code: string };
}

/** Codes by region, and the exit code. */
async function verdict(...given: Parameters<typeof verify>) {
  const { code, stdout, stderr } = await verify(['--json', ...(given[0] ?? [])], given[1]);
  const { ok, regions }: { ok: boolean; regions: Region[] } = JSON.parse(stdout);
  expect(ok).toBe(code === 0);
  expect(stderr.includes('[ALLOWLIST_NOT_VERIFIED]')).toBe(!ok);
  return regions.flatMap(({ region, problems, unreadable }) => [
    ...(unreadable ? [`${region} unreadable ${unreadable.code}`] : []),
    ...problems.map((problem) => `${region} ${problem.code} ${problem.subject}`),
  ]);
}

test('all as published and locked', async () => {
  expect(await verify()).toEqual({
    code: 0,
    stderr: '',
    stdout: 'eu-west-1  ok  3 addresses, 1 network\nus-east-1  ok  1 address, 0 networks\n',
  });
  const { regions } = JSON.parse((await verify(['--json'])).stdout);
  expect(regions).toEqual([
    { region: HOME, addresses: expect.any(Array), networks: [deployed.network], problems: [] },
    { region: AWAY, addresses: [expect.objectContaining(standby)], networks: [], problems: [] },
  ]);
}, 60_000);

test('every enabled region by default; those without anything in one line', async () => {
  const { code, stdout, stderr } = await folder.run(['verify'], { now: NOW, env: env() });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^reading addresses, NAT gateways and routes of \d+ regions\n$/);
  expect(stdout).toMatch(/^eu-west-1 {2,}ok .*\nus-east-1 {2,}ok .*\nnothing is deployed in \d+ other regions\n$/);
}, 90_000);

test('faults in two regions at once', async () => {
  const { routeTableId } = deployed.zone('a');
  await world.route(routeTableId, '1.2.3.0/24', { GatewayId: deployed.internetGatewayId });
  await new EC2Client({ region: AWAY }).send(new ReleaseAddressCommand({ AllocationId: standby.allocationId }));
  expect(await verdict()).toEqual([
    `${HOME} ROUTE_EXTRA ${routeTableId}`,
    `${AWAY} ADDRESS_GONE ${standby.allocationId}`,
  ]);
  const { code, stdout, stderr } = await verify();
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^eu-west-1 {2}differs {2}3 addresses, 1 network, 1 problem\n {2}ROUTE_EXTRA: route table .*\nus-east-1 {2}differs/,
  );
  expect(stderr).toMatch(/^error: eu-west-1, us-east-1: .*\[ALLOWLIST_NOT_VERIFIED\]\n$/);
}, 60_000);

describe('the lock', () => {
  test('lacks an address, and has one that is not deployed', async () => {
    const zoneA = deployed.addressOf('a');
    edit(({ regions }) => ({
      ...regions,
      [HOME]: regions[HOME].map((entry) =>
        entry.address === zoneA.address ? { ...entry, address: '127.9.9.9' } : entry,
      ),
    }));
    expect(await verdict()).toEqual([
      `${HOME} ADDRESS_NOT_DEPLOYED 127.9.9.9`,
      `${HOME} ADDRESS_NOT_LOCKED ${zoneA.address}`,
    ]);
  }, 60_000);

  test('has an entry that is past its day', async () => {
    edit(({ regions }) => ({
      ...regions,
      [AWAY]: regions[AWAY].map((entry) => ({ ...entry, since: '2026-01-01', retireAfter: '2026-11-22' })),
    }));
    expect(await verdict()).toEqual([`${AWAY} LOCK_ENTRY_EXPIRED ${standby.address}`]);
    expect(await verdict([], { now: new Date('2026-11-21T23:00:00Z') })).toEqual([]);
  }, 60_000);

  test('has a region that is not read, not deployed any more, or only draining', async () => {
    expect(await verdict(['--regions', HOME])).toEqual([`${AWAY} LOCK_REGION_NOT_READ ${standby.address}`]);
    await new SSMClient({ region: AWAY }).send(
      new DeleteParameterCommand({ Name: allowlistParameterName('prod', AWAY) }),
    );
    expect(await verdict()).toEqual([`${AWAY} ADDRESS_NOT_DEPLOYED ${standby.address}`]);
    edit(({ regions }) => ({
      ...regions,
      [AWAY]: regions[AWAY].map((entry) => ({ ...entry, role: 'draining', retireAfter: '2026-12-22' })),
    }));
    expect(await verdict(['--regions', HOME])).toEqual([]);
  }, 60_000);

  test('that is named must be there; without the usual one there is a warning', async () => {
    folder.remove();
    folder = new LockFolder();
    expect(await verify()).toMatchObject({ code: 1, stderr: expect.stringContaining('[LOCK_FILE_MISSING]') });
    expect(await verifyHere()).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning: there is no lock file .*\n$/),
    });
  }, 60_000);
});

describe('a region that gives no answer', () => {
  let away: LoopbackAws | undefined;
  afterEach(() => away?.stop());

  const ALL = (answer: Answer) => () => answer;
  test.each<[string, (operation: string) => Answer]>([
    ['AWS_ACCESS_DENIED', ALL(jsonError('AccessDeniedException'))],
    ['AWS_THROTTLED', ALL(jsonError('ThrottlingException'))],
    ['AWS_CREDENTIALS_REFUSED', ALL(jsonError('UnrecognizedClientException'))],
    ['AWS_CALL_FAILED', ALL(jsonError('InternalServerError', 'oops', 500))],
    ['AWS_ACCESS_DENIED', (operation) => (operation === 'GetParameter' ? copied : jsonError('AccessDeniedException'))],
    [
      'AWS_ACCESS_DENIED',
      (operation) =>
        operation === 'GetParameter'
          ? copied
          : operation === 'GetParametersByPath'
            ? { body: { Parameters: [] } }
            : ec2Error('UnauthorizedOperation'),
    ],
    ['EGRESS_DOCUMENT_UNUSABLE', ALL({ body: { Parameter: { Value: 'no document' } } })],
    ['AWS_ANSWER_UNUSABLE', ALL({ body: { Parameter: {} } })],
  ])(
    'is a failure, and the others are checked: %s',
    async (code, respond) => {
      copied = { body: { Parameter: { Value: await textOf(AWAY) } } };
      const server = await startLoopbackAws(respond);
      away = server;
      const connect: CliOptions['connect'] = (connection) =>
        impatient({
          ...connection,
          ...(connection.region === AWAY && { endpoint: server.endpoint }),
        } as typeof connection);
      const { routeTableId } = deployed.zone('a');
      await world.route(routeTableId, '1.2.3.0/24', { GatewayId: deployed.internetGatewayId });
      expect(await verdict([], { connect })).toEqual([
        `${HOME} ROUTE_EXTRA ${routeTableId}`,
        `${AWAY} unreadable ${code}`,
      ]);
      const { stdout } = await verify([], { connect });
      expect(stdout).toMatch(new RegExp(`\nus-east-1  unreadable  .* \\[${code}\\]\n$`));
      expect(stdout).not.toContain('role of this function');
    },
    60_000,
  );

  test('also when it never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const connect: CliOptions['connect'] = (connection) =>
      impatient({
        ...connection,
        ...(connection.region === AWAY && { endpoint: `http://127.0.0.1:${port}` }),
      } as typeof connection);
    try {
      expect(await verdict([], { connect })).toEqual([`${AWAY} unreadable AWS_UNREACHABLE`]);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  }, 60_000);

  let copied: Answer;
  const textOf = async (region: string) => {
    const { Parameter } = await new SSMClient({ region }).send(
      new GetParameterCommand({ Name: allowlistParameterName('prod', region) }),
    );
    return Parameter?.Value;
  };
});

test('nothing is deployed anywhere', async () => {
  await world.reset();
  folder.remove();
  folder = new LockFolder();
  expect(await verifyHere()).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('[ALLOWLIST_NOT_DEPLOYED]'),
  });
}, 60_000);
