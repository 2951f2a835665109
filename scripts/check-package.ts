// Packs the library, installs the tarball into empty projects as users would: one synthesises with it, one loads a key with it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { checkLoader } from './check-loader-package';

const ROOT = path.join(__dirname, '..');
/** What a user has beside the library: its peers, and nothing of our development. */
const PEERS = ['aws-cdk-lib', 'constructs'];

const USER_APP = `
const { App, Stack } = require('aws-cdk-lib');
const { ArnPrincipal, Role } = require('aws-cdk-lib/aws-iam');
const { AddressSource, EgressAddresses, EgressNetwork, Exchange, KeyPermission, KeyRing } = require('cdk-exchange-keys');
const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };
const addresses = new EgressAddresses(new Stack(app, 'A', { env }), 'E', {
  environment: 'dev',
  availabilityZones: ['eu-west-1a'],
  source: AddressSource.adopt({ 'eu-west-1a': 'eipalloc-0123456789abcdef0' }),
});
const network = new EgressNetwork(new Stack(app, 'N', { env }), 'Network', { addresses });
const keys = new Stack(app, 'K', { env });
new KeyRing(keys, 'Keys', {
  environment: 'dev',
  network,
  exchange: Exchange.fromDocument(require('./exchange-xxkk.json')),
  owner: 'desk-1',
  operators: [new ArnPrincipal('arn:aws:iam::111122223333:role/Operator')],
  breakGlassRole: Role.fromRoleArn(keys, 'B', 'arn:aws:iam::111122223333:role/B'),
}).addKey('A', { purpose: 'bot', instance: 'a', owner: 'desk-1', account: 's', permissions: [KeyPermission.READ] });
console.log(app.synth().stacks.length);
`;

function main(): void {
  const project = mkdtempSync(path.join(tmpdir(), 'exchange-keys-package-'));
  const run = (command: string, args: string[], cwd: string) =>
    execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, CDK_VALIDATION: 'false' } });
  try {
    run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', project], ROOT);
    const [tarball] = readdirSync(project);
    const modules = path.join(project, 'node_modules');
    mkdirSync(path.join(modules, 'cdk-exchange-keys'), { recursive: true });
    run('tar', ['xzf', tarball, '--strip-components=1', '-C', path.join(modules, 'cdk-exchange-keys')], project);
    for (const peer of PEERS) symlinkSync(path.join(ROOT, 'node_modules', peer), path.join(modules, peer), 'dir');

    const files = run('tar', ['tzf', tarball], project).split('\n');
    const strangers = files.filter((file) =>
      /package\/(lib|runtime|protocol|loaders|bin|test|local-aws|scripts|bench)\/|\.env|exchange-keys\.yaml$/.test(
        file,
      ),
    );
    if (strangers.length > 0)
      throw new Error(`the package holds what it should not: ${strangers.slice(0, 5).join(', ')}`);

    writeFileSync(path.join(project, 'app.js'), USER_APP);
    const exchange = parse(readFileSync(path.join(ROOT, 'exchange-xxkk.yaml'), 'utf8'));
    writeFileSync(path.join(project, 'exchange-xxkk.json'), JSON.stringify(exchange));
    const stacks = run(process.execPath, ['app.js'], project).trim();
    if (stacks !== '3') throw new Error(`the constructs gave ${stacks} stacks instead of 3`);

    const command = path.join(modules, 'cdk-exchange-keys', 'dist', 'bin', 'exchange-keys.js');
    const version = run(process.execPath, [command, '--version'], project).trim();
    if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`the command's version is '${version}'`);

    writeFileSync(
      path.join(project, 'exchange-keys.yaml'),
      'environment: dev\nregions:\n  eu-west-1: { availabilityZones: [eu-west-1a], network: {} }\n',
    );
    const app = path.join(modules, 'cdk-exchange-keys', 'dist', 'bin', 'app.js');
    execFileSync(process.execPath, [app], {
      cwd: project,
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: path.join(project, 'cdk.out') },
    });
    const templates = readdirSync(path.join(project, 'cdk.out')).filter((file) => file.endsWith('.template.json'));
    if (templates.length !== 2) throw new Error(`the reference app gave ${templates.length} templates instead of 2`);
    checkLoader(path.join(project, tarball), path.join(project, 'workload'));
    console.log(
      `${tarball}: ${files.length} files, constructs, reference app, command and loader work without our development dependencies`,
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

main();
