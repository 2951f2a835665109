// The folder walls of what is shipped: built as the package builds it, a bundle holds only what its wall lets in.
import { BUNDLE_WALLS, Bundle, bundleViolations, readBundles } from './bundles';
import { addBuild, GOOD, inTree, ROOT, Tree } from './trees';

const built = (tree: Tree): Promise<Bundle[]> =>
  inTree(tree, (root) => {
    addBuild(root);
    return readBundles(root);
  });

const check = async (tree: Tree) => (await built(tree)).flatMap(bundleViolations);

test('every bundle of this repository keeps its wall, and there is one of every kind', () => {
  const bundles = readBundles(ROOT);
  expect(bundles.flatMap(bundleViolations)).toEqual([]);
  expect(new Set(bundles.map(({ kind }) => kind))).toEqual(new Set(Object.keys(BUNDLE_WALLS)));
});

test('a tree with no wrong import passes', async () => {
  expect(await check(GOOD)).toEqual([]);
});

test('an import that reaches lib/ by way of other files breaks the wall of the Lambda, and the way is told', async () => {
  const found = await check({
    ...GOOD,
    'runtime/shared/client.ts': `export { client } from '../../contract/client';\n`,
    'contract/client.ts': `export { size as client } from '../lib/core/size';\n`,
    'lib/core/size.ts': `export const size = 1;\n`,
  });
  const way = 'runtime/egress/look.handler.ts → runtime/shared/client.ts → contract/client.ts → lib/core/size.ts';
  expect(found).toEqual([
    expect.stringMatching(`^look: a Lambda holds runtime/, protocol/ and contract/.*; not ${way}$`),
    expect.stringMatching(
      /^dist\/bin\/exchange-keys\.js: the command holds .*; not bin\/cli\/main\.ts → .* → lib\/core\/size\.ts$/,
    ),
    expect.stringMatching(/^contract\/: .*; not contract\/client\.ts → lib\/core\/size\.ts$/),
  ]);
});

describe('a tree with a wrong import in every bundle', () => {
  const wrong: Tree = {
    ...GOOD,
    'runtime/egress/cdk.handler.ts': `export { Construct as handler } from 'constructs';\n`,
    'runtime/egress/big.handler.ts': `export const handler = '${'a'.repeat(1_000_000)}';\n`,
    'bin/config/read.ts': `export { client as read } from '../../runtime/shared/client';\n`,
    'bin/cli/main.ts': `export { distance as main } from 'fastest-levenshtein';\n`,
    'lib/core/check.ts': `export * from 'node:https';\nexport { one as check } from '../../runtime/one';\n`,
    'runtime/one.ts': 'export const one = 1;\n',
    'contract/name.ts': `export { parse as name } from 'yaml';\n`,
    'loaders/node/index.ts': `export { App as load } from 'aws-cdk-lib';\nexport { client } from '../../runtime/shared/client';\n`,
  };
  let found: string[];
  beforeAll(async () => {
    found = await check(wrong);
  });

  test.each([
    ['cdk', 'runtime/egress/cdk.handler.ts → .*constructs/'],
    ['big', 'bytes are too many'],
    ['dist/bin/app.js', 'bin/config/read.ts → runtime/shared/client.ts'],
    ['dist/bin/app.js', '@aws-sdk/client-ec2'],
    ['dist/bin/exchange-keys.js', 'fastest-levenshtein'],
    ['dist/loaders/node/index.js', 'loaders/node/index.ts → .*aws-cdk-lib/'],
    ['dist/loaders/node/index.js', 'loaders/node/index.ts → runtime/shared/client.ts'],
    ['lib/index.ts', 'node:https'],
    ['lib/index.ts', 'lib/core/check.ts → runtime/one.ts'],
    ['contract/', 'yaml'],
  ])('%s breaks its wall: %s', (name, told) => {
    expect(found).toContainEqual(expect.stringMatching(`^${name}: .*${told}`));
  });
});

test('a kind of bundle that no wall is about fails', () => {
  const metafile = { inputs: {}, outputs: {} };
  expect(bundleViolations({ kind: 'new', name: 'one', metafile })).toEqual([expect.stringContaining(`of kind 'new'`)]);
});
