// Who executes this line? The folder says it, and so what a file may import: the table, and the check against it.
import { isBuiltin } from 'node:module';
import { Import, packageName, resolveImport, SourceFile } from './imports';

export interface Wall {
  /** The files and folders (these end with a slash) inside the wall; the longest match decides. */
  readonly of: readonly string[];
  /** What lint and test say when it is broken. */
  readonly rule: string;
  /** Folders and files of ours that may be imported; `*` for all. */
  readonly folders: readonly string[];
  /** Packages that may be imported; `node:*` for every module of Node, `*` for all. */
  readonly packages: readonly string[];
  /** Packages whose types may be imported, and nothing else. */
  readonly types?: readonly string[];
  /** Folders of ours that `folders` does not open. */
  readonly never?: readonly string[];
  /** Globals that must not be used. */
  readonly neverUses?: readonly string[];
}

export interface Violation {
  readonly file: string;
  /** The import as it is written, or the global that is used. */
  readonly import: string;
  readonly rule: string;
}

/** The same input must give the same output, today and tomorrow, with and without a network. */
const CLOCK_RANDOM_NETWORK = [
  ...['Date.now', 'new Date()', 'performance.now', 'process.hrtime'],
  ...['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues'],
  ...['fetch', 'new WebSocket', 'new EventSource', 'new XMLHttpRequest'],
];

const CDK = ['aws-cdk-lib', 'constructs'];
const SDK = '@aws-sdk/*';
const NODE = 'node:*';

export const WALLS: readonly Wall[] = [
  {
    of: ['contract/'],
    rule: 'Wall contract/: synth, Lambdas and loaders all execute it, so it imports only contract/ and ipaddr.js.',
    folders: ['contract/'],
    packages: ['ipaddr.js'],
    neverUses: CLOCK_RANDOM_NETWORK,
  },
  {
    of: ['lib/'],
    rule: 'Wall lib/: cdk synth executes it, so it imports only contract/, lib/, aws-cdk-lib and constructs.',
    folders: ['contract/', 'lib/'],
    packages: CDK,
    neverUses: CLOCK_RANDOM_NETWORK,
  },
  {
    of: ['lib/core/runtime-bundle.ts'],
    rule: 'Wall lib/core/runtime-bundle.ts: it imports what lib/ may, and node:fs and node:path to find the bundles.',
    folders: ['contract/', 'lib/'],
    packages: [...CDK, 'node:fs', 'node:path'],
    neverUses: CLOCK_RANDOM_NETWORK,
  },
  {
    of: ['lib/core/today.ts'],
    rule: 'Wall lib/core/today.ts: it imports what lib/ may, and reads the clock, which nothing else of lib/ does.',
    folders: ['contract/', 'lib/'],
    packages: CDK,
    neverUses: CLOCK_RANDOM_NETWORK.filter((use) => use !== 'new Date()'),
  },
  {
    of: ['lib/keys/exchange-schema.ts'],
    rule: 'Wall lib/keys/exchange-schema.ts: it imports what lib/ may, and ajv to check a configuration.',
    folders: ['contract/', 'lib/'],
    packages: [...CDK, 'ajv'],
    neverUses: CLOCK_RANDOM_NETWORK,
  },
  {
    of: ['lib/policy/'],
    rule: 'Wall lib/policy/: it imports what lib/ may, and cdk-nag.',
    folders: ['contract/', 'lib/'],
    packages: [...CDK, 'cdk-nag'],
    neverUses: CLOCK_RANDOM_NETWORK,
  },
  {
    of: ['protocol/'],
    rule: 'Wall protocol/: Lambdas and workloads execute it, so it imports only contract/, protocol/, ajv and node:crypto.',
    folders: ['contract/', 'protocol/'],
    packages: ['ajv', 'node:crypto'],
  },
  {
    of: ['runtime/'],
    rule: 'Wall runtime/: Lambda executes it, so it imports only contract/, protocol/, runtime/, the AWS SDK, Powertools, ajv and Node.',
    folders: ['contract/', 'protocol/', 'runtime/'],
    packages: [SDK, '@smithy/*', '@aws-lambda-powertools/*', 'ajv', NODE],
  },
  {
    of: ['loaders/node/'],
    rule: 'Wall loaders/node/: a workload executes it, so it imports only contract/, protocol/, itself, the AWS SDK and Node.',
    folders: ['contract/', 'loaders/node/', 'protocol/'],
    packages: [SDK, NODE],
  },
  {
    of: ['bin/app.ts', 'bin/compose.ts', 'bin/compose-keys.ts', 'bin/stack-props.ts', 'bin/config/'],
    rule: 'Wall bin/app.ts: cdk synth executes the app; it imports lib/, contract/, bin/config/, the CDK, readers of text.',
    folders: ['bin/compose.ts', 'bin/compose-keys.ts', 'bin/stack-props.ts', 'bin/config/', 'contract/', 'lib/'],
    packages: [...CDK, 'cdk-nag', 'yaml', 'ajv', 'fastest-levenshtein', NODE],
    types: ['json-schema-to-ts'],
  },
  {
    of: ['bin/cli/'],
    rule: 'Wall bin/cli/: an operator executes it; it imports contract/, runtime/shared/, itself, AWS SDK, Node, its CLI tools, cdk8s.',
    folders: ['bin/cli/', 'contract/', 'runtime/shared/'],
    packages: [SDK, NODE, 'commander', '@inquirer/prompts', 'cdk8s', 'constructs'],
  },
  {
    of: [
      ...['bench/', 'examples/', 'local-aws/', 'scripts/'],
      ...['jest.config.js', 'jest.e2e.config.js', 'stryker.config.mjs'],
    ],
    rule: 'Wall test/: nothing outside test/ imports test/.',
    folders: ['*'],
    packages: ['*'],
    never: ['test/'],
  },
  {
    of: ['scripts/start.ts', 'scripts/keys-tour.ts', 'scripts/verify-tour.ts'],
    rule: 'Wall scripts/start.ts: npm start shows the library against the loopback exchange and echo services, the only things of test/ it imports.',
    folders: ['*'],
    packages: ['*'],
    never: ['test/bin/', 'test/contract/', 'test/e2e/', 'test/lib/', 'test/runtime/', 'test/walls/'],
  },
  { of: ['test/'], rule: 'test/ imports everything.', folders: ['*'], packages: ['*'] },
];

/** The wall a file is inside, if the table knows the file. */
export function wallOf(file: string): Wall | undefined {
  const length = (wall: Wall) => Math.max(...wall.of.filter((place) => within(file, [place])).map((of) => of.length));
  return WALLS.filter(({ of }) => within(file, of)).sort((a, b) => length(b) - length(a))[0];
}

/** Every import and every use of a global that breaks a wall, and every file that no wall is about. */
export function violations(files: readonly SourceFile[]): Violation[] {
  const known = new Set(files.map(({ file }) => file));
  return files.flatMap(({ file, imports, uses }) => {
    const wall = wallOf(file);
    if (!wall)
      return [{ file, import: '', rule: 'No wall is about this file: test/walls/walls.ts must name its folder.' }];
    const wrong = [
      ...imports.filter((item) => !mayImport(wall, file, item, known)).map(({ specifier }) => specifier),
      ...uses.filter((use) => wall.neverUses?.includes(use)),
    ];
    return wrong.map((item) => ({ file, import: item, rule: wall.rule }));
  });
}

function mayImport(wall: Wall, file: string, { specifier, typeOnly }: Import, known: ReadonlySet<string>): boolean {
  if (specifier.startsWith('.')) {
    const target = resolveImport(file, specifier, known);
    return within(target, wall.folders) && !within(target, wall.never ?? []);
  }
  return matches(specifier, wall.packages) || (typeOnly && matches(specifier, wall.types ?? []));
}

/** True when the path is one of the places or below one of them. */
export function within(file: string, places: readonly string[]): boolean {
  return places.some(
    (place) => place === '*' || file === place || (place.endsWith('/') && `${file}/`.startsWith(place)),
  );
}

/** True when the module is of one of the packages: `@scope/*` is every package of the scope. */
export function matches(specifier: string, packages: readonly string[]): boolean {
  const name = isBuiltin(specifier) ? `node:${specifier.replace(/^node:/, '')}` : packageName(specifier);
  return packages.some((allowed) => (allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed));
}
