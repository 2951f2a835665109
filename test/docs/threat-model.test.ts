// Every control of the threat model names files that are there, and the test that shows it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const rows = readFileSync(path.join(ROOT, 'docs', 'threat-model.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat '))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
const paths = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

test('each threat has a control, a place and a test', () => {
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((cells) => cells.length !== 4 || cells.some((cell) => cell === ''))).toEqual([]);
});

test('places and tests exist', () => {
  const missing = rows
    .flatMap(([, , where, test]) => [...paths(where), ...paths(test)])
    .filter((name) => !existsSync(path.join(ROOT, name)));
  expect(missing).toEqual([]);
});

test('what is shown by a test is shown by one that runs', () => {
  const tests = rows.flatMap(([, , , test]) => paths(test));
  expect(tests.length).toBeGreaterThan(45);
  expect(
    tests.filter((name) => !/^test\/.+\.test\.ts$|^test\/(?:loaders\/python|local-aws)\/test_\w+\.py$/.test(name)),
  ).toEqual([]);
});
