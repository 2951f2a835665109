// What ties a network to its addresses: another stack, the same account and region, deployed after them.
import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ConfigError } from '../core/config-error';
import { claimStack } from '../core/environment-claim';
import { EgressAddresses } from './egress-addresses';

/** Refuses a network that would share the fate of its addresses, or live elsewhere than they do. */
export function bindNetworkStack(network: IConstruct, addresses: EgressAddresses): void {
  const mine = Stack.of(network);
  const theirs = Stack.of(addresses);
  if (mine === theirs) {
    throw new ConfigError(
      'NETWORK_SHARES_ADDRESS_STACK',
      `network and addresses are both in stack '${mine.stackName}'; put them into stacks of their own, so that the network can be deleted and rebuilt while the addresses stay`,
      network,
    );
  }
  if (mine.region !== theirs.region) {
    throw new ConfigError(
      'NETWORK_IN_OTHER_REGION',
      `the network is in ${Token.isUnresolved(mine.region) ? 'no explicit region' : `'${mine.region}'`}, its addresses are in '${theirs.region}'; addresses cannot leave their region: pass the same env to both stacks, and make one EgressAddresses per region`,
      network,
    );
  }
  if (mine.account !== theirs.account) {
    throw new ConfigError(
      'NETWORK_IN_OTHER_ACCOUNT',
      `the network's stack '${mine.stackName}' and the addresses' stack '${theirs.stackName}' have different accounts; give both the same env`,
      network,
    );
  }
  claimStack(network, addresses.environment);
  mine.addStackDependency(theirs);
}
