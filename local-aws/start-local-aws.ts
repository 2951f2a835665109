// Starts the local AWS as a child process and gives the environment in which SDKs and the CDK CLI talk to it alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ensurePython } from '../scripts/find-python.cjs';

const ROOT = path.join(__dirname, '..');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/** The account the local AWS has when nothing else is asked for. */
export const LOCAL_ACCOUNT = '123456789012';

export interface LocalAwsOptions {
  /** Port on 127.0.0.1. @default - a free one */
  readonly port?: number;
  /** 12-digit account id. @default LOCAL_ACCOUNT */
  readonly account?: string;
}

export interface LocalAws {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const python = ensurePython();
  const args = [path.join(ROOT, 'local-aws', 'server.py'), '--project', ROOT, '--parent-pid', String(process.pid)];
  const server = spawn(python, [...args, '--port', String(options.port ?? 0)], {
    env: { ...process.env, ...(options.account ? { MOTO_ACCOUNT_ID: options.account } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a Ctrl-C in the terminal is ours to handle: the server must outlive the CDK CLI's last calls
  });
  const errors: string[] = [];
  createInterface({ input: server.stderr }).on('line', (line) => {
    errors.push(line);
    if (errors.length > 50) errors.shift();
    if (process.env.LOCAL_AWS_LOG) console.error(line);
  });
  const ended = once(server, 'exit').then(() => undefined);
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGTERM');
    const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  try {
    const { endpoint, pid } = await firstLine(server.stdout, ended, () => errors.join('\n'));
    return { endpoint, pid, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLine(
  stdout: NodeJS.ReadableStream,
  ended: Promise<void>,
  errors: () => string,
): Promise<{ endpoint: string; pid: number }> {
  const lines = createInterface({ input: stdout });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      once(lines, 'line').then(([line]) => JSON.parse(line)),
      ended.then(() => Promise.reject(new Error(errors() || 'the local AWS ended before it was ready'))),
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`the local AWS was not ready within ${START_TIMEOUT_MS / 1000} s\n${errors()}`)),
          START_TIMEOUT_MS,
        );
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Variables through which a real account, or another endpoint, could slip in. */
const FOREIGN =
  /^AWS_(PROFILE|DEFAULT_PROFILE|ENDPOINT_URL.*|ROLE_.*|WEB_IDENTITY.*|CONTAINER_.*|CA_BUNDLE|SESSION_TOKEN|ACCESS_KEY_ID|SECRET_ACCESS_KEY|CONFIG_FILE|SHARED_CREDENTIALS_FILE)$/;

/** The environment of a process that talks to this endpoint and cannot reach anything else of AWS. */
export function environmentFor(endpoint: string, region: string, cdkHome: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return { ...Object.fromEntries(kept), ...clientVariables(endpoint, region), ...cdkVariables(cdkHome) };
}

/** What an SDK or the AWS CLI needs to know; for people too. */
export function clientVariables(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Its own home, because the CLI remembers account ids by access key; and no talk with the outside. */
function cdkVariables(cdkHome: string): Record<string, string> {
  return {
    CDK_HOME: cdkHome,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CI: 'true',
    NO_COLOR: '1',
  };
}
