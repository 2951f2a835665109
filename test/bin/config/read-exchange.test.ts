// The file of an exchange: where it is looked for, what of it the environment replaces, and what is no such file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readExchange } from '../../../bin/config/read-exchange';
import { checkExchangeConfiguration } from '../../../contract/exchange/check-exchange-configuration';
import { schemaProblems } from '../../../lib/keys/exchange-schema';
import { refusal } from '../../support/config-error';

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

test('a relative path begins beside the file that names it', () => {
  expect(written('name: xxkk\nbaseUrl: https://api.xxkk.example\n')).toEqual({
    name: 'xxkk',
    baseUrl: 'https://api.xxkk.example',
  });
});

test('XXKK_API_BASE_URL wins over the file (G14)', () => {
  process.env.XXKK_API_BASE_URL = 'https://test.xxkk.example';
  expect(written('name: xxkk\nbaseUrl: https://api.xxkk.example\n').baseUrl).toBe('https://test.xxkk.example');
  expect(written('name: other\nbaseUrl: https://api.other.example\n').baseUrl).toBe('https://api.other.example');
});

test('the example of the repository has no problem', () => {
  const example = readExchange(path.join(ROOT, 'exchange-keys.yaml'), 'exchange-xxkk.yaml');
  expect([...schemaProblems(example), ...checkExchangeConfiguration(example)]).toEqual([]);
});

test.each(['', '- a\n', 'just text', 'a: [', 'a: 1\na: 2\n'])('%j is refused', (text) => {
  expect(refusal('EXCHANGE_FILE_UNREADABLE', () => written(text))).toContain('xxkk.yaml');
});

test('a file that is not there', () => {
  refusal('CONFIG_FILE_MISSING', () => readExchange(config, 'none.yaml'));
});
