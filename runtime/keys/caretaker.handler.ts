// Lambda entry point: the caretaker of a ring, called by a schedule every quarter of an hour.
import type { SSMClient } from '@aws-sdk/client-ssm';
import { caretakerParameterName, REQUEST_TOPIC_VARIABLE } from '../../contract/keys';
import { SYSTEM_CLOCK } from '../exchange/exchange-client';
import { exchangeLoader } from '../exchange/load-exchange';
import { functionSettings, required } from '../shared/function-settings';
import { publishCounts } from '../shared/metrics';
import { readOurAddressesInUse } from '../shared/our-addresses';
import { createSecretsClient, createSsmClient } from '../shared/secrets-client';
import { createTableClient } from '../shared/table-reader';
import { createCaretaker, type Invocation } from './caretaker/caretaker';
import { openHeldVersions } from './caretaker/held-versions';
import { requestTopic } from './caretaker/request-topic';
import { KeyStore } from './key-store';

/** Longer than the longest turn: a revocation with every retry of every call. */
const RESERVE_MS = 120_000;

let caretaker: ReturnType<typeof createCaretaker> | undefined;

export const handler = async (event: unknown, invocation: Invocation): Promise<void> => {
  caretaker ??= wire();
  await caretaker(event, invocation);
};

function wire(): ReturnType<typeof createCaretaker> {
  const { region, environment, allowlistRegions, localAws } = functionSettings(process.env);
  const topic = required(process.env, REQUEST_TOPIC_VARIABLE);
  const secrets = createSecretsClient(region);
  const clients = new Map<string, SSMClient>();
  const ssm = (name: string) => {
    const client = clients.get(name) ?? createSsmClient(name);
    clients.set(name, client);
    return client;
  };
  const dynamo = createTableClient(region);
  return createCaretaker({
    environment,
    store: new KeyStore({ client: secrets, environment, sleep: SYSTEM_CLOCK.sleep }),
    secrets,
    loadExchange: exchangeLoader({ environment, ssm: ssm(region), variables: process.env }),
    ourAddresses: () => readOurAddressesInUse({ environment, regions: allowlistRegions, ssm, localAws }),
    heldVersions: () =>
      openHeldVersions({
        environment,
        ssm: ssm(region),
        dynamo,
        sleep: SYSTEM_CLOCK.sleep,
        now: SYSTEM_CLOCK.now,
      }),
    publish: requestTopic(topic, region),
    now: SYSTEM_CLOCK.now,
    ssm: ssm(region),
    positionParameter: caretakerParameterName(environment),
    publishCounts: (counts) => publishCounts(environment, counts),
    reserve: RESERVE_MS,
  });
}
