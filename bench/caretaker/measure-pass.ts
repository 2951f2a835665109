// One pass of the caretaker, counted: with the dependencies its function has, besides the clock and the topic.
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { caretakerParameterName } from '../../contract/keys';
import { CaretakerMetric } from '../../contract/metrics';
import { exchangeLoader } from '../../runtime/exchange/load-exchange';
import { createCaretaker } from '../../runtime/keys/caretaker/caretaker';
import { KeyStore } from '../../runtime/keys/key-store';
import { readOurAddressesInUse } from '../../runtime/shared/our-addresses';
import { createSecretsClient, createSsmClient } from '../../runtime/shared/secrets-client';
import { AwsCalls, type Counts } from './aws-calls';
import type { ExchangeProcess } from './exchange-process';
import { ENVIRONMENT, REGION } from './ring';

export interface MeasuredPass {
  /** Without the management key. */
  readonly keys: number;
  readonly pass: string;
  /** `secretsmanager:GetSecretValue` and so on. */
  readonly aws: Counts;
  /** By operation of the exchange. */
  readonly exchange: Counts;
  readonly milliseconds: number;
}

export interface Moment {
  /** What the caretaker takes for the time, in milliseconds since 1970. */
  readonly now: () => number;
  /** The pass before began so many seconds earlier; routine checks whose turn came since are due. */
  readonly sinceSeconds: number;
}

export async function measurePass(
  exchange: ExchangeProcess,
  keys: number,
  pass: string,
  { now, sinceSeconds }: Moment,
): Promise<MeasuredPass> {
  const positionParameter = caretakerParameterName(ENVIRONMENT);
  const since = Math.floor(now() / 1000) - sinceSeconds;
  const position = JSON.stringify({ schema: 1, after: '', since });
  await createSsmClient(REGION).send(
    new PutParameterCommand({ Name: positionParameter, Type: 'String', Value: position, Overwrite: true }),
  );
  const calls = new AwsCalls();
  const secrets = calls.watch('secretsmanager', createSecretsClient(REGION));
  const ssm = calls.watch('ssm', createSsmClient(REGION));
  const regions = [REGION];
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  let found: (readonly [string, number])[] = [];
  const caretaker = createCaretaker({
    environment: ENVIRONMENT,
    store: new KeyStore({ client: secrets, environment: ENVIRONMENT, sleep }),
    secrets,
    loadExchange: exchangeLoader({ environment: ENVIRONMENT, ssm, variables: {} }),
    ourAddresses: () => readOurAddressesInUse({ environment: ENVIRONMENT, regions, ssm: () => ssm, localAws: true }),
    publish: async () => calls.count('sns:Publish'),
    now,
    ssm,
    positionParameter,
    publishCounts: (counts) => {
      found = [...counts];
    },
    heldVersions: async () => async () => undefined,
    reserve: 60_000,
  });
  await exchange.requests();
  const started = performance.now();
  // never late: every key has its turn, however slow the emulators are
  await caretaker({}, { getRemainingTimeInMillis: () => 900_000 });
  const milliseconds = performance.now() - started;
  requireNothingWrong(found, keys);
  return { keys, pass, aws: calls.take(), exchange: await exchange.requests(), milliseconds };
}

/** Counts of a pass that did something else than it should would be worth nothing. */
function requireNothingWrong(found: readonly (readonly [string, number])[], keys: number): void {
  const expected: Counts = { [CaretakerMetric.PASS]: 1, [CaretakerMetric.KEYS_SEEN]: keys + 1 };
  const wrong = found.filter(([name, count]) => count !== (expected[name] ?? 0));
  if (found.length > 0 && wrong.length === 0) return;
  const text = wrong.map(([name, count]) => `${name} ${count}`).join(', ');
  throw new Error(`the caretaker found what it should not have: ${text || 'no counts at all'}`);
}
