// Builds a Lambda entry point exactly as the package does and runs the built file in a Node process of its own.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../../..');

/** What was built, and where. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  /** Paths of every source file in it, relative to the repository. */
  readonly inputs: readonly string[];
  /** Modules the Lambda runtime must provide. */
  readonly externals: readonly string[];
  readonly remove: () => void;
}

const BUILD = `
import { build } from 'esbuild';
import { bundleOptions, handlerEntries } from './scripts/bundle.mjs';
const handler = handlerEntries().find(({ name }) => name === process.env.HANDLER);
const { metafile } = await build({ ...bundleOptions(handler), outfile: process.env.OUTFILE });
process.stdout.write(JSON.stringify(metafile));
`;

/** Builds the handler of that name into a directory of its own, so that nothing that is shipped is touched. */
export async function buildBundle(name: string): Promise<Bundle> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  const file = path.join(directory, 'index.js');
  const env = { ...process.env, HANDLER: name, OUTFILE: file };
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', BUILD], { cwd: root, env });
  const { inputs, outputs } = JSON.parse(stdout);
  const [{ bytes, imports }] = Object.values<{ bytes: number; imports: { path: string; external?: boolean }[] }>(
    outputs,
  );
  return {
    file,
    bytes,
    inputs: Object.keys(inputs),
    externals: imports.filter(({ external }) => external).map((item) => item.path),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

const INVOKE = `
const { handler } = require(process.env.FILE);
handler(JSON.parse(process.env.EVENT)).then(
  (answer) => process.stdout.write('\\n' + JSON.stringify({ answer })),
  ({ name, message }) => process.stdout.write('\\n' + JSON.stringify({ name, message })),
);
`;

/** What the handler of a built file answers or throws; the SDK is found where the Lambda runtime would provide it. */
export async function invokeBundle(bundle: Bundle, event: object, variables: NodeJS.ProcessEnv): Promise<unknown> {
  const env = {
    ...process.env,
    NODE_PATH: path.join(root, 'node_modules'),
    FILE: bundle.file,
    EVENT: JSON.stringify(event),
    ...variables,
  };
  const { stdout } = await run(process.execPath, ['--eval', INVOKE], { env });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}
