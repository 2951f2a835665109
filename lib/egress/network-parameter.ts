// Publishes what a network is made of as a document in SSM: what is really there can be compared with it at any time.
import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { IConstruct } from 'constructs';
import { NetworkDocument, NetworkZone, networkParameterName } from '../../contract/egress';
import { extraEnvironments } from '../core/checks';
import { EgressAddresses } from './egress-addresses';

/** The parts of a network; ids may be tokens. */
export interface PublishedNetwork {
  readonly addresses: EgressAddresses;
  readonly vpcId: string;
  /** Sorted by zone. */
  readonly zones: readonly Omit<NetworkZone, 'allocationId'>[];
  /** Workload zone to the zone whose address its traffic leaves from. */
  readonly exitZones: { readonly [availabilityZone: string]: string };
}

/** @returns the name of the parameter; it is known at synth. */
export function publishNetwork(network: IConstruct, { addresses, vpcId, zones, exitZones }: PublishedNetwork): string {
  const { environment, region } = addresses;
  const parameterName = networkParameterName(environment, region, networkName(network), extraEnvironments(network));
  const document: NetworkDocument = {
    schema: 1,
    environment,
    region,
    vpcId,
    zones: zones.map((zone) => ({
      ...zone,
      allocationId: addresses._importAllocationId(exitZones[zone.availabilityZone]),
    })),
  };
  new StringParameter(network, 'NetworkParameter', {
    parameterName,
    description: `Subnets, routes, NAT gateways and addresses of a network of ${environment} in ${region}`,
    stringValue: JSON.stringify(document),
  });
  return parameterName;
}

/** The stack's name and the path below it: two networks of an account and region never share both. */
function networkName(network: IConstruct): string {
  let stack = Stack.of(network);
  while (stack.nestedStackParent) stack = stack.nestedStackParent; // the name of a nested one is not known at synth
  const { scopes } = network.node;
  const below = scopes.slice(scopes.indexOf(stack) + 1).map(({ node }) => node.id);
  return [stack.stackName, ...below].join('.').replace(/[^a-zA-Z0-9_.-]/g, '-');
}
