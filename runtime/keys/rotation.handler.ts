// Lambda entry point: the rotation function of a ring, called by Secrets Manager and by the operator's command.
import type { SSMClient } from '@aws-sdk/client-ssm';
import { SYSTEM_CLOCK } from '../exchange/exchange-client';
import { exchangeLoader } from '../exchange/load-exchange';
import { functionSettings } from '../shared/function-settings';
import { readOurAddresses } from '../shared/our-addresses';
import { createSecretsClient, createSsmClient } from '../shared/secrets-client';
import { KeyStore } from './key-store';
import { createRotation, type Invocation, type RotationEvent } from './rotation';

let rotate: ReturnType<typeof createRotation> | undefined;

export const handler = async (event: RotationEvent, invocation: Invocation) => {
  rotate ??= wire();
  return rotate(event, invocation);
};

function wire(): ReturnType<typeof createRotation> {
  const { region, environment, allowlistRegions, localAws } = functionSettings(process.env);
  const clients = new Map<string, SSMClient>();
  const ssm = (name: string) => {
    const client = clients.get(name) ?? createSsmClient(name);
    clients.set(name, client);
    return client;
  };
  return createRotation({
    ...SYSTEM_CLOCK,
    environment,
    store: new KeyStore({ client: createSecretsClient(region), environment, sleep: SYSTEM_CLOCK.sleep }),
    loadExchange: exchangeLoader({ environment, ssm: ssm(region), variables: process.env }),
    ourAddresses: () => readOurAddresses({ environment, regions: allowlistRegions, ssm, localAws }),
  });
}
