// Installs what a fresh clone lacks, and nothing when all is in place: npm packages, a Python for the local AWS,
// the Lambda bundles. Runs before anything is installed, so it may use Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'node_modules', '.installed-lock');
const say = (line) => console.error(`[setup] ${line}`);

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    say(`'${command} ${args.join(' ')}' failed${error ? `: ${error.message}` : ` with exit code ${status}`}`);
    process.exit(1);
  }
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing npm packages from package-lock.json (once; about a minute)');
  run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, lock);
}

const newest = (folder) =>
  Math.max(
    ...readdirSync(path.join(root, folder), { recursive: true }).map(
      (file) => statSync(path.join(root, folder, file)).mtimeMs,
    ),
  );

/** When the bundle of a handler was written; never, when it is missing: a run that was killed leaves some out. */
function bundledAt(handler) {
  const bundle = path.join(root, 'assets', path.basename(handler, '.handler.ts'), 'index.js');
  return existsSync(bundle) ? statSync(bundle).mtimeMs : 0;
}

function bundleHandlers() {
  const handlers = readdirSync(path.join(root, 'runtime'), { recursive: true }).filter((file) =>
    file.endsWith('.handler.ts'),
  );
  const sources = Math.max(
    newest('runtime'),
    newest('contract'),
    newest('protocol'),
    statSync(path.join(root, 'scripts', 'bundle.mjs')).mtimeMs,
  );
  if (Math.min(...handlers.map(bundledAt)) >= sources) return;
  run(process.execPath, ['scripts/bundle.mjs']);
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  say(`Node ${process.versions.node} is too old; install Node 20 or later`);
  process.exit(1);
}
installPackages();
bundleHandlers();
if (process.argv.includes('--python')) {
  try {
    const { ensurePython } = (await import('./find-python.cjs')).default;
    ensurePython(say);
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
}
