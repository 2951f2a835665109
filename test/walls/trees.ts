// Source trees for the wall tests: one that keeps every wall, and the wrong imports that break them one by one.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COMPUTED } from './imports';

export const ROOT = path.resolve(__dirname, '..', '..');

/** Path to text. */
export type Tree = Readonly<Record<string, string>>;

/** A file for every row of the table; no wall is broken. */
export const GOOD: Tree = {
  'contract/name.ts': `import { parse } from 'ipaddr.js';\nexport const name = (text: string) => parse(text).kind();\n`,
  'lib/index.ts': `export * from './core/check';\nexport * from './policy/nag';\n`,
  'lib/core/check.ts': `import { Token } from 'aws-cdk-lib';\nimport { name } from '../../contract/name';\nexport const check = (text: string) => Token.isUnresolved(text) || name(text);\n`,
  'lib/core/runtime-bundle.ts': `import { existsSync } from 'node:fs';\nexport const built = existsSync('assets');\n`,
  'lib/policy/nag.ts': `import { NagReport } from 'cdk-nag';\nimport { Construct } from 'constructs';\nexport const pack = [NagReport, Construct];\n`,
  'runtime/shared/client.ts': `import { EC2Client } from '@aws-sdk/client-ec2';\nexport const client = new EC2Client({});\n`,
  'runtime/egress/look.handler.ts': `import { name } from '../../contract/name';\nimport { client } from '../shared/client';\nexport const handler = async () => [client, name('::'), Date.now()];\n`,
  'loaders/node/index.ts': `import { name } from '../../contract/name';\nexport const load = () => name('::');\n`,
  'bin/app.ts': `import { App } from 'aws-cdk-lib';\nimport { compose } from './compose';\ncompose(new App());\n`,
  'bin/compose.ts': `import { check } from '../lib';\nimport { read } from './config/read';\nexport const compose = (app: object) => [app, check(read())];\n`,
  'bin/config/read.ts': `import { parse } from 'yaml';\nimport type { FromSchema } from 'json-schema-to-ts';\nexport const read = (): FromSchema<{ type: 'string' }> => parse('a');\n`,
  'bin/cli/main.ts': `import { Command } from 'commander';\nimport { confirm } from '@inquirer/prompts';\nimport { client } from '../../runtime/shared/client';\nexport const main = () => [client, Command, confirm];\n`,
  'scripts/one.ts': `import { main } from '../bin/cli/main';\nexport const one = main;\n`,
  'test/one.test.ts': `import { one } from '../scripts/one';\nexport const two = one;\n`,
};

export interface Wrong {
  /** Where it is; each file is its own, so that all fit into one tree. */
  readonly file: string;
  readonly text: string;
  /** What the check must name. */
  readonly names: string;
  /** How the rule begins that it must give. */
  readonly wall: string;
}

const wrong = (wall: string, file: string, names: string, text = `import '${names}';`): Wrong => ({
  file,
  names,
  text: `${text}\nexport const value = 1;\n`,
  wall: `Wall ${wall}:`,
});

/** Imports that lint and test must both refuse. */
export const WRONG_IMPORTS: readonly Wrong[] = [
  wrong('contract/', 'contract/lib.ts', '../lib/core/check'),
  wrong('contract/', 'contract/node.ts', 'node:net'),
  wrong('contract/', 'contract/cdk.ts', 'aws-cdk-lib'),
  wrong(
    'contract/',
    'contract/type.ts',
    '../runtime/shared/client',
    `import type { client } from '../runtime/shared/client';`,
  ),
  wrong('lib/', 'lib/core/runtime.ts', '../../runtime/shared/client'),
  wrong('lib/', 'lib/core/loaders.ts', '../../loaders/node'),
  wrong('lib/', 'lib/core/bin.ts', '../../bin/compose'),
  wrong('lib/', 'lib/core/scripts.ts', '../../scripts/one'),
  wrong('lib/', 'lib/core/tests.ts', '../../test/one.test'),
  wrong('lib/', 'lib/core/sdk.ts', '@aws-sdk/client-ec2'),
  wrong('lib/', 'lib/core/fs.ts', 'node:fs'),
  wrong('lib/', 'lib/core/https.ts', 'node:https', `export * from 'node:https';`),
  wrong('lib/', 'lib/core/dns.ts', 'dns', `export const dns = import('dns');`),
  wrong('lib/', 'lib/core/random.ts', 'node:crypto', `export { randomUUID } from 'node:crypto';`),
  wrong('lib/', 'lib/core/nag.ts', 'cdk-nag'),
  wrong('lib/core/runtime-bundle.ts', 'lib/core/runtime-bundle.ts', 'node:child_process'),
  wrong('lib/policy/', 'lib/policy/yaml.ts', 'yaml'),
  wrong('runtime/', 'runtime/shared/lib.ts', '../../lib'),
  wrong('runtime/', 'runtime/shared/bin.ts', '../../bin/config/read'),
  wrong('runtime/', 'runtime/shared/local.ts', '../../local-aws/start-local-aws'),
  wrong('runtime/', 'runtime/shared/cdk.ts', 'aws-cdk-lib/aws-ec2'),
  wrong('runtime/', 'runtime/shared/constructs.ts', 'constructs'),
  wrong('loaders/node/', 'loaders/node/runtime.ts', '../../runtime/shared/client'),
  wrong('loaders/node/', 'loaders/node/powertools.ts', '@aws-lambda-powertools/logger'),
  wrong('bin/app.ts', 'bin/app.ts', '../runtime/shared/client'),
  wrong('bin/app.ts', 'bin/compose.ts', './cli/main'),
  wrong('bin/app.ts', 'bin/config/sdk.ts', '@aws-sdk/client-ssm'),
  wrong('bin/cli/', 'bin/cli/lib.ts', '../../lib'),
  wrong('bin/cli/', 'bin/cli/handler.ts', '../../runtime/egress/look.handler'),
  wrong('bin/cli/', 'bin/cli/config.ts', '../config/read'),
  wrong('bin/cli/', 'bin/cli/cdk.ts', 'aws-cdk-lib'),
  wrong('bin/cli/', 'bin/cli/yaml.ts', 'yaml'),
  wrong('test/', 'scripts/tests.ts', '../test/one.test'),
  wrong('test/', 'bench/tests.ts', '../test/one.test'),
  wrong('test/', 'examples/tests.ts', '../test/one.test'),
  wrong('test/', 'local-aws/tests.ts', '../test/one.test'),
];

/** Globals that lint and test must both refuse in code that synth executes. */
export const WRONG_GLOBALS: readonly Wrong[] = [
  wrong('lib/', 'lib/core/now.ts', 'Date.now', 'export const now = Date.now();'),
  wrong('lib/', 'lib/core/date.ts', 'new Date()', 'export const date = new Date();'),
  wrong('lib/', 'lib/core/hrtime.ts', 'process.hrtime', 'export const time = process.hrtime();'),
  wrong('lib/', 'lib/core/chance.ts', 'Math.random', 'export const chance = Math.random();'),
  wrong('lib/', 'lib/core/uuid.ts', 'crypto.randomUUID', 'export const uuid = crypto.randomUUID();'),
  wrong('lib/', 'lib/core/fetch.ts', 'fetch', `export const page = fetch('https://api.example');`),
];

/** What only the test sees: lint passes over `require`, computed imports, imports in types and the long name of a global. */
export const WRONG_BEYOND_LINT: readonly Wrong[] = [
  wrong('test/', 'scripts/tests.cjs', '../test/one.test', `require('../test/one.test');`),
  wrong('bin/app.ts', 'bin/config/require.ts', '@aws-sdk/client-ssm', `const sdk = require('@aws-sdk/client-ssm');`),
  wrong('contract/', 'contract/import-type.ts', 'yaml', `export type Text = import('yaml').Document;`),
  wrong('contract/', 'contract/clock.ts', 'new Date()', 'export const clock = new Date();'),
  wrong('lib/', 'lib/core/global.ts', 'fetch', `export const page = globalThis.fetch('https://api.example');`),
  wrong('runtime/', 'runtime/shared/computed.ts', COMPUTED, 'export const load = (name: string) => import(name);'),
  wrong('bin/app.ts', 'bin/config/value.ts', 'json-schema-to-ts', `import { asConst } from 'json-schema-to-ts';`),
];

/** Writes the tree into a folder of its own, runs the action there and removes it. */
export async function inTree<T>(tree: Tree, action: (root: string) => T | Promise<T>): Promise<T> {
  const root = mkdtempSync(path.join(tmpdir(), 'walls-'));
  try {
    for (const [file, text] of Object.entries(tree)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return await action(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Makes the tree buildable: the real build scripts and the installed packages. */
export function addBuild(root: string): void {
  for (const script of ['bundle.mjs', 'build.mjs']) {
    cpSync(path.join(ROOT, 'scripts', script), path.join(root, 'scripts', script));
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'), 'junction');
}
