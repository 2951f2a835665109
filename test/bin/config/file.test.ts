// A file that cannot be read, is empty or is not one YAML document.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../../bin/config/read-config';
import { MINIMAL_CONFIG } from '../../../bin/config/read-text';
import { errorOf, problemsOf, readText, refusal, VALID } from './temp-config';

const directory = mkdtempSync(path.join(tmpdir(), 'config-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a missing file: where it was looked for, how to choose another, how to start one', () => {
  const file = path.join(directory, 'nope.yaml');
  const { code, message } = errorOf(() => readConfig(file));
  expect(code).toBe('CONFIG_FILE_MISSING');
  expect(message).toContain(
    `no config file at ${file}; choose another file with -c config=<path> (npm start: --config <path>)`,
  );
  for (const line of MINIMAL_CONFIG) expect(message).toContain(line);
});

test('a relative path is told in full, and a file as a directory is a missing file', () => {
  expect(errorOf(() => readConfig('nope.yaml')).message).toContain(path.resolve('nope.yaml'));
  expect(errorOf(() => readConfig(path.join(__filename, 'x.yaml'))).code).toBe('CONFIG_FILE_MISSING');
});

test('the three lines it advises are a valid file', () => {
  expect(readText(MINIMAL_CONFIG.join('\n')).environment).toBe('dev');
});

test('a directory, a path no system can open and a text that is not UTF-8 are unreadable', () => {
  expect(errorOf(() => readConfig(directory))).toMatchObject({
    code: 'CONFIG_FILE_UNREADABLE',
    message: `config file ${directory} is a directory; name a file in it or choose another file with -c config=<path> (npm start: --config <path>)`,
  });
  expect(errorOf(() => readConfig('nul\0character')).code).toBe('CONFIG_FILE_UNREADABLE');
  expect(errorOf(() => readConfig('x'.repeat(5000))).message).toMatch(/cannot be read \(ENAMETOOLONG\)/);
  const utf16 = refusal(Buffer.from(`\ufeff${VALID}`, 'utf16le'));
  expect(utf16.code).toBe('CONFIG_FILE_UNREADABLE');
  expect(utf16.message).toContain('is not UTF-8 text; save it with the encoding UTF-8');
});

test.each(['', ' \n', '# only\n# comments\n', '---\n', '~', '\ufeff'])('%j is empty', (text) => {
  const { code, message } = refusal(text);
  expect(code).toBe('CONFIG_FILE_EMPTY');
  expect(message).toMatch(/^1 problem in exchange-keys.yaml\nexchange-keys.yaml:1:1: the file is empty or holds only/);
});

test.each([
  ['- a', 'a list'],
  ['hello', 'a single value'],
  ['42', 'a single value'],
])('%j is not a mapping', (text, kind) => {
  expect(refusal(text).code).toBe('CONFIG_INVALID_VALUE');
  expect(problemsOf(text)[0]).toMatch(`1:1: the file is ${kind}, it must be a mapping of keys to values; start from`);
});

test.each([
  [
    'several documents',
    `${VALID}---\n${VALID}`,
    "5:1: several YAML documents in one file; keep one and remove the '---'",
  ],
  ['an open quote', 'environment: "dev', '1:18: malformed YAML: Missing closing "quote'],
  ['a tab', 'regions:\n\teu-west-1: {}', '2:1: malformed YAML: Tabs are not allowed as indentation'],
  ['an open bracket', `${VALID}    network: [`, '5:15: malformed YAML: Flow sequence'],
  ['an unknown tag', 'environment: !vault dev', '1:14: malformed YAML: Unresolved tag: !vault; remove the tag'],
  ['a tag of YAML 1.1', 'environment: !!binary aGk=', '1:14: malformed YAML: Unresolved tag: tag:yaml.org,2002:binary'],
  ['an unknown directive', `%FOO bar\n---\n${VALID}`, '1:1: malformed YAML: Unknown directive %FOO'],
  ['a list as a key', '? [a]\n: 1\n', '1:3: malformed YAML: a key must be a plain name'],
  [
    'an unquoted wildcard',
    `${VALID}    network:\n      dnsAllowlist: [*.xxkk.example]\n`,
    '6:22: malformed YAML: the alias at regions.eu-west-1.network.dnsAllowlist[0] has no anchor before it; ' +
      "a text that starts with * must be in quotes, such as '*.xxkk.example'",
  ],
  ['a merge of no mapping', `${VALID}<<: 3`, "5:1: malformed YAML: '<<' at << must merge mappings"],
  ['deep nesting', '['.repeat(20_000), 'malformed YAML: nested too deeply'],
  ['a mapping that merges itself', `${VALID}x: &x { <<: *x, y: 1 }`, '1:1: malformed YAML: the aliases lead nowhere'],
])('%s is malformed', (_what, text, problem) => {
  expect(refusal(text).code).toBe('CONFIG_YAML_MALFORMED');
  expect(problemsOf(text).join('\n')).toContain(problem);
});

test('a syntax error shows its line', () => {
  expect(problemsOf('owner: "x\n')[0]).toMatch(/^1:10|^2:1/);
  expect(refusal('owner: [a, b').message).toMatch(/\n {4}owner: \[a, b\n {4} +\^/);
});

test('an alias bomb is refused at once', () => {
  const level = (n: number): string => `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}]`;
  const bomb = ['a0: &a0 [x]', ...Array.from({ length: 9 }, (_, n) => level(n + 1))].join('\n');
  const start = performance.now();
  expect(refusal(bomb).code).toBe('CONFIG_YAML_MALFORMED');
  expect(problemsOf(bomb)[0]).toContain('the aliases lead nowhere or expand to too much; write the values out');
  expect(performance.now() - start).toBeLessThan(2000);
});

test('of very many problems the first fifty are told', () => {
  const text = Array.from({ length: 80 }, (_, n) => `unheard${n}: 1`).join('\n');
  expect(refusal(text).message).toMatch(/^82 problems in exchange-keys.yaml\n/);
  expect(problemsOf(text)).toHaveLength(51);
  expect(problemsOf(text).at(-1)).toBe('and 32 more');
});
