// Runs in child processes: reads of the key in memory against reads of a property, and proof that no read asks anybody.
import { type Counted, counted } from './counted';
import { KEY_NAME, KEY_VERSION, keyDocument, QUIET, SECRET_NAME, shippedLoader } from './shipped';
import { answer, type Turns, takeTurns } from './take-turns';

export interface ReadsJob {
  readonly loader: string;
  readonly turns: Turns;
  /** Reads that are counted. */
  readonly reads: number;
}

/** What happened while the key was read from memory. */
export interface Asked extends Counted {
  readonly reads: number;
  /** Requests to Secrets Manager: until the key was there, and after that. */
  readonly requestsAtStart: number;
  readonly requests: number;
}

/** More than one object, and which one is read changes, so that no read is moved out of the loop. */
const OBJECTS = 8;

async function run({ loader, turns, reads }: ReadsJob) {
  let requests = 0;
  const secretsManager = {
    send: async () => {
      requests++;
      return { SecretString: keyDocument('APIKEY0001', 'APISECRET0001'), VersionId: KEY_VERSION };
    },
  };
  const { loadKey } = shippedLoader(loader);
  const load = () => loadKey({ ...QUIET, source: { secretId: SECRET_NAME }, clients: { secretsManager } });
  const holders = await Promise.all(Array.from({ length: OBJECTS }, load));
  const plain = holders.map(({ current }) =>
    Object.freeze({ current: Object.freeze({ apiKey: current.apiKey, keyName: KEY_NAME }) }),
  );
  let seen = 0;
  const sides = {
    // written twice: one loop for both would be compiled for both kinds of object, and slow for both
    current: (operations: number) => {
      for (let index = 0; index < operations; index++) if (holders[index % OBJECTS].current !== undefined) seen++;
    },
    'frozen object': (operations: number) => {
      for (let index = 0; index < operations; index++) if (plain[index % OBJECTS].current !== undefined) seen++;
    },
    'current.apiKey': (operations: number) => {
      for (let index = 0; index < operations; index++) seen += holders[index % OBJECTS].current.apiKey.length;
    },
    'frozen object, apiKey': (operations: number) => {
      for (let index = 0; index < operations; index++) seen += plain[index % OBJECTS].current.apiKey.length;
    },
  };
  const rounds = await takeTurns(sides, turns);
  const requestsAtStart = requests;
  const asked: Asked = {
    reads,
    requestsAtStart,
    ...counted(() => sides['current.apiKey'](reads)),
    requests: requests - requestsAtStart,
  };
  for (const holder of holders) await holder.close();
  if (seen === 0) throw new Error('nothing was read');
  return { rounds, asked };
}

answer(run(JSON.parse(process.argv[2])));
