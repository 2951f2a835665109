// `allowlist print`: every format, and the forms of exchanges.
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { runCli } from '../support/run-cli';
import { type Account, impatient, published, startAccount } from './support/account';

let aws: Account;
beforeAll(async () => {
  aws = await startAccount();
  Object.assign(process.env, clientVariables(aws.endpoint, 'eu-west-1'));
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.regions = {
    'eu-west-1': published('eu-west-1', { a: ['34.240.0.1', 'active'], b: ['34.240.0.2', 'standby'] }, [
      '34.240.0.0/28',
    ]),
    'us-east-1': published('us-east-1', { a: ['52.0.0.9', 'standby'] }),
  };
  aws.exchanges = {};
});

const print = (...args: string[]) => runCli(['allowlist', 'print', '-e', 'prod', ...args], { connect: impatient });
const printed = async (...args: string[]) => {
  const { code, stdout, stderr } = await print(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
const TEXT =
  '34.240.0.1  eu-west-1a  active   in 34.240.0.0/28\n34.240.0.2  eu-west-1b  standby  in 34.240.0.0/28\n52.0.0.9    us-east-1a  standby\n';

test('text is the default', async () => {
  expect(await printed()).toBe(TEXT);
  expect(await printed('--format', 'text')).toBe(TEXT);
});

test('ranges, CSV, HCL', async () => {
  expect(await printed('--format', 'cidr')).toBe('34.240.0.0/28\n52.0.0.9/32\n');
  expect((await printed('--format', 'csv')).split('\n')).toHaveLength(5);
  expect(await printed('--format', 'hcl')).toMatch(/^locals \{\n {2}exchange_keys_prod_cidrs = \[\n[\s\S]*\n\}\n$/);
});

test('JSON, in both ways', async () => {
  const json = await printed('--json');
  expect(await printed('--format', 'json')).toBe(json);
  expect(await printed('--json', '--format', 'json')).toBe(json);
  const { environment, cidrs, entries } = JSON.parse(json);
  expect({ environment, cidrs }).toEqual({ environment: 'prod', cidrs: ['34.240.0.0/28', '52.0.0.9/32'] });
  expect(entries[1]).toEqual({
    region: 'eu-west-1',
    availabilityZone: 'eu-west-1b',
    role: 'standby',
    address: '34.240.0.2',
    cidr: '34.240.0.2/32',
    publishedCidr: '34.240.0.0/28',
    allocationId: 'eipalloc-00000000034240021',
  });
});

test('one role', async () => {
  expect(await printed('--role', 'standby', '--format', 'cidr')).toBe('34.240.0.2/32\n52.0.0.9/32\n');
  aws.regions = { 'us-east-1': aws.regions['us-east-1'] };
  const { code, stdout, stderr } = await print('--role', 'active');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('[ALLOWLIST_NO_ADDRESS]');
});

describe('an exchange', () => {
  test('that is known', async () => {
    expect(await printed('--exchange', 'okx')).toBe('34.240.0.1,34.240.0.2,52.0.0.9\n');
    const part = await print('--exchange', 'okx', '--format', 'exchange', '--role', 'active');
    expect(part).toMatchObject({ code: 0, stdout: '34.240.0.1\n' });
    expect(part.stderr).toContain(
      'warning: the list leaves out 34.240.0.2 (standby), 52.0.0.9 (standby); sent to OKX as the whole list',
    );
    expect(JSON.parse(await printed('--exchange', 'fireblocks', '--json'))).toEqual({
      exchange: 'fireblocks',
      entries: ['34.240.0.1/32', '34.240.0.2/32', '52.0.0.9/32'],
      text: '34.240.0.1/32,34.240.0.2/32,52.0.0.9/32',
      warnings: [],
    });
  });

  test('that is configured goes before one that is known', async () => {
    aws.exchanges = {
      xxkk: { name: 'xxkk', allowlistEntryFormat: 'cidr' },
      okx: { name: 'okx', limits: { allowlistEntries: 1 } },
    };
    expect(await printed('--exchange', 'xxkk')).toBe('34.240.0.0/28,52.0.0.9/32\n');
    const { code, stdout, stderr } = await print('--exchange', 'okx');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain("the list has 2 entries, 'okx' takes 1;");
    expect(stderr).toContain('[VENUE_TOO_MANY_ENTRIES]');
  });

  test('that takes addresses only, of a pool whose block is published', async () => {
    aws.exchanges = { xxkk: { name: 'xxkk', allowlistEntryFormat: 'address' } };
    expect((await print('--exchange', 'xxkk')).stderr).toContain(
      "error: '34.240.0.0/28' is a block of addresses, 'xxkk' takes",
    );
  });

  test('that refuses a region', async () => {
    const { code, stdout, stderr } = await print('--exchange', 'bybit');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '34.240.0.1,34.240.0.2,52.0.0.9\n' });
    expect(stderr).toMatch(/^warning: Bybit documents that it answers 403 to calls from where us-east-1 is, /);
    expect(await printed('--exchange', 'bybit', '--regions', 'eu-west-1')).toBe('34.240.0.1,34.240.0.2\n');
  });

  test('whose configuration was tampered with', async () => {
    aws.exchanges = { xxkk: { name: 'other' } };
    expect((await print('--exchange', 'xxkk')).stderr).toContain('[EXCHANGE_CONFIGURATION_INVALID]');
  });
});

test.each([
  [
    ['--format', 'yaml'],
    'FORMAT_UNKNOWN',
    "format 'yaml' is unknown, allowed are text, cidr, json, csv, hcl, exchange",
  ],
  [['--format', 'exchange'], 'FORMAT_CONFLICT', 'add --exchange'],
  [['--format', 'csv', '--exchange', 'okx'], 'FORMAT_CONFLICT', "--format is 'csv'"],
  [['--format', 'csv', '--json'], 'FORMAT_CONFLICT', "--format is 'csv'"],
  [['--role', 'draining'], 'ROLE_UNKNOWN', "--role 'draining' is unknown, allowed are active, standby"],
  [['--exchange', 'XXKK'], 'EXCHANGE_NAME_MALFORMED', "'XXKK'"],
  [['--exchange', 'kraken'], 'VENUE_UNKNOWN', "'kraken' is not configured for 'prod' in eu-west-1, nor is it known"],
])('wrong usage: %j', async (args, code, words) => {
  const { code: exit, stdout, stderr } = await print(...args);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain(`[${code}]`);
});
