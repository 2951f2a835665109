// Runs the jobs and condenses what the child processes measured.

import { loadavg } from 'node:os';
import { ensurePython } from '../../scripts/find-python.cjs';
import { buildLoader, type Size } from './build';
import { type Estimate, estimate } from './estimate';
import { startExchange } from './exchange';
import type { LoaderOptions } from './options';
import { ORDER } from './order';
import { inNode, inPython } from './processes';
import type { Asked, ReadsJob } from './reads-worker';
import type { RequestsAnswer, RequestsJob } from './requests-worker';
import { type Answer, type Compared, compared } from './rounds';
import { KEY_NAME, KEY_VERSION, keyDocument, SECRET_NAME } from './shipped';
import { STAGES } from './stages';
import { measureStarts, type Start } from './starts';

type Language = Start['language'];

export interface Reads {
  readonly language: Language;
  /** Wall clock. */
  readonly current: Compared;
  readonly apiKey: Compared;
  readonly asked: readonly Asked[];
}

export interface Requests {
  readonly language: Language;
  readonly network: RequestsJob['network'];
  readonly wall: Compared;
  readonly cpu: Compared;
}

export interface Stage {
  readonly stage: string;
  /** Microseconds of wall clock, between requests. */
  readonly us: Estimate;
  /** The same in a loop of nothing else. */
  readonly loopUs: number;
}

export interface LoaderMeasurement {
  /** Load averages of the machine at the beginning and at the end. */
  readonly load: { readonly before: number; readonly after: number };
  readonly reads: Reads[];
  readonly requests: Requests[];
  readonly stages: Stage[];
  readonly starts: Start[];
  readonly sizes: readonly Size[];
}

const READS = { node: 1_000_000, python: 100_000 };
const REQUESTS = 10;
const WORK = 200;
/** Few requests fit into a turn over loopback, and compiled code is what a program runs most of its life. */
const LOOPBACK_WARM_UP = 8;
const SUBJECTS = ['signed by hand', 'client', 'client, aggregating'];

export async function measureLoader(
  options: LoaderOptions,
  progress: (text: string) => void,
): Promise<LoaderMeasurement> {
  const [before] = loadavg();
  const python = options.python ? ensurePython(progress) : undefined;
  const { file: loader, sizes, remove } = await buildLoader();
  try {
    const reads = await measureReads(loader, python, options, progress);
    const { requests, stages } = await measureRequests(loader, python, options, progress);
    const starts = await measureStarts({ loader, python, pairs: options.starts }, progress);
    return { load: { before, after: loadavg()[0] }, reads, requests, stages, starts, sizes };
  } finally {
    remove();
  }
}

type ReadsAnswer = Answer & { readonly asked: Asked };

async function measureReads(
  loader: string,
  python: string | undefined,
  { rounds, warmUp, children }: LoaderOptions,
  progress: (text: string) => void,
): Promise<Reads[]> {
  const job = (language: Language) => ({
    reads: READS[language],
    turns: { rounds, warmUp, operations: READS[language] },
  });
  progress('reads of the key in memory');
  const ofNode: ReadsJob = { loader, ...job('node') };
  const results = [readsOf('node', await inNode<ReadsAnswer>('reads-worker', ofNode, children))];
  if (python === undefined) return results;
  progress('reads of the key in memory, Python');
  const document = keyDocument('APIKEY0001', 'APISECRET0001');
  const ofPython = { ...job('python'), document, keyVersion: KEY_VERSION, secretId: SECRET_NAME };
  return [...results, readsOf('python', await inPython<ReadsAnswer>(python, 'reads', ofPython, children))];
}

function readsOf(language: Language, answers: readonly ReadsAnswer[]): Reads {
  const asked = answers.map((one) => one.asked);
  const someone = asked.find(({ requests, files, asynchronous }) => requests + files + asynchronous > 0);
  if (someone) throw new Error(`reading the key in memory asked somebody: ${JSON.stringify(someone)}`);
  return {
    language,
    current: compared(answers, 'wallUs', 'current', 'frozen object'),
    apiKey: compared(answers, 'wallUs', 'current.apiKey', 'frozen object, apiKey'),
    asked,
  };
}

async function measureRequests(
  loader: string,
  python: string | undefined,
  { rounds, warmUp, children }: LoaderOptions,
  progress: (text: string) => void,
): Promise<Pick<LoaderMeasurement, 'requests' | 'stages'>> {
  const { configuration, variables, stop } = await startExchange();
  try {
    const job = (network: RequestsJob['network']): RequestsJob => ({
      ...{ loader, configuration, network },
      turns: {
        rounds,
        warmUp: warmUp * (network === 'none' ? 1 : LOOPBACK_WARM_UP),
        operations: network === 'none' ? WORK : REQUESTS,
      },
    });
    progress('requests over loopback');
    const loopback = await inNode<RequestsAnswer>('requests-worker', job('loopback'), children, variables);
    progress('requests whose answer is at hand');
    const atHand = await inNode<RequestsAnswer>('requests-worker', job('none'), children, variables);
    const requests = [...requestsOf('node', 'loopback', loopback), ...requestsOf('node', 'none', atHand)];
    const stages = STAGES.map((stage) => ({
      stage,
      us: estimate(loopback.flatMap(({ apart }) => apart[stage])),
      loopUs: compared(atHand, 'wallUs', stage, 'client').us.subject,
    }));
    if (python === undefined) return { requests, stages };
    progress('requests over loopback, Python');
    const ofPython = { ...job('loopback'), order: ORDER, keyName: KEY_NAME, keyVersion: KEY_VERSION };
    const answers = await inPython<Answer>(python, 'orders', ofPython, children, variables);
    return { requests: [...requests, ...requestsOf('python', 'loopback', answers)], stages };
  } finally {
    await stop();
  }
}

const requestsOf = (language: Language, network: RequestsJob['network'], answers: readonly Answer[]): Requests[] =>
  SUBJECTS.map((subject) => ({
    ...{ language, network },
    wall: compared(answers, 'wallUs', subject, 'bare'),
    cpu: compared(answers, 'cpuUs', subject, 'bare'),
  }));
