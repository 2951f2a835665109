// What may be inside each thing that is shipped, and the check of what esbuild puts there.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { packageName } from './imports';
import { matches, within } from './walls';

interface BundleWall {
  readonly rule: string;
  /** Folders and files of ours that may be in it. */
  readonly folders: readonly string[];
  /** Packages that may be in it, those that packages bring along included. */
  readonly packages: readonly string[];
  /** Modules that it may expect where it runs. */
  readonly externals: readonly string[];
  readonly maxBytes?: number;
}

export interface Bundle {
  readonly kind: string;
  readonly name: string;
  readonly metafile: Metafile;
}

const MEGABYTE = 1_000_000;
/** The schema validator and what it brings along. */
const AJV = ['ajv', 'fast-deep-equal', 'fast-uri', 'json-schema-traverse', 'require-from-string'];

export const BUNDLE_WALLS: Readonly<Record<string, BundleWall>> = {
  lambda: {
    rule: 'a Lambda holds runtime/, protocol/ and contract/, and takes the AWS SDK from Lambda',
    folders: ['runtime/', 'protocol/', 'contract/'],
    packages: ['ipaddr.js', '@smithy/*', '@aws-lambda-powertools/*', '@aws/lambda-invoke-store', ...AJV],
    externals: ['@aws-sdk/*', 'node:*'],
    maxBytes: MEGABYTE,
  },
  app: {
    rule: 'the app holds bin/, lib/ and contract/, and takes the CDK from its user',
    folders: [
      'bin/app.ts',
      'bin/compose.ts',
      'bin/compose-keys.ts',
      'bin/stack-props.ts',
      'bin/config/',
      'lib/',
      'contract/',
    ],
    packages: ['cdk-nag', 'ipaddr.js', 'yaml', 'fastest-levenshtein', ...AJV],
    externals: ['aws-cdk-lib', 'constructs', 'node:*'],
  },
  cli: {
    rule: 'the command holds bin/cli/, contract/ and runtime/shared/, and everything else it needs',
    folders: ['bin/cli/', 'contract/', 'runtime/shared/'],
    packages: [
      ...['ipaddr.js', '@aws-sdk/*', '@smithy/*', '@aws/lambda-invoke-store', 'bowser', 'commander', '@inquirer/*'],
      // manifests, and what cdk8s brings along
      ...['cdk8s', 'constructs', 'yaml', 'fast-json-patch'],
      // of client-dynamodb
      ...['mnemonist', 'obliterator'],
      // of @inquirer
      ...['ansi-regex', 'ansi-styles', 'chardet', 'cli-width', 'color-convert', 'color-name', 'emoji-regex'],
      ...['iconv-lite', 'is-fullwidth-code-point', 'mute-stream', 'safer-buffer', 'signal-exit', 'string-width'],
      ...['strip-ansi', 'wrap-ansi', 'yoctocolors-cjs'],
    ],
    externals: ['node:*'],
    maxBytes: 3 * MEGABYTE,
  },
  loader: {
    rule: 'the loader holds loaders/node/, protocol/ and contract/, takes the AWS SDK from the workload and ajv from its package',
    folders: ['loaders/node/', 'protocol/', 'contract/'],
    packages: ['ipaddr.js'],
    externals: ['@aws-sdk/*', 'ajv', 'node:*'],
    maxBytes: MEGABYTE / 4,
  },
  library: {
    rule: 'the library reaches lib/ and contract/, the CDK, cdk-nag, ipaddr.js, ajv and the files of its bundles',
    folders: ['lib/', 'contract/'],
    packages: [],
    externals: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'ipaddr.js', 'ajv', 'node:fs', 'node:path'],
  },
  contract: {
    rule: 'contract/ reaches nothing but ipaddr.js',
    folders: ['contract/'],
    packages: [],
    externals: ['ipaddr.js'],
  },
};

/** Builds whatever the tree ships. */
export function readBundles(root: string): Bundle[] {
  const helper = path.join(__dirname, 'metafiles.mjs');
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 100 * MEGABYTE, stdio: 'pipe' } as const;
  return JSON.parse(execFileSync(process.execPath, [helper], options));
}

/** One sentence for everything that must not be in the bundle: what it is, the rule, and the way by which it came in. */
export function bundleViolations({ kind, name, metafile }: Bundle): string[] {
  const wall = BUNDLE_WALLS[kind];
  if (!wall)
    return [`${name}: no wall is about bundles of kind '${kind}': test/walls/bundles.ts must say what is in it`];
  const inputs = Object.keys(metafile.inputs);
  const outputs = Object.values(metafile.outputs);
  const inside = inputs.filter((input) => !mayBeInside(wall, input));
  const outside = outputs.flatMap(({ imports }) => imports).filter((item) => item.external);
  const wrong = [
    ...inside.map((input) => wayTo(metafile, input).join(' → ')),
    ...new Set(outside.map((item) => item.path).filter((module) => !matches(module, wall.externals))),
  ];
  const found = wrong.map((item) => `${name}: ${wall.rule}; not ${item}`);
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const tooBig = bytes >= (wall.maxBytes ?? Number.POSITIVE_INFINITY);
  return tooBig ? [...found, `${name}: ${bytes} bytes are too many, ${wall.maxBytes} is the limit`] : found;
}

function mayBeInside(wall: BundleWall, input: string): boolean {
  const installed = input.lastIndexOf('node_modules/');
  if (installed < 0) return within(input, wall.folders);
  return matches(packageName(input.slice(installed + 'node_modules/'.length)), wall.packages);
}

/** The shortest way from an entry point to the input. */
function wayTo({ inputs, outputs }: Metafile, target: string): string[] {
  const entries = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const ways = entries.map((entry) => [entry]);
  const seen = new Set(entries);
  for (const way of ways) {
    const last = way[way.length - 1];
    if (last === target) return way;
    for (const next of inputs[last]?.imports ?? []) {
      if (!seen.has(next.path)) ways.push([...way, next.path]);
      seen.add(next.path);
    }
  }
  return [target];
}
