// The folder walls of the source: every import of every file against the table, and proof that the check sees breaches.
import { areaCycles, fileCycles } from './cycles';
import { readSources } from './imports';
import { GOOD, inTree, ROOT, Tree, WRONG_BEYOND_LINT, WRONG_GLOBALS, WRONG_IMPORTS } from './trees';
import { violations } from './walls';

const check = (tree: Tree) => inTree(tree, (root) => violations(readSources(root)));

describe('this repository', () => {
  const files = readSources(ROOT);

  test('keeps every wall, and no file is without one', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(violations(files)).toEqual([]);
  });

  test('has no import cycle among files or areas', () => {
    expect(fileCycles(files)).toEqual([]);
    expect(areaCycles(files)).toEqual([]);
  });
});

test('a tree with a file for every wall and no wrong import passes', async () => {
  expect(await check(GOOD)).toEqual([]);
});

test.each([...WRONG_IMPORTS, ...WRONG_GLOBALS, ...WRONG_BEYOND_LINT])(
  '$file with $names breaks the wall',
  async ({ file, text, names, wall }) => {
    const found = await check({ ...GOOD, [file]: text });
    expect(found).toEqual([{ file, import: names, rule: expect.stringMatching(`^${wall}`) }]);
  },
);

test.each(['newcomer/one.ts', 'bin/other.ts', 'loaders/deno/index.ts', 'stray.mjs', 'docs/example.tsx'])(
  '%s fails: no wall is about it',
  async (file) => {
    const found = await check({ ...GOOD, [file]: 'export {};\n' });
    expect(found).toEqual([{ file, import: '', rule: expect.stringContaining('No wall is about this file') }]);
  },
);

test('a cycle is found among files, and among areas when no file takes part in one', async () => {
  const files = await inTree(
    {
      'lib/a/one.ts': `import './two';`,
      'lib/a/two.ts': `export * from '../a/three';\nimport type { one } from './one';`,
      'lib/a/three.ts': `const one = require('./one');\nimport '../b/leaf';`,
      'lib/b/leaf.ts': '',
      'lib/b/other.ts': `import type { leaf } from '../a/leaf';`,
      'lib/a/leaf.ts': '',
    },
    readSources,
  );
  expect(fileCycles(files)).toEqual(['lib/a/one.ts → lib/a/two.ts → lib/a/three.ts → lib/a/one.ts']);
  expect(areaCycles(files)).toEqual(['lib/a → lib/b → lib/a']);
});
