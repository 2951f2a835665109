// Installs the tarball with npm as a workload does, without the peers and without a network, and loads a key with it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');

const KEY = {
  schema: 1,
  exchange: 'xxkk',
  name: 'dev-reader-01',
  keyId: 'id-1',
  apiKey: 'APIKEY0001',
  apiSecret: 'APISECRET0001',
  versionId: '11111111-2222-4333-8444-555555555555',
  createdAt: '2026-11-22T10:00:00Z',
};

const WORKLOAD = `
const key = await loadKey();
if (key.current.apiSecret !== 'APISECRET0001') throw new Error('the key is not the one of the file');
if (String(key.current).includes('APISECRET0001')) throw new Error('the key shows itself');
await key.close();
const refused = await loadKey({ source: { secretId: 'exchange-keys/dev/dev-reader-01' } }).catch((error) => error);
if (!(refused instanceof LoaderError) || refused.code !== 'LOADER_SDK_MISSING') throw refused;
console.log('loaded');
`;
const SOURCES: Readonly<Record<string, string>> = {
  'workload.cjs': `const { loadKey, LoaderError } = require('cdk-exchange-keys/loader');\n(async () => {${WORKLOAD}})();\n`,
  'workload.mjs': `import { loadKey, LoaderError } from 'cdk-exchange-keys/loader';\n${WORKLOAD}`,
};

const TYPED = `
import { ErrorClass, type HeldKey, type KeyHolder, loadKey, LoaderError } from 'cdk-exchange-keys/loader';
export async function sign(): Promise<string> {
  await using holder: KeyHolder = await loadKey({ keyName: 'dev-reader-01', onWarning: ({ code }) => console.warn(code) });
  const stop: () => void = holder.onRotate(({ previous, current }) => console.log(previous.keyVersion, current.fingerprint));
  stop();
  const { apiKey, apiSecret, passphrase }: HeldKey = holder.current;
  const outcome: 'changed' | 'unchanged' = await holder.refused(ErrorClass.KEY_UNKNOWN, holder.current.keyVersion);
  // @ts-expect-error a key cannot be changed
  holder.current.apiKey = '';
  return [apiKey, apiSecret, passphrase ?? '', outcome, new LoaderError('CODE', 'message').code].join();
}
`;
/** How consumers of TypeScript find types; the declarations themselves are checked, too. */
const RESOLUTIONS = [
  ['--module', 'node16', '--moduleResolution', 'node16'],
  ['--module', 'esnext', '--moduleResolution', 'bundler'],
];

/** @param folder an empty one. */
export function checkLoader(tarball: string, folder: string): void {
  mkdirSync(folder);
  const file = (name: string, text: string, mode = 0o600) => writeFileSync(path.join(folder, name), text, { mode });
  file('package.json', '{"name":"workload","private":true}');
  file('key.json', JSON.stringify(KEY), 0o400);
  file('typed.ts', TYPED);
  for (const [name, text] of Object.entries(SOURCES)) file(name, text);
  const run = (command: string, args: readonly string[], env = {}) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

  // An empty cache: what is not in the tarball is not to be had. --omit=peer alone would still ask the registry about the peers.
  const quiet = [
    '--offline',
    '--omit=peer',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  run('npm', ['install', ...quiet, '--cache', path.join(folder, 'npm-cache'), tarball]);
  for (const stranger of ['aws-cdk-lib', 'constructs', '@aws-sdk']) {
    if (existsSync(path.join(folder, 'node_modules', stranger))) throw new Error(`'${stranger}' was installed, too`);
  }
  for (const name of Object.keys(SOURCES)) {
    const said = run(process.execPath, [name], { XXKK_SECRET_FILE: 'key.json', XXKK_KEY_NAME: KEY.name });
    if (!said.endsWith('loaded\n')) throw new Error(`${name} said ${said}`);
  }
  mkdirSync(path.join(folder, 'node_modules', '@types'), { recursive: true });
  for (const types of ['@types/node', 'undici-types']) {
    symlinkSync(path.join(ROOT, 'node_modules', types), path.join(folder, 'node_modules', types), 'dir');
  }
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022', '--types', 'node'];
  for (const resolution of RESOLUTIONS) run(process.execPath, [tsc, ...strict, ...resolution, 'typed.ts']);
}
