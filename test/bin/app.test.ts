// The reference app as the CDK CLI starts it: what it says and leaves behind when it refuses.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isInFaq } from '../support/faq';

const ROOT = path.join(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'exchange-keys-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;

function runApp(config: string) {
  const file = path.join(folder, `config-${++runs}.yaml`);
  const assembly = path.join(folder, `assembly-${runs}`);
  writeFileSync(file, config);
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ config: file }) },
  });
  return { status, stderr, synthesised: existsSync(path.join(assembly, 'manifest.json')) };
}

test('a configuration that is fine is synthesised without a word', () => {
  const run = runApp('environment: dev\nregions:\n  eu-west-1: { availabilityZones: [eu-west-1a], network: {} }\n');
  expect(run).toEqual({ status: 0, stderr: '', synthesised: true });
}, 60_000);

test.each([
  ['while the file is read', 'environment: dev\nregons: {}\n', 'CONFIG_UNKNOWN_KEY'],
  [
    'while a construct is made',
    'environment: dev\nregions:\n  eu-west-1: { availabilityZones: [us-east-1a] }\n',
    'AVAILABILITY_ZONE_OF_OTHER_REGION',
  ],
  [
    'at the end of synth',
    'environment: prod\nterminationProtection: false\nregions:\n  eu-west-1: { availabilityZones: [eu-west-1a] }\n',
    'TERMINATION_PROTECTION_REQUIRED',
  ],
])(
  'a refusal %s is said once, with its code, without a stack trace, and nothing is synthesised',
  (_, config, code) => {
    const { status, stderr, synthesised } = runApp(config);
    expect({ status, synthesised }).toEqual({ status: 1, synthesised: false });
    expect(stderr.match(new RegExp(`\\[${code}\\]`, 'g'))).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(isInFaq(stderr, code)).toBe(true);
  },
  60_000,
);
