// `lock` against the local AWS: the file follows what is deployed in several regions, and what takes trust away is asked about.
import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  type AllowlistEntry,
  type AllowlistRole,
  allowlistParameterName,
  serializeAllowlistDocument,
} from '../../../../contract/allowlist';
import { networkParameterName } from '../../../../contract/egress';
import { serializeLock } from '../../../../contract/lock';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { jsonError, startLoopbackAws } from '../support/loopback-aws';
import type { CliOptions } from '../support/run-cli';
import { ec2Error, impatient } from './support/account';
import { LockFolder } from './support/lock-folder';

const NOW = new Date('2026-11-22T10:00:00Z');
const HOME = 'eu-west-1';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, HOME));
}, 90_000);
afterAll(() => aws?.stop());

let folder: LockFolder;
beforeEach(async () => {
  await fetch(`${aws.endpoint}/moto-api/reset`, { method: 'POST' });
  folder = new LockFolder();
});
afterEach(() => folder.remove());

async function publish(region: string, ...entries: AllowlistEntry[]): Promise<void> {
  const document = {
    schemaVersion: 1 as const,
    environment: 'prod',
    region,
    cidrs: entries.map(({ cidr }) => cidr),
    entries,
  };
  await new SSMClient({ region }).send(
    new PutParameterCommand({
      Name: allowlistParameterName('prod', region),
      Value: serializeAllowlistDocument(document, { localAws: true }),
      Type: 'String',
      Overwrite: true,
    }),
  );
}

const unpublish = (region: string) =>
  new SSMClient({ region }).send(new DeleteParameterCommand({ Name: allowlistParameterName('prod', region) }));

async function address(region: string, letter: string, role: AllowlistRole = 'active'): Promise<AllowlistEntry> {
  const { AllocationId, PublicIp } = await new EC2Client({ region }).send(
    new AllocateAddressCommand({ Domain: 'vpc' }),
  );
  const availabilityZone = `${region}${letter}`;
  return {
    availabilityZone,
    allocationId: String(AllocationId),
    address: String(PublicIp),
    cidr: `${PublicIp}/32`,
    role,
  };
}

/** `lock` with two regions, unless others are named. */
const lock = (args: string[] = [], options: CliOptions = {}) =>
  folder.run(['lock', ...(args.includes('--regions') ? [] : ['--regions', 'eu-west-1,us-east-1']), ...args], {
    now: NOW,
    ...options,
    env: { AWS_ENDPOINT_URL: aws.endpoint, ...options.env },
  });

/** Two regions, a zone each, and their lock. */
async function locked() {
  const [home, away] = [await address('eu-west-1', 'a'), await address('us-east-1', 'b', 'standby')];
  await publish('eu-west-1', home);
  await publish('us-east-1', away);
  expect((await lock()).code).toBe(0);
  return { home, away };
}

const entriesOf = (region: string) => folder.lock().regions[region];

test('the first run writes the file, the second finds nothing to do', async () => {
  const [home, away] = [await address('eu-west-1', 'a'), await address('us-east-1', 'b', 'standby')];
  await publish('eu-west-1', home);
  await publish('us-east-1', away);
  const { code, stdout, stderr } = await lock();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    new RegExp(`^written: ${folder.file}, 2 changes\n  eu-west-1a ${home.address}: added as active; `),
  );
  // a file that is named is missed when it is gone
  expect(stdout).toContain("next: commit the file, and name it as 'lockFile' in exchange-keys.yaml");
  expect(stdout).toContain("'exchange-keys allowlist request -e prod --exchange <name>'");
  const { cidr: _, ...rest } = home;
  expect(entriesOf('eu-west-1')).toEqual([{ ...rest, since: '2026-11-22', told: {} }]);
  expect(folder.text()).toBe(serializeLock(folder.lock(), { localAws: true }));

  const text = folder.text();
  const again = await lock([], { now: new Date('2027-01-01') });
  expect(again).toEqual({ code: 0, stdout: `not written: ${folder.file}, no changes\n`, stderr: '' });
  expect(folder.text()).toBe(text);
}, 60_000);

test('all enabled regions by default; --json', async () => {
  await publish('ap-southeast-1', await address('ap-southeast-1', 'a'));
  const { code, stdout, stderr } = await folder.run(['lock', '--json'], {
    now: NOW,
    env: { AWS_ENDPOINT_URL: aws.endpoint },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^reading allowlists of \d+ regions\n$/) });
  expect(JSON.parse(stdout)).toEqual({
    file: folder.file,
    written: true,
    changes: [expect.objectContaining({ kind: 'added', region: 'ap-southeast-1' })],
    document: folder.lock(),
  });
}, 60_000);

test('an addition needs no confirmation, not even without a terminal', async () => {
  const { home, away } = await locked();
  await publish('eu-west-1', home, await address('eu-west-1', 'b', 'standby'));
  expect(await lock()).toMatchObject({ code: 0, stderr: '' });
  expect(entriesOf('eu-west-1')).toHaveLength(2);
  // a change of role neither
  await publish('us-east-1', { ...away, role: 'active' });
  expect(await lock()).toMatchObject({ code: 0, stdout: expect.stringContaining('active, was standby') });
}, 60_000);

describe('what takes trust away', () => {
  const drain = async () => {
    const { away } = await locked();
    return ['--drain', away.address];
  };

  test('is not done without a terminal', async () => {
    const args = await drain();
    const text = folder.text();
    const { code, stdout, stderr } = await lock(args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /us-east-1b 127\S+: draining, was standby, to be gone by 2026-12-22; no exchange knows it\n/,
    );
    expect(stderr).toContain('[CONFIRMATION_IMPOSSIBLE]');
    expect(folder.text()).toBe(text);
  }, 60_000);

  test('is asked about on one', async () => {
    const args = await drain();
    const answer = (typed: string) => (printed: string) => (/Write this to/.test(printed) ? typed : undefined);
    const text = folder.text();
    expect(await lock(args, { answer: answer('n\r') })).toMatchObject({ code: 3, stdout: '' });
    expect(folder.text()).toBe(text);
    const { code, stdout } = await lock(args, { answer: answer('y\r') });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining('draining') });
    expect(entriesOf('us-east-1')[0]).toMatchObject({ role: 'draining', retireAfter: '2026-12-22' });
  }, 60_000);

  test('is done with --yes, shown with --dry-run', async () => {
    const args = await drain();
    const text = folder.text();
    const dry = await lock([...args, '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^not written: .*, 1 change\n {2}us-east-1b /),
    });
    expect(folder.text()).toBe(text);
    const { code, stdout } = await lock([...args, '--yes', '--retire-days', '7']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('to be gone by 2026-11-29') });
    expect((await lock(['--restore', args[1]])).code).toBe(0);
    expect(entriesOf('us-east-1')[0].role).toBe('standby');
  }, 60_000);

  test('a moved address is asked about, an address that is gone, too', async () => {
    const { home, away } = await locked();
    await publish('eu-west-1', { ...home, availabilityZone: 'eu-west-1c' });
    expect(await lock()).toMatchObject({ code: 3, stderr: expect.stringContaining('moved here from eu-west-1a') });
    await publish('eu-west-1', await address('eu-west-1', 'a'));
    expect(await lock()).toMatchObject({ code: 3, stderr: expect.stringContaining('draining, was active') });
    expect((await lock(['--yes'])).code).toBe(0);
    // in full: exchanges, then the lock, forget it
    expect(await lock(['--drop', home.address])).toMatchObject({ code: 3 });
    expect(await lock(['--drop', home.address, '--yes'])).toMatchObject({ code: 0 });
    expect(JSON.stringify(folder.lock())).not.toContain(home.address);
    expect(await lock(['--drop', away.address, '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[LOCK_DROP_DEPLOYED]'),
    });
  }, 60_000);
});

describe('an address that traffic may still leave from', () => {
  /** As in the middle of a deployment: the addresses say standby, the network is as it was. */
  const gateway = async (region: string, AllocationId: string) => {
    const ec2 = new EC2Client({ region });
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const { InternetGatewayId } = InternetGateway ?? {};
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: Subnets[0].VpcId }));
    const { NatGateway } = await ec2.send(
      new CreateNatGatewayCommand({ SubnetId: Subnets[0].SubnetId, AllocationId, ConnectivityType: 'public' }),
    );
    const NatGatewayId = String(NatGateway?.NatGatewayId);
    return { NatGatewayId, remove: () => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId })) };
  };

  test('does not drain', async () => {
    const { away } = await locked();
    const text = folder.text();
    const nat = await gateway('us-east-1', away.allocationId);
    const { code, stderr } = await lock(['--drain', away.address, '--yes']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[LOCK_DRAIN_IN_USE]') });
    expect(stderr).toContain(nat.NatGatewayId);
    expect(folder.text()).toBe(text);
    await nat.remove();
    expect((await lock(['--drain', away.address, '--yes'])).code).toBe(0);
  }, 60_000);

  test('nor if that cannot be known', async () => {
    const { away } = await locked();
    const text = folder.text();
    const dead = await startLoopbackAws(() => ec2Error('UnauthorizedOperation'));
    const { code, stderr } = await lock(['--drain', away.address, '--yes'], {
      connect: (connection) => {
        const { ec2 } = impatient({ ...connection, endpoint: dead.endpoint } as typeof connection);
        return Object.create(impatient(connection), { ec2: { value: ec2 } });
      },
    });
    await dead.stop();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[LOCK_DRAIN_UNCHECKED]') });
    expect(folder.text()).toBe(text);
  }, 60_000);

  test('nor does one of a region whose network is still published', async () => {
    const { away } = await locked();
    const text = folder.text();
    const nat = await gateway('us-east-1', away.allocationId);
    await new SSMClient({ region: 'us-east-1' }).send(
      new PutParameterCommand({
        Name: networkParameterName('prod', 'us-east-1', 'left'),
        Type: 'String',
        Value: JSON.stringify({
          schema: 1,
          environment: 'prod',
          region: 'us-east-1',
          vpcId: 'vpc-0123456789abcdef0',
          zones: [
            {
              availabilityZone: 'us-east-1b',
              subnetId: 'subnet-0123456789abcdef0',
              routeTableId: 'rtb-0123456789abcdef0',
              natGatewayId: nat.NatGatewayId,
              allocationId: away.allocationId,
            },
          ],
        }),
      }),
    );
    await unpublish('us-east-1');
    const { code, stderr } = await lock(['--removed-region', 'us-east-1', '--yes']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[LOCK_DRAIN_IN_USE]') });
    expect(folder.text()).toBe(text);
  }, 60_000);
});

describe('regions that are not read', () => {
  test('outside of --regions', async () => {
    await locked();
    const text = folder.text();
    const { code, stderr } = await lock(['--regions', 'eu-west-1', '--yes']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[LOCK_REGION_NOT_READ]') });
    expect(folder.text()).toBe(text);
  }, 60_000);

  test('gone, but not said to be', async () => {
    await locked();
    await unpublish('us-east-1');
    expect(await lock(['--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--removed-region us-east-1'),
    });
  }, 60_000);

  test('said to be gone: the region itself has to confirm it', async () => {
    await locked();
    const text = folder.text();
    const removed = ['--regions', 'eu-west-1', '--removed-region', 'us-east-1', '--yes'];
    expect(await lock(removed)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[LOCK_REGION_STILL_DEPLOYED]'),
    });
    expect(folder.text()).toBe(text);
    await unpublish('us-east-1');
    expect((await lock(removed)).code).toBe(0);
    expect(entriesOf('us-east-1')[0].role).toBe('draining');
  }, 60_000);

  test.each([
    ['AWS_ACCESS_DENIED', jsonError('AccessDeniedException')],
    ['AWS_THROTTLED', jsonError('ThrottlingException')],
    ['AWS_CALL_FAILED', jsonError('InternalServerError', 'oops', 500)],
  ])(
    'said to be gone, and %s',
    async (code, answer) => {
      await locked();
      const text = folder.text();
      const away = await startLoopbackAws(() => answer);
      const connect: CliOptions['connect'] = (connection) =>
        impatient({
          ...connection,
          ...(connection.region === 'us-east-1' && { endpoint: away.endpoint }),
        } as typeof connection);
      const ended = await lock(['--regions', 'eu-west-1', '--removed-region', 'us-east-1', '--yes'], { connect });
      await away.stop();
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(new RegExp(`^us-east-1: .*\\[${code}\\]\n.*\\[REGIONS_UNREADABLE\\]\n$`));
      expect(folder.text()).toBe(text);
    },
    60_000,
  );

  test('the last region of all', async () => {
    await publish('eu-west-1', await address('eu-west-1', 'a'));
    expect((await lock()).code).toBe(0);
    await unpublish('eu-west-1');
    expect(await lock(['--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('[LOCK_REGION_NOT_READ]') });
    expect((await lock(['--yes', '--removed-region', 'eu-west-1'])).code).toBe(0);
  }, 60_000);

  test('a name that the lock does not have is not asked for', async () => {
    await locked();
    const ended = await lock(['--removed-region', 'mars', '--yes']);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('[LOCK_REGION_UNKNOWN]') });
  }, 60_000);
});

describe('a lock that was edited', () => {
  const edited = async () => {
    const { home, away } = await locked();
    folder.write(folder.text().replace('"told": {}', '"told": {\n          "xxkk": "2026-11-01"\n        }'));
    return { home, away };
  };

  test('is refused', async () => {
    await edited();
    expect(await lock(['--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('[LOCK_EDITED]') });
  }, 60_000);

  test('is shown, and accepted only when somebody agrees', async () => {
    const { home } = await edited();
    const text = folder.text();
    const { code, stderr } = await lock(['--accept-edited']);
    expect(code).toBe(3);
    expect(stderr).toContain(`eu-west-1a ${home.address}: {"since":"2026-11-22","told":{"xxkk":"2026-11-01"}}\n`);
    expect(folder.text()).toBe(text);
    expect((await lock(['--accept-edited', '--yes'])).code).toBe(0);
    expect(entriesOf('eu-west-1')[0].told).toEqual({ xxkk: '2026-11-01' });
    // without need it changes nothing
    expect(await lock(['--accept-edited'])).toMatchObject({ code: 0, stderr: '' });
  }, 60_000);

  test('what is deployed wins over an edited address', async () => {
    const { home } = await edited();
    folder.write(folder.text().replace(home.allocationId, 'eipalloc-00000000'));
    const { code, stdout } = await lock(['--accept-edited', '--yes']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('written') });
    expect(entriesOf('eu-west-1')[0].allocationId).toBe(home.allocationId);
  }, 60_000);
});

test('a lock that changes while somebody thinks is not overwritten', async () => {
  const { away } = await locked();
  const theirs = folder.text().replaceAll('2026-11-22', '2026-11-21');
  const answer = (printed: string) => {
    if (!/Write this to/.test(printed)) return undefined;
    folder.write(theirs);
    return 'y\r';
  };
  const { code, stderr } = await lock(['--drain', away.address], { answer });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[LOCK_FILE_CHANGED]') });
  expect(folder.text()).toBe(theirs);
}, 60_000);

describe('notes', () => {
  test('on named addresses', async () => {
    const { home, away } = await locked();
    const args = ['--address', `${home.address},${away.address}`, '--retire-after', '2027-01-31', '--reason', 'trial'];
    const { code, stdout } = await lock(args);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(`eu-west-1a ${home.address}: retireAfter '2027-01-31'; reason 'trial'\n`),
    });
    expect(await lock(['--address', home.address, '--reason', 'longer trial', '--approved-by', 'OPS-1'])).toMatchObject(
      {
        stdout: expect.stringContaining("reason 'longer trial', was 'trial'; approvedBy 'OPS-1'\n"),
      },
    );
    expect(entriesOf('eu-west-1')[0]).toMatchObject({
      retireAfter: '2027-01-31',
      reason: 'longer trial',
      approvedBy: 'OPS-1',
    });
    expect(await lock(['--address', home.address, '--reason', 'longer trial'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^not written/),
    });
  }, 60_000);

  test('on what is drained', async () => {
    const { away } = await locked();
    expect((await lock(['--drain', away.address, '--reason', 'given up', '--yes'])).code).toBe(0);
    expect(entriesOf('us-east-1')[0]).toMatchObject({ role: 'draining', reason: 'given up' });
  }, 60_000);
});

test.each<[string[], number, string]>([
  [['--reason', 'x'], 2, 'ADDRESSES_UNCLEAR'],
  [['--address', '52.210.0.1'], 2, 'ADDRESSES_UNCLEAR'],
  [['--retire-after', '31.12.2026', '--address', '52.210.0.1'], 2, 'DAY_MALFORMED'],
  [['--drain', ''], 2, 'LIST_MALFORMED'],
  [['--retire-days', 'many'], 2, 'LOCK_RETIRE_DAYS'],
  [['--drain', '52.210.0.1'], 1, 'LOCK_ADDRESS_UNKNOWN'],
])(
  'refused: %s',
  async (args, code, error) => {
    await publish('eu-west-1', await address('eu-west-1', 'a'));
    const ended = await lock(args);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: expect.stringContaining(`[${error}]`) });
    expect(folder.names()).toEqual([]);
  },
  60_000,
);

test('nothing is deployed', async () => {
  expect(await lock()).toMatchObject({ code: 1, stderr: expect.stringContaining('[ALLOWLIST_NOT_DEPLOYED]') });
  expect(folder.names()).toEqual([]);
}, 60_000);
