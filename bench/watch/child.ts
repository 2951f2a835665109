// Runs a script of plain Node; the last line it prints is its result. What it prints before is what a Lambda function logs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '../child';

const execute = promisify(execFile);

/** Not blocking, so that the local AWS is not held up by its own output. */
export async function runNode<R>(args: readonly string[], variables: NodeJS.ProcessEnv): Promise<R> {
  const { stdout } = await execute(process.execPath, ['--expose-gc', ...args], {
    env: { ...childEnvironment(), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...variables },
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}
