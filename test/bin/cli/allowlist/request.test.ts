// `allowlist request`: the text for the exchange, and what to run afterwards.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LockEntry, sealLock, serializeLock } from '../../../../contract/lock';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { runCli } from '../support/run-cli';
import { type Account, impatient, published, startAccount } from './support/account';

let aws: Account;
let folder: string;
beforeAll(async () => {
  aws = await startAccount();
  folder = mkdtempSync(path.join(tmpdir(), 'exchange-keys-request-'));
  Object.assign(process.env, clientVariables(aws.endpoint, 'eu-west-1'));
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  aws.exchanges = {};
  aws.regions = {
    'eu-west-1': published('eu-west-1', { a: ['34.240.0.1', 'active'], b: ['34.240.0.20', 'standby'] }),
    'eu-central-1': published('eu-central-1', { a: ['52.0.0.9', 'standby'] }),
  };
});

const request = (exchange: string, ...args: string[]) =>
  runCli(['allowlist', 'request', '-e', 'prod', '--exchange', exchange, ...args], { connect: impatient });

const entry = (letter: string, address: string, change: Partial<LockEntry> = {}): LockEntry => ({
  availabilityZone: `eu-west-1${letter}`,
  allocationId: `eipalloc-${address.replaceAll('.', '').padStart(17, '0')}`,
  address,
  role: 'active',
  since: '2026-10-01',
  told: { okx: '2026-10-02' },
  ...change,
});
const draining = { role: 'draining', retireAfter: '2026-12-31' } as const;

/** Writes a lock of these entries; gives the options that name it. */
function lock(...entries: LockEntry[]): string[] {
  const file = path.join(folder, 'egress.lock.json');
  const document = sealLock({ schemaVersion: 1, environment: 'prod', regions: { 'eu-west-1': entries } });
  writeFileSync(file, serializeLock(document));
  return ['--lock', file];
}

test('without a lock it is for all addresses', async () => {
  const { code, stdout, stderr } = await request('okx');
  expect(code).toBe(0);
  expect(stdout).toBe(`Allowlist of the API keys of environment 'prod' at OKX

1. FIRST, please add these addresses, and keep all others:

   52.0.0.9     eu-central-1a  standby
   34.240.0.1   eu-west-1a  active
   34.240.0.20  eu-west-1b  standby

   The whole list is then:

   34.240.0.1,34.240.0.20,52.0.0.9

Notes for whoever edits the list:
- send the whole list each time: what is left out is no longer let in
`);
  expect(stderr).toBe(`there is no lock: the request is for all addresses, as if none was known

When the exchange has confirmed, run:
  exchange-keys allowlist lock -e prod
  exchange-keys allowlist told -e prod --exchange okx --addresses 52.0.0.9,34.240.0.1,34.240.0.20
`);
});

const MOVING = () =>
  lock(
    entry('a', '34.240.0.1'),
    entry('b', '34.240.0.20', { role: 'standby', told: { bybit: '2026-10-02' } }),
    entry('b', '34.240.0.3', draining),
    entry('c', '34.240.0.4', { ...draining, told: {} }),
  );

test('adding first, removing later', async () => {
  const { code, stdout, stderr } = await request('okx', '--regions', 'eu-west-1', ...MOVING());
  expect(code).toBe(0);
  expect(stdout).toBe(`Allowlist of the API keys of environment 'prod' at OKX

1. FIRST, please add these addresses, and keep all others:

   34.240.0.20  eu-west-1b  standby

   The whole list is then:

   34.240.0.1,34.240.0.3,34.240.0.20

2. LATER, when we have confirmed that step 1 works, please remove these addresses, and keep all others:

   34.240.0.3  eu-west-1b  draining

   The whole list is then:

   34.240.0.1,34.240.0.20

Notes for whoever edits the list:
- send the whole list each time: what is left out is no longer let in
`);
  expect(stderr).toBe(`
When the exchange has confirmed, run:
  exchange-keys allowlist told -e prod --exchange okx --addresses 34.240.0.20
  exchange-keys allowlist dropped -e prod --exchange okx --addresses 34.240.0.3
`);
});

test('the same in JSON, and the same each time', async () => {
  const args = ['--regions', 'eu-west-1', ...MOVING()];
  const first = await request('okx', ...args, '--json');
  expect(await request('okx', ...args, '--json')).toEqual(first);
  const { add, remove, afterwards, text, ...rest } = JSON.parse(first.stdout);
  expect(rest).toEqual({ environment: 'prod', exchange: 'okx', warnings: [] });
  expect(text).toBe((await request('okx', ...args)).stdout.trimEnd());
  expect(add.addresses).toEqual([
    expect.objectContaining({ address: '34.240.0.20', role: 'standby', entry: '34.240.0.20' }),
  ]);
  expect(add.list.entries).toEqual(['34.240.0.1', '34.240.0.3', '34.240.0.20']);
  expect(remove.addresses).toEqual([expect.objectContaining({ address: '34.240.0.3', role: 'draining' })]);
  expect(remove.list.text).toBe('34.240.0.1,34.240.0.20');
  expect(afterwards).toHaveLength(2);
});

test('only something to remove; nothing to change', async () => {
  const rest = entry('b', '34.240.0.20', { role: 'standby' });
  const removing = lock(entry('a', '34.240.0.1'), rest, entry('b', '34.240.0.3', draining));
  const { stdout } = await request('okx', '--regions', 'eu-west-1', ...removing);
  expect(stdout).toContain('\n1. Please remove these addresses, and keep all others:\n\n   34.240.0.3  ');
  expect(stdout).not.toMatch(/add these|LATER/);
  expect(await request('okx', '--regions', 'eu-west-1', ...lock(entry('a', '34.240.0.1'), rest))).toEqual({
    code: 0,
    stdout:
      "Nothing to change: by the lock, OKX lets in exactly the addresses of environment 'prod'.\n\nThe whole list:\n\n   34.240.0.1,34.240.0.20\n",
    stderr: '',
  });
});

test('what the lock and the regions do not agree on stays, and is said', async () => {
  const odd = lock(entry('a', '34.240.0.1', draining), entry('c', '34.240.0.4'));
  const { code, stdout, stderr } = await request('okx', '--regions', 'eu-west-1', ...odd);
  expect(code).toBe(0);
  expect(stdout).toContain('   34.240.0.1,34.240.0.4,34.240.0.20\n');
  expect(stdout).not.toContain('remove');
  expect(stderr).toContain('warning: 34.240.0.4: in use by the lock, but in no region that was read; ');
  expect(stderr).toContain('warning: 34.240.0.1: draining by the lock, but in use; ');
  expect(stderr).toContain('  exchange-keys allowlist lock -e prod\n');
});

test('a block is entered once, and stays while one of its addresses does', async () => {
  aws.exchanges = { okx: { name: 'okx', allowlistEntryFormat: 'cidr' } };
  aws.regions = {
    'eu-west-1': published('eu-west-1', { a: ['34.240.0.1', 'active'], b: ['34.240.0.2', 'active'] }, [
      '34.240.0.0/28',
    ]),
  };
  const first = await request('okx', ...lock(entry('d', '34.240.9.9', draining)));
  expect(first.stdout).toContain('   34.240.0.1  eu-west-1a  active  as 34.240.0.0/28\n');
  expect(first.stdout).toContain('   34.240.0.0/28,34.240.9.9/32\n');
  const next = await request('okx', ...lock(entry('a', '34.240.0.1'), entry('c', '34.240.0.3', draining)));
  expect(next.stdout).toContain('   34.240.0.2  eu-west-1b  active  in 34.240.0.0/28, which stays as it is\n');
  expect(next.stdout).toContain('   34.240.0.3  eu-west-1c  draining  in 34.240.0.0/28, which stays as it is\n');
});

test('old and new addresses together are too many', async () => {
  aws.exchanges = { okx: { name: 'okx', limits: { allowlistEntries: 2 } } };
  const { code, stdout, stderr } = await request('okx', '--regions', 'eu-west-1', ...MOVING());
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain("the list has 3 entries, 'okx' takes 2;");
});

test.each([
  ['no exchange', [], 2, 'EXCHANGE_MISSING'],
  ['an unknown one', ['--exchange', 'nowhere'], 2, 'VENUE_UNKNOWN'],
  ['a lock that is not there', ['--exchange', 'okx', '--lock', '/nowhere/egress.lock.json'], 1, 'LOCK_FILE_MISSING'],
  ['a lock of another environment', ['-e', 'staging', '--exchange', 'okx'], 1, 'LOCK_OTHER_ENVIRONMENT'],
])('refused: %s', async (_, args, exit, expected) => {
  const locked = args.includes('--lock') ? [] : lock(entry('a', '34.240.0.1'));
  const { code, stdout, stderr } = await runCli(['allowlist', 'request', '-e', 'prod', ...locked, ...args], {
    connect: impatient,
  });
  expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
  expect(stderr).toContain(`[${expected}]`);
});
