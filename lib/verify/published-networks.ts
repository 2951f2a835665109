// Which networks of a ring's environment must be found published: all that the app makes in the ring's account.
import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { EgressNetwork, ExistingEgressNetwork, IEgressNetwork } from '../egress';

/** As `NETWORKS_VARIABLE` has them: `region=parameterName`, sorted; complete at the end of synth. */
export function publishedNetworks(ring: IConstruct, own: IEgressNetwork): string {
  const { account } = Stack.of(ring);
  const { environment } = own.addresses;
  const others = networksBelow(ring.node.root).filter(
    (network) => network.addresses.environment === environment && Stack.of(network).account === account,
  );
  const entries = [own, ...others].map(({ addresses, networkParameterName }) => {
    return `${addresses.region}=${networkParameterName}`;
  });
  return [...new Set(entries)].sort().join(',');
}

function networksBelow(construct: IConstruct): IEgressNetwork[] {
  if (construct instanceof EgressNetwork || construct instanceof ExistingEgressNetwork) return [construct];
  return construct.node.children.flatMap(networksBelow);
}
