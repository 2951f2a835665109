// What ties a ring to its network: the same environment and place, another stack, and a way to the exchange's name.
import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ConfigError } from '../core/config-error';
import { EgressNetwork, IEgressNetwork } from '../egress';
import { CheckedProbes } from '../verify/check-probes';
import { Exchange } from './exchange';

/** Refuses a network that the ring's functions could not or must not run in. */
export function bindNetwork(ring: IConstruct, network: IEgressNetwork, environment: string): void {
  const { addresses } = network;
  const stack = Stack.of(ring);
  if (addresses.environment !== environment) {
    throw new ConfigError(
      'NETWORK_OF_OTHER_ENVIRONMENT',
      `the ring is of environment '${environment}', its network of '${addresses.environment}'; give it a network of its own environment`,
      ring,
    );
  }
  if (addresses.region !== stack.region || Stack.of(network).account !== stack.account) {
    const shown = (account: string) => (Token.isUnresolved(account) ? 'no explicit account' : account);
    throw new ConfigError(
      'RING_AWAY_FROM_NETWORK',
      `the ring is in ${shown(stack.account)}/${stack.region}, its network in ${shown(Stack.of(network).account)}/${addresses.region}; pass the same env to both stacks`,
      ring,
    );
  }
  if (Stack.of(network) === stack) {
    throw new ConfigError(
      'RING_SHARES_NETWORK_STACK',
      `ring and network are both in stack '${stack.stackName}'; put them into stacks of their own, so that the network can be rebuilt while the keys stay`,
      ring,
    );
  }
}

/** Amazon's own; answers with the caller's address as text. */
const AWS_ECHO_HOST = 'checkip.amazonaws.com';

/** The service that tells workloads the address they leave from: one of the probes', else Amazon's where its name resolves. */
export function echoService(network: IEgressNetwork, probes: CheckedProbes | undefined): string | undefined {
  if (probes) return probes.echoServices[0];
  return network instanceof EgressNetwork && !network._resolves(AWS_ECHO_HOST) ? undefined : `https://${AWS_ECHO_HOST}`;
}

/** Refuses an exchange that the network could not reach, because its host does not resolve there. */
export function requireResolvable(ring: IConstruct, network: IEgressNetwork, exchange: Exchange): void {
  const host = exchange._host;
  const isName = /[a-z]/i.test(host) && !host.startsWith('[');
  if (!isName || !(network instanceof EgressNetwork) || network._resolves(host)) return;
  throw new ConfigError(
    'EXCHANGE_HOST_NOT_RESOLVED',
    `exchange '${exchange.name}' is at '${host}', which 'dnsAllowlist' of the network does not hold, so that no rotation could reach it; add the host to it`,
    ring,
  );
}
