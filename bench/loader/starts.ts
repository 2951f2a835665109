// Fresh processes that load a key, by the loader and by the AWS SDK alone: from the local AWS, and from a file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientVariables, startLocalAws } from '../../local-aws/start-local-aws';
import { runNode } from '../watch/child';
import { runPython } from './processes';
import { type Compared, compared, orderOf, type Round, type Sample } from './rounds';
import { keyDocument, SECRET_NAME } from './shipped';

const REGION = 'eu-west-1';
const SCRIPT = path.join(__dirname, 'start.cjs');
const SIDES = ['loader', 'bare'] as const;

export interface Start {
  readonly language: 'node' | 'python';
  readonly source: 'Secrets Manager' | 'file';
  readonly wall: Compared;
  readonly cpu: Compared;
}

export interface StartJob {
  readonly loader: string;
  readonly python: string | undefined;
  readonly pairs: number;
}

export async function measureStarts(
  { loader, python, pairs }: StartJob,
  progress: (text: string) => void,
): Promise<Start[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-loader-'));
  const aws = await startLocalAws();
  try {
    const variables = clientVariables(aws.endpoint, REGION);
    const text = keyDocument('APIKEY0001', 'APISECRET0001');
    const mounted = path.join(folder, 'key.json');
    writeFileSync(mounted, text, { mode: 0o400 });
    await putSecret(variables, text);
    const starts: Start[] = [];
    for (const language of ['node', ...(python ? (['python'] as const) : [])] as const) {
      for (const [source, file] of [
        ['Secrets Manager', ''],
        ['file', mounted],
      ] as const) {
        progress(`${pairs} pairs of fresh processes, ${language}, key from ${source}`);
        const run = (side: string): Promise<Sample> => {
          const environment = { ...variables, BENCH_STARTED: String(performance.timeOrigin + performance.now()) };
          return language === 'node'
            ? runNode([SCRIPT, side, loader, SECRET_NAME, file], environment)
            : runPython(python as string, 'start', [side, SECRET_NAME, file], environment);
        };
        const answers = [{ rounds: await rounds(run, pairs) }];
        const of = (what: keyof Sample) => compared(answers, what, 'loader', 'bare');
        starts.push({ language, source, wall: of('wallUs'), cpu: of('cpuUs') });
      }
    }
    return starts;
  } finally {
    await aws.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One pair more than asked for: the first of each side may find files that are not in the cache. */
async function rounds(run: (side: string) => Promise<Sample>, pairs: number): Promise<Round[]> {
  const measured: Round[] = [];
  for (let index = 0; index <= pairs; index++) {
    const samples: [string, Sample][] = [];
    for (const side of orderOf(SIDES, index)) samples.push([side, await run(side)]);
    if (index > 0) measured.push(Object.fromEntries(samples));
  }
  return measured;
}

async function putSecret({ AWS_ENDPOINT_URL: endpoint }: Record<string, string>, text: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ region: REGION, endpoint, credentials });
  try {
    await client.send(new CreateSecretCommand({ Name: SECRET_NAME, SecretString: text }));
  } finally {
    client.destroy();
  }
}
