// Proves that biome.json keeps the walls: one run over a tree in which each of them is broken once.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { GOOD, inTree, ROOT, WRONG_GLOBALS, WRONG_IMPORTS, Wrong } from './trees';
import { wallOf } from './walls';

interface Finding {
  readonly category: string;
  readonly message: string;
  readonly severity: string;
  readonly location: { readonly path: string };
}

const BIOME = path.join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
const IMPORTS = 'lint/style/noRestrictedImports';
const CYCLES = 'lint/suspicious/noImportCycles';
const GLOBALS = ['lint/style/noRestrictedGlobals', 'lint/nursery/noJsRestrictedProperties'];

/** What biome with the settings of this repository says about the tree, as far as walls are concerned. */
function lint(tree: Readonly<Record<string, string>>): Promise<Finding[]> {
  return inTree(tree, (root) => {
    copyFileSync(path.join(ROOT, 'biome.json'), path.join(root, 'biome.json'));
    const args = [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Finding[] };
    return diagnostics.filter(({ category }) => [IMPORTS, CYCLES, ...GLOBALS].includes(category));
  });
}

const asTree = (wrong: readonly Wrong[]) => Object.fromEntries(wrong.map(({ file, text }) => [file, text]));

test('a tree with no wrong import is clean', async () => {
  expect(await lint(GOOD)).toEqual([]);
});

describe('a tree with every wrong import', () => {
  let findings: Finding[];
  beforeAll(async () => {
    findings = await lint({
      ...GOOD,
      ...asTree([...WRONG_IMPORTS, ...WRONG_GLOBALS]),
      'lib/core/left.ts': `import './right';\n`,
      'lib/core/right.ts': `import './left';\n`,
    });
  });
  const about = (file: string) => findings.filter(({ location }) => location.path === file);

  test.each(WRONG_IMPORTS)('$file with $names is an error that names the wall', ({ file, wall }) => {
    const imports = about(file).filter(({ category }) => category === IMPORTS);
    expect(imports).toEqual([expect.objectContaining({ severity: 'error', message: wallOf(file)?.rule })]);
    expect(imports[0].message).toMatch(wall);
  });

  test.each(WRONG_GLOBALS)('$file with $names is an error', ({ file }) => {
    expect(GLOBALS).toContain(about(file)[0]?.category);
    expect(about(file)[0].severity).toBe('error');
  });

  test('a cycle is an error in both of its files', () => {
    for (const file of ['lib/core/left.ts', 'lib/core/right.ts']) {
      expect(about(file)).toEqual([expect.objectContaining({ severity: 'error', category: CYCLES })]);
    }
  });

  test('nothing else is found', () => {
    const files = [...WRONG_IMPORTS, ...WRONG_GLOBALS].map(({ file }) => file);
    const others = findings.filter(({ category }) => category !== CYCLES).map(({ location }) => location.path);
    expect(files).toEqual(expect.arrayContaining(others));
  });
});
