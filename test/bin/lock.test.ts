// The reference app with a lock file beside its configuration: what it refuses, and that it names the file.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { compose } from '../../bin/compose';
import { readConfig } from '../../bin/config/read-config';
import { readExchange } from '../../bin/config/read-exchange';
import { readLock } from '../../bin/config/read-lock';
import { type LockDocument, type LockEntry, sealLock, serializeLock } from '../../contract/lock';
import { extraEnvironments } from '../../lib/core/checks';
import { allocationOf } from '../contract/lock/arbitraries';
import { draining, entry } from '../contract/lock/fixture';
import { refusal } from '../support/config-error';
import { isInFaq } from '../support/faq';

const ROOT = path.join(__dirname, '..', '..');
const CONTEXT = { 'cdk-exchange-keys:today': '2026-11-22' };
const folder = mkdtempSync(path.join(tmpdir(), 'exchange-keys-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `exchange-keys.yaml` of dev and files beside it, in a folder of their own. */
let runs = 0;
function written(config: string, files: { [name: string]: string | Uint8Array } = {}): string {
  const place = path.join(folder, `run-${++runs}`);
  mkdirSync(place);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(place, name), content);
  copyFileSync(path.join(ROOT, 'exchange-xxkk.yaml'), path.join(place, 'exchange-xxkk.yaml'));
  const file = path.join(place, 'exchange-keys.yaml');
  writeFileSync(file, config);
  return file;
}

/** What bin/app.ts does with the file. */
function synthesised(file: string): App {
  const app = new App({ context: CONTEXT });
  const config = readConfig(file);
  const lock = readLock(file, config, extraEnvironments(app));
  compose(app, config, (exchange) => readExchange(file, exchange), lock);
  app.synth();
  return app;
}

const REGION = (more = '') => `
  eu-west-1:
    availabilityZones: [eu-west-1a]
    standbyAvailabilityZones: [eu-west-1b]
    network: {}
${more}`;
const CONFIG = `environment: dev\nregions:${REGION()}`;
const RING = `
ring:
  homeRegion: eu-west-1
  owner: desk-1
  exchangeFile: exchange-xxkk.yaml
  operators: [arn:aws:iam::111122223333:role/Operator]
  breakGlassRole: arn:aws:iam::111122223333:role/BreakGlass
`;

const A = entry('a', 1);
const B = entry('b', 2, { role: 'standby' });
const US = entry('a', 7, { availabilityZone: 'us-east-1a' });
const lockWith = (regions: { [region: string]: LockEntry[] }, environment = 'dev'): LockDocument =>
  sealLock({ schemaVersion: 1, environment, regions });
const textOf = (...entries: LockEntry[]) => serializeLock(lockWith({ 'eu-west-1': entries }));
const LOCK = textOf(A, B);
const adopting = (a: number, b: number, pool = '') =>
  `environment: dev\nregions:${REGION(`    addresses:
      source: adopt
      allocationIds: { eu-west-1a: ${allocationOf(a)}, eu-west-1b: ${allocationOf(b)} }
      ${pool}\n`)}`;

describe('the file', () => {
  test('is egress.lock.json beside the configuration, if it is there, or the one that is named', () => {
    expect(() => synthesised(written(CONFIG))).not.toThrow();
    expect(() => synthesised(written(CONFIG, { 'egress.lock.json': LOCK }))).not.toThrow();
    const named = `lockFile: other.json\n${CONFIG}`;
    expect(() => synthesised(written(named, { 'other.json': LOCK, 'egress.lock.json': 'not read' }))).not.toThrow();
    refusal('LOCK_NOT_JSON', () => synthesised(written(CONFIG, { 'egress.lock.json': '' })));
  });

  test('is missed when it is named', () => {
    const message = refusal('LOCK_FILE_MISSING', () => synthesised(written(`lockFile: locks/dev.json\n${CONFIG}`)));
    expect(message).toContain(`'lockFile' names ${path.join(folder, `run-${runs}`, 'locks', 'dev.json')}, and`);
  });

  test('must be a text that can be read', () => {
    const file = written(`lockFile: ..\n${CONFIG}`);
    expect(refusal('LOCK_FILE_UNREADABLE', () => synthesised(file))).toContain(`${folder} cannot be read (EISDIR)`);
    const utf16 = Buffer.from(`\ufeff${LOCK}`, 'utf16le');
    const message = refusal('LOCK_FILE_UNREADABLE', () => synthesised(written(CONFIG, { 'egress.lock.json': utf16 })));
    expect(message).toContain('(not UTF-8)');
  });

  test('may begin with a byte order mark and end its lines as Windows does', () => {
    const windows = `\ufeff${LOCK.replaceAll('\n', '\r\n')}`;
    expect(() => synthesised(written(CONFIG, { 'egress.lock.json': windows }))).not.toThrow();
  });
});

const ours = LOCK.replace(/^ {4}/m, '<<<<<<< HEAD\n    ');
const edited = LOCK.replace('52.210.0.1', '52.210.0.9');
const twice = { ...lockWith({ 'eu-west-1': [A, { ...B, address: A.address }] }) };

test.each([
  ['of another environment', 'LOCK_OTHER_ENVIRONMENT', serializeLock(lockWith({ 'eu-west-1': [A, B] }, 'test'))],
  ['with merge-conflict markers', 'LOCK_MERGE_CONFLICT', ours],
  ['of an unknown version', 'LOCK_SCHEMA_VERSION', LOCK.replace('"schemaVersion": 1', '"schemaVersion": 2')],
  ['with an address twice', 'LOCK_DUPLICATE', JSON.stringify(twice)],
  ['that was edited by hand', 'LOCK_EDITED', edited],
])('a lock %s is refused with the path of its file', (_what, code, text) => {
  const file = written(CONFIG, { 'egress.lock.json': text });
  const message = refusal(code, () => synthesised(file));
  expect(message).toContain(`(at ${path.join(path.dirname(file), 'egress.lock.json')})`);
});

const TWO_REGIONS = serializeLock(lockWith({ 'eu-west-1': [A, B], 'us-east-1': [US] }));
const dropped = CONFIG.replace('    standbyAvailabilityZones: [eu-west-1b]\n', '');
const activated = CONFIG.replace('[eu-west-1a]', '[eu-west-1a, eu-west-1c]');
const untold = textOf({ ...A, told: {} }, B);

test.each([
  ['an address outside its declared pool', 'LOCK_OUTSIDE_POOL', adopting(1, 2, 'declaredPool: 52.210.0.0/31'), LOCK],
  ['a temporary address past its day', 'LOCK_ENTRY_EXPIRED', CONFIG, textOf({ ...A, retireAfter: '2026-11-01' }, B)],
  ['a dropped zone', 'LOCK_ZONE_DROPPED', dropped, LOCK],
  ['a zone that drains and is still known', 'LOCK_ZONE_STILL_KNOWN', dropped, textOf(A, draining('b', 2))],
  ['a dropped region', 'LOCK_REGION_DROPPED', CONFIG, TWO_REGIONS],
  ['an active zone without an entry', 'LOCK_ZONE_WITHOUT_ENTRY', activated, LOCK],
  ['two addresses that trade zones', 'LOCK_ADDRESS_MOVED', adopting(2, 1), LOCK],
  ['another address in a zone', 'LOCK_ADDRESS_REPLACED', adopting(1, 9), LOCK],
  ['an address that the exchange of the ring does not know', 'LOCK_NOT_TOLD', `${CONFIG}${RING}`, untold],
  [
    'a region here that is said to be elsewhere',
    'LOCK_REGION_NOT_ELSEWHERE',
    `regionsElsewhere: [eu-west-1]\n${CONFIG}`,
    LOCK,
  ],
])('%s is refused', (_what, code, config, lock) => {
  refusal(code, () => synthesised(written(config, { 'egress.lock.json': lock })));
});

test.each([
  ['addresses of their pool', adopting(1, 2, 'declaredPool: 52.210.0.0/24'), LOCK],
  ['a region that another configuration has', `regionsElsewhere: [us-east-1]\n${CONFIG}`, TWO_REGIONS],
  ['an address that the exchange of the ring knows', `${CONFIG}${RING}`, LOCK],
])('%s are let through', (_what, config, lock) => {
  expect(() => synthesised(written(config, { 'egress.lock.json': lock }))).not.toThrow();
});

test('a declared pool is for addresses that can be chosen, and a CIDR', () => {
  const allocated = `environment: dev\nregions:${REGION('    addresses: { source: allocate, declaredPool: 52.210.0.0/24 }\n')}`;
  refusal('CONFIG_CONFLICTING_KEYS', () => synthesised(written(allocated)));
  refusal('CONFIG_INVALID_VALUE', () => synthesised(written(adopting(1, 2, 'declaredPool: 52.210.0.0'))));
  refusal('CIDR_HOST_BITS_SET', () => synthesised(written(adopting(1, 2, 'declaredPool: 52.210.0.1/24'))));
});

describe('the lock of a local AWS, whose addresses are loopback addresses,', () => {
  const local = serializeLock(lockWith({ 'eu-west-1': [{ ...A, address: '127.64.0.1' }, B] }), { localAws: true });
  const endpoint = process.env.AWS_ENDPOINT_URL;
  afterEach(() => {
    delete process.env.AWS_ENDPOINT_URL;
    if (endpoint !== undefined) process.env.AWS_ENDPOINT_URL = endpoint;
  });

  test('is let through where AWS_ENDPOINT_URL says that one is called', () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:4566';
    expect(() => synthesised(written(CONFIG, { 'egress.lock.json': local }))).not.toThrow();
  });

  test.each([undefined, 'https://aws.example.com', 'http://127.0.0.1.example.com'])('is refused with %s', (given) => {
    delete process.env.AWS_ENDPOINT_URL;
    if (given !== undefined) process.env.AWS_ENDPOINT_URL = given;
    refusal('ALLOWLIST_LOOPBACK', () => synthesised(written(CONFIG, { 'egress.lock.json': local })));
  });
});

test.each([
  ['while the lock is read', CONFIG, edited, 'LOCK_EDITED'],
  ['while the addresses are made', dropped, LOCK, 'LOCK_ZONE_DROPPED'],
  ['at the end of synth', CONFIG, TWO_REGIONS, 'LOCK_REGION_DROPPED'],
])(
  'a refusal %s is said once, with its code, without a stack trace, and nothing is synthesised',
  (_what, config, lock, code) => {
    const file = written(config, { 'egress.lock.json': lock });
    const assembly = path.join(path.dirname(file), 'assembly');
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ config: file, ...CONTEXT }) },
    });
    expect({ status, synthesised: existsSync(path.join(assembly, 'manifest.json')) }).toEqual({
      status: 1,
      synthesised: false,
    });
    expect(stderr.match(new RegExp(`\\[${code}\\]`, 'g'))).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(isInFaq(stderr, code)).toBe(true);
  },
  60_000,
);
