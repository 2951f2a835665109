// The lock of the addresses as an operator uses it: from the first deployment to a zone that comes and one that goes (G5, G9).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../bin/config/config';
import { LOCK_FILE, type LockEntry, type LockRole, parseLock } from '../../contract/lock';
import { LocalDeployment } from './support/local-deployment';
import { type Finished, operatorCommand } from './support/operator-command';
import { ENVIRONMENT, REGION, RING_CONFIG } from './support/ring-config';

const [A, B, C] = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const STACKS = ['addresses', 'network'].map((name) => `exchange-keys-${ENVIRONMENT}-${name}-${REGION}`);

/** The ring is there for its exchange, which has to know the addresses; it is not deployed. */
function config(active: string[], standby: string[] = []): Config {
  const regions = {
    [REGION]: {
      availabilityZones: active,
      standbyAvailabilityZones: standby,
      network: { layout: 'zonal' as const },
    },
  };
  return { environment: ENVIRONMENT, regions, ring: RING_CONFIG.ring };
}

/** Ends the command in the middle of writing: before or after the new file has taken the place of the old one. */
const KILLED = `
const fs = require('node:fs');
const { renameSync } = fs;
fs.renameSync = (...given) => {
  if (process.env.TEST_KILL === 'after') renameSync(...given);
  process.kill(process.pid, 'SIGKILL');
};
require('node:module').syncBuiltinESMExports();
`;

let aws: LocalDeployment;
let file: string;

beforeAll(async () => {
  aws = await LocalDeployment.start([REGION]);
  file = path.join(aws.workspace, LOCK_FILE);
  writeFileSync(path.join(aws.workspace, 'killed.cjs'), KILLED);
});
afterAll(() => aws?.stop());

const deploy = (given: Config) =>
  aws.mustRun(['deploy', ...STACKS, '--require-approval', 'never', ...aws.withConfig(given)]);
const synth = (given: Config) => aws.run(['synth', '--quiet', ...aws.withConfig(given)]);

async function refusedBy(given: Config): Promise<string> {
  const { code, output } = await synth(given);
  expect(code).not.toBe(0);
  return output;
}

async function mustSynth(given: Config): Promise<void> {
  const { code, output } = await synth(given);
  if (code !== 0) throw new Error(output);
}

function command(args: string[], more?: NodeJS.ProcessEnv): Promise<Finished> {
  const place = { endpoint: aws.endpoint, region: REGION, environment: ENVIRONMENT };
  return operatorCommand(place, ['allowlist', ...args, '--lock', file], '', more);
}

async function mustCommand(...args: string[]): Promise<string> {
  const { code, output } = await command(args);
  if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}: ${output}`);
  return output;
}

const killed = (when: 'before' | 'after') =>
  command(['lock'], { NODE_OPTIONS: `--require=${path.join(aws.workspace, 'killed.cjs')}`, TEST_KILL: when });

const lock = () => parseLock(readFileSync(file, 'utf8'), { environment: ENVIRONMENT, localAws: true });
const entries = (): readonly LockEntry[] => lock().regions[REGION];
const roles = (): Record<string, LockRole> =>
  Object.fromEntries(entries().map(({ availabilityZone, role }) => [availabilityZone, role]));

function addressOf(zone: string): string {
  const found = entries().find(({ availabilityZone }) => availabilityZone === zone);
  if (found === undefined) throw new Error(`no ${zone} in ${JSON.stringify(entries())}`);
  return found.address;
}

test('the first deployment works without a lock, and says what to do next', async () => {
  const output = await deploy(config([A, B]));
  expect(output).toContain("run 'exchange-keys allowlist lock'");
  expect(output).toContain(`commit ${LOCK_FILE}`);
});

test('killed in the middle, the command leaves no lock or a whole one; run again, it ends', async () => {
  expect((await killed('before')).code).toBeNull();
  expect(existsSync(file)).toBe(false);
  expect((await killed('after')).code).toBeNull();
  const whole = readFileSync(file, 'utf8');
  expect(roles()).toEqual({ [A]: 'active', [B]: 'active' });
  expect(await mustCommand('lock')).toContain('no changes');
  expect(readFileSync(file, 'utf8')).toBe(whole);
});

test('synth wants the exchange to know every address', async () => {
  const output = await refusedBy(config([A, B]));
  expect(output).toContain('LOCK_NOT_TOLD');
  expect(output).toContain('exchange-keys allowlist told');
  await mustCommand('told', '--exchange', 'xxkk', '--all');
  await mustSynth(config([A, B]));
});

test('a zone dropped from the configuration is refused with the way to let it go; put back, all is well', async () => {
  const output = await refusedBy(config([A]));
  expect(output).toContain('LOCK_ZONE_DROPPED');
  expect(output).toContain(`exchange-keys allowlist lock --drain ${addressOf(B)}`);
  await mustSynth(config([A, B]));
});

test('a zone that comes: make before break', async () => {
  expect(await refusedBy(config([A, B, C]))).toContain('LOCK_ZONE_WITHOUT_ENTRY');
  await deploy(config([A, B], [C]));
  await mustCommand('lock');
  expect(roles()).toEqual({ [A]: 'active', [B]: 'active', [C]: 'standby' });
  const output = await refusedBy(config([A, B, C]));
  expect(output).toContain('LOCK_NOT_TOLD');
  expect(output).toContain(addressOf(C));
  await mustCommand('told', '--exchange', 'xxkk', '--addresses', addressOf(C));
  await deploy(config([A, B, C]));
  await mustCommand('lock');
  expect(roles()).toEqual({ [A]: 'active', [B]: 'active', [C]: 'active' });
  expect(await aws.natGateways(REGION)).toHaveLength(3);
});

test('a zone that goes: no exchange loses an address in use, and none keeps one that is free', async () => {
  const address = addressOf(B);
  const draining = ['lock', '--drain', address, '--reason', 'given up', '--approved-by', 'OPS-1', '--yes'];
  const early = await command(draining);
  expect(early.code).not.toBe(0);
  expect(early.output).toContain('LOCK_DRAIN_ACTIVE');

  await deploy(config([A, C], [B]));
  await mustCommand(...draining);
  expect(entries()).toContainEqual(
    expect.objectContaining({ address, role: 'draining', reason: 'given up', approvedBy: 'OPS-1' }),
  );
  expect(await refusedBy(config([A, C]))).toContain('LOCK_ZONE_STILL_KNOWN');
  expect(await refusedBy(config([A, B, C]))).toContain('LOCK_ZONE_DRAINING');

  expect(await mustCommand('dropped', '--exchange', 'xxkk', '--addresses', address)).toContain(`--drop ${address}`);
  const stillThere = await command(['lock', '--drop', address, '--yes']);
  expect(stillThere.output).toContain('LOCK_DROP_DEPLOYED');
  await deploy(config([A, C]));
  await mustCommand('lock', '--drop', address, '--yes');
  expect(roles()).toEqual({ [A]: 'active', [C]: 'active' });
  await mustSynth(config([A, C]));
  // the address itself is kept until somebody lets it go
  expect((await aws.addresses(REGION)).map(({ PublicIp }) => PublicIp)).toContain(address);
});
