// The loader as it is shipped, in processes of its own: it ends with its program, tells children nothing, and shows no value when it fails.
import { execFileSync, type SpawnSyncReturns, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isKeyReport } from '../../../contract/watch';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { API_KEY, API_SECRET, documentText, NAME, SECRET, VALUES, versionId } from './key/support/held-keys';
import { give, refuse, SecretsService } from './key/support/secrets-service';

const ROOT = path.join(__dirname, '..', '..', '..');
const LIMIT = 20_000;
let folder: string;
let file: string;

beforeAll(() => {
  // Everybody may enter: one test is another user.
  folder = mkdtempSync(path.join(tmpdir(), 'loader-'));
  chmodSync(folder, 0o755);
  file = path.join(folder, 'key.json');
  const bundle = `import { build } from 'esbuild'; import { loaderBundleOptions as options } from './scripts/build.mjs';
    await build({ ...options, outfile: process.argv[1] });`;
  execFileSync(process.execPath, ['--input-type=module', '-e', bundle, path.join(folder, 'loader.cjs')], { cwd: ROOT });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => put(documentText()));

const put = (text: string, mode = 0o400) => {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode });
};

type Ended = Pick<SpawnSyncReturns<string>, 'stdout' | 'stderr' | 'status' | 'signal'>;

const programText = (source: string) =>
  `const { loadKey } = require(${JSON.stringify(path.join(folder, 'loader.cjs'))});\n(async () => {\n${source}\n})();`;

/** A program with the loader; killed, and so failed, if it has not ended by itself after 20 s. */
function program(source: string, env: Record<string, string>, options: { uid?: number } = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['-e', programText(source)], {
    cwd: folder,
    env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    timeout: LIMIT,
    ...options,
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk) => {
      said[stream] += chunk;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ ...said, status, signal }));
  });
}

const clean = ({ stdout, stderr }: Ended) => {
  for (const value of VALUES) expect(stdout + stderr).not.toContain(value);
};

const withFile = () => ({ XXKK_SECRET_FILE: file, XXKK_KEY_NAME: NAME });

test('a program ends by itself although the holder is open, and stdout has one whole line for the watch', async () => {
  const ended = await program(
    'const key = await loadKey(); console.error(key, String(key.current), { ...key.current });',
    withFile(),
  );
  expect([ended.status, ended.signal]).toEqual([0, null]);
  expect(ended.stdout.endsWith('}\n')).toBe(true);
  expect(isKeyReport(JSON.parse(ended.stdout))).toBe(true);
  expect(ended.stderr).toContain(`KeyHolder ${NAME} (version ${versionId(1)}`);
  clean(ended);
});

test('the same with Secrets Manager, its real SDK and a connection that is kept alive', async () => {
  const service = await SecretsService.start();
  service.answer = give(documentText(), versionId(2));
  const aws = {
    AWS_ENDPOINT_URL: service.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const ended = await program('const key = await loadKey(); await key.refresh();', { XXKK_SECRET_ID: SECRET, ...aws });
  expect([ended.status, ended.stderr, service.asked.length]).toEqual([0, '', 2]);
  expect(JSON.parse(ended.stdout)).toMatchObject({ keyVersion: versionId(2), source: 'secrets-manager' });

  // While it starts, it waits: a pause between two tries must not end the program.
  service.answer = (response, asked) => {
    (service.asked.length < 6 ? refuse(503, 'ServiceUnavailable') : give(documentText(), versionId(2)))(
      response,
      asked,
    );
  };
  const waited = await program('await loadKey();', { XXKK_SECRET_ID: SECRET, ...aws });
  expect([waited.status, JSON.parse(waited.stdout).keyVersion]).toEqual([0, versionId(2)]);
  expect(JSON.parse(waited.stderr)).toMatchObject({ level: 'warn', code: 'SECRET_UNREADABLE' });
  await service.stop();
});

test('children do not inherit a key that was injected, unless it is to be kept', async () => {
  const environment = {
    XXKK_API_KEY: API_KEY,
    XXKK_API_SECRET: API_SECRET,
    XXKK_KEY_NAME: NAME,
    XXKK_KEY_VERSION: versionId(1),
  };
  const child =
    "process.stderr.write(require('node:child_process').execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)']))";
  const forgot = await program(
    `await loadKey(); ${child}; console.error(process.env, process.report.getReport().environmentVariables);`,
    environment,
  );
  expect([forgot.status, forgot.stderr.includes(NAME)]).toEqual([0, true]);
  clean(forgot);
  const kept = await program(`await loadKey({ forgetVariables: false }); ${child}`, environment);
  expect([kept.status, kept.stderr.includes(API_SECRET)]).toEqual([0, true]);
});

test.each<[string, string]>([
  ['KEY_DOCUMENT_MALFORMED', `${documentText().slice(0, -1)} ${API_SECRET}`],
  ['KEY_DOCUMENT_MALFORMED', API_SECRET],
  ['KEY_OF_OTHER_WORKLOAD', documentText({ name: 'prod-trader-bot-b' })],
])('%s, caught by nobody, ends the program and shows no value', async (code, text) => {
  put(text);
  const ended = await program('await loadKey();', withFile());
  expect([ended.status, ended.stderr.includes(code)]).toEqual([1, true]);
  expect(ended.stdout).toBe('');
  clean(ended);
});

test('a line is written at once, also into a pipe that somebody else writes to', async () => {
  const ended = await program(
    "for (let i = 0; i < 50; i++) { const key = await loadKey(); console.log('x'.repeat(5000)); await key.close(); }",
    withFile(),
  );
  const lines = ended.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(100);
  expect(lines.filter((line) => line.startsWith('{')).every((line) => isKeyReport(JSON.parse(line)))).toBe(true);
});

test('a log that nobody reads any more does not end the workload', async () => {
  const source = `process.stdin.resume();
    process.stdin.once('end', async () => {
      for (let i = 0; i < 20; i++) { await (await loadKey()).close(); await new Promise((resolve) => setTimeout(resolve, 5)); }
      console.error('alive');
    });`;
  const child = spawn(process.execPath, ['-e', programText(source)], {
    env: { PATH: process.env.PATH, ...withFile() },
    timeout: LIMIT,
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.destroy();
  child.stdin.end();
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect([status, stderr]).toEqual([0, 'alive\n']);
});

// Only root can become another user; everybody else has a test of its own in file-source.test.ts.
const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot('a file of another user cannot be read', async () => {
  const ended = await program('await loadKey();', withFile(), { uid: 65_534 });
  expect([ended.status, ended.stderr.includes('SECRET_FILE_UNREADABLE'), ended.stderr.includes('(EACCES)')]).toEqual([
    1,
    true,
    true,
  ]);
});

test('a program that only holds a key loads neither ajv nor the HTTP client of Node', async () => {
  const ended = await program(
    `await loadKey();
    console.error(JSON.stringify([...Object.keys(require.cache), ...process.moduleLoadList]));`,
    withFile(),
  );
  const loaded: string[] = JSON.parse(ended.stderr);
  expect(loaded).toContainEqual(expect.stringMatching(/loader\.cjs$/));
  expect(loaded.filter((name) => /node_modules|undici\/undici$/.test(name))).toEqual([]);
});

test('a program that ends itself leaves no counted request without its line', async () => {
  const configuration = { ...xxkkConfiguration('https://api.xxkk.example'), endpoints: { 'GET /v1/account': 'read' } };
  const ended = await program(
    `const { exchangeClient } = require(${JSON.stringify(path.join(folder, 'loader.cjs'))});
    const key = await loadKey({ records: () => {} });
    const client = await exchangeClient({
      key, aggregate: true, permissions: ['read'], sourceIp: '203.0.113.10', configuration: ${JSON.stringify(configuration)},
      fetch: async () => new Response('{"code":0}'),
    });
    for (let sent = 0; sent < 4; sent++) await client.fetch('/v1/account');
    process.exit();`,
    withFile(),
  );
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  const counts = ended.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).count ?? 1);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  clean(ended);
});

test('it is small, and nothing of it is the CDK', () => {
  const text = readFileSync(path.join(folder, 'loader.cjs'), 'utf8');
  expect(text.length).toBeLessThan(250_000);
  expect(text).not.toMatch(/require\("(aws-cdk-lib|constructs|@aws-lambda-powertools)/);
});
