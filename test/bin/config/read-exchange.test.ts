// The file of an exchange: where it is looked for, what of it the environment replaces, and what is no such file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { readExchange } from '../../../bin/config/read-exchange';
import { exchangeProblems } from '../../../lib/keys/exchange-schema';
import { refusal } from '../../support/config-error';
import { xxkkConfiguration } from '../../support/exchange-configuration';

const ROOT = path.join(__dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'exchange-'));
const config = path.join(folder, 'exchange-keys.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  delete process.env.XXKK_API_BASE_URL;
});

function written(text: string) {
  writeFileSync(path.join(folder, 'xxkk.yaml'), text);
  return readExchange(config, 'xxkk.yaml');
}

/** A configuration as YAML; JSON is some. */
const yaml = (more: object = {}) =>
  JSON.stringify({ ...xxkkConfiguration('https://api.xxkk.example'), ...more }, null, 2);

test('a relative path begins beside the file that names it', () => {
  expect(written(yaml())).toEqual(xxkkConfiguration('https://api.xxkk.example'));
});

test('XXKK_API_BASE_URL wins over the file (G14)', () => {
  process.env.XXKK_API_BASE_URL = 'https://test.xxkk.example';
  expect(written(yaml()).baseUrl).toBe('https://test.xxkk.example');
  expect(written(yaml({ name: 'other' })).baseUrl).toBe('https://api.xxkk.example');
  process.env.XXKK_API_BASE_URL = 'http://test.xxkk.example';
  expect(refusal('EXCHANGE_CONFIGURATION_INVALID', () => written(yaml()))).toContain('\nXXKK_API_BASE_URL: ');
});

test('the example of the repository has no problem', () => {
  const example = readExchange(path.join(ROOT, 'exchange-keys.yaml'), 'exchange-xxkk.yaml');
  expect(exchangeProblems(example)).toEqual([]);
});

test.each(['', '- a\n', 'just text', 'a: [', 'a: 1\na: 2\n'])('%j is refused', (text) => {
  expect(refusal('EXCHANGE_FILE_UNREADABLE', () => written(text))).toContain('xxkk.yaml');
});

test('a file that is not there', () => {
  const message = refusal('EXCHANGE_FILE_UNREADABLE', () => readExchange(config, 'none.yaml'));
  expect(message).toContain("'ring.exchangeFile' names it");
});

test('every problem has the line of what it is about; key material is said to have leaked, and is not shown', () => {
  const text = `apiSecret: 5ecret5ecret\n${stringify(JSON.parse(yaml({ limits: { requestPerSecond: 3 } })))}`;
  const line = text.split('\n').findIndex((some) => some.startsWith('limits:')) + 1;
  const message = refusal('EXCHANGE_CONFIGURATION_INVALID', () => written(text));
  expect(message).toMatch(/has 2 problems: .*\nxxkk\.yaml:1:1: .*'apiSecret'.*leaked/);
  expect(message).toMatch(new RegExp(`\\nxxkk\\.yaml:${line}:\\d+: 'limits': .*requestsPerSecond`));
  expect(message).not.toContain('5ecret5ecret');
});

test('a file that is no YAML is not quoted: it may hold a key', () => {
  const message = refusal('EXCHANGE_FILE_UNREADABLE', () => written('apiSecret: "a"5ecret5ecret\n'));
  expect(message).toContain('line 1, column ');
  expect(message).not.toContain('5ecret5ecret');
});
