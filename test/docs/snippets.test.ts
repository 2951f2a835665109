// The TypeScript blocks of README and docs compile against the library as a user would, and the README's first one runs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../bin/config/read-config';

const ROOT = path.join(__dirname, '..', '..');
const documents = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true }).map((file) => `docs/${file}`),
].filter((file) => file.endsWith('.md'));

interface Snippet {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

function snippets(file: string, language: string): Snippet[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    code: match[1],
  }));
}

let folder: string;
beforeAll(() => {
  mkdirSync(path.join(ROOT, 'out'), { recursive: true });
  folder = mkdtempSync(path.join(ROOT, 'out', 'snippets-')); // inside the repository, so that modules resolve
  const exchange = parse(readFileSync(path.join(ROOT, 'exchange-xxkk.yaml'), 'utf8'));
  writeFileSync(path.join(folder, 'exchange-xxkk.json'), JSON.stringify(exchange));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const complete = documents.flatMap((file) => snippets(file, 'ts')).filter(({ code }) => code.includes('import '));

test('complete TypeScript snippets compile', () => {
  expect(complete.length).toBeGreaterThan(0);
  const files = complete.map(({ file, line, code }) => {
    const name = `${file.replace(/\W+/g, '-')}-line-${line}.ts`;
    writeFileSync(path.join(folder, name), code);
    return name;
  });
  const options = {
    extends: '../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false, rootDir: '../..' },
    files,
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(options));
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 60_000);

test('the example at the top of the README is as short as it claims, and synthesises', () => {
  const [{ code }] = snippets('README.md', 'ts');
  const file = path.join(folder, 'readme.test-run.ts');
  const local = code.replace("'cdk-exchange-keys'", "'../../lib'");
  writeFileSync(
    file,
    `${local}\nconst names = app.synth().stacks.map((s) => s.stackName);\nconsole.log(names.join());\n`,
  );
  const run = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: ROOT, encoding: 'utf8' });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  expect(run.stdout.trim()).toBe('Addresses,Network,Keys');
  const statements = code.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
  expect(statements.length).toBeLessThanOrEqual(15);
});

test('whole configuration files in README and docs are accepted', () => {
  const files = documents
    .flatMap((file) => snippets(file, 'yaml'))
    .filter(({ code }) => /^environment:/m.test(code) && /^regions:/m.test(code));
  expect(files.length).toBeGreaterThan(0);
  for (const { code } of files) {
    const file = path.join(folder, 'exchange-keys.yaml');
    writeFileSync(file, code);
    expect(() => readConfig(file)).not.toThrow();
  }
});
