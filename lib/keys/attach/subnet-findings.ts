// Decides whether subnets are workload subnets of an egress network of the key's environment; what cannot be decided is not.
import { Annotations, Stack } from 'aws-cdk-lib';
import { finding } from '../../core/config-error';
import { IEgressNetwork } from '../../egress';
import { AppResource, AppResources, listOf } from './app-resources';
import { AttachableKey } from './attachable-key';
import { refersTo } from './references';
import { shownRendered } from './shown-rendered';

/** Where something runs, as its template says. */
export interface RunningPlace {
  /** What puts it there: a service, a function, an instance. */
  readonly by: AppResource;
  /** What runs there, for messages: `task definition 'Bots/Task'`. */
  readonly what: string;
  readonly subnets: unknown;
  readonly securityGroups: unknown;
}

type Place = Pick<RunningPlace, 'by' | 'what' | 'subnets'>;

export function placeFindings(app: AppResources, key: AttachableKey, place: RunningPlace): string[] {
  const networks = new Set<IEgressNetwork>();
  const findings = subnetFindings(app, key, place, networks);
  if (findings.length === 0) warnOfSecurityGroups(key, place, [...networks]);
  return findings;
}

/** @param networks gets those that the subnets are in */
export function subnetFindings(
  app: AppResources,
  key: AttachableKey,
  place: Place,
  networks = new Set<IEgressNetwork>(),
): string[] {
  const subnets = listOf(place.subnets);
  if (!subnets || subnets.length === 0) {
    const given =
      place.subnets === undefined || subnets
        ? 'names no subnets'
        : `names subnets that are not known at synth (${shownRendered(place.subnets)})`;
    return [outside(key, place, given)];
  }
  return subnets.flatMap((subnet) => {
    const network = networkOf(app, key, place.by, subnet);
    if (!network) return [outside(key, place, `names subnet ${shownRendered(subnet)}`)];
    networks.add(network);
    return network.addresses.environment === key.ring.environment ? [] : [ofOther(key, place, network)];
  });
}

function networkOf(
  app: AppResources,
  key: AttachableKey,
  by: AppResource,
  subnet: unknown,
): IEgressNetwork | undefined {
  return [...new Set([key.ring.network, ...app.networks])].find(({ workloadSubnets }) =>
    workloadSubnets.some(({ subnetId }) => refersTo(by, subnet, subnetId)),
  );
}

function outside(key: AttachableKey, { by, what }: Place, given: string): string {
  return finding(
    'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
    `'${by.resource.node.path}' runs ${what} with key '${key.keyName}' and ${given}; the exchange lets in the addresses of the egress network only: place it in 'workloadSubnets' of an egress network of '${key.ring.environment}' that is in this app`,
  );
}

function ofOther(key: AttachableKey, { by, what }: Place, network: IEgressNetwork): string {
  return finding(
    'WORKLOAD_OF_OTHER_ENVIRONMENT',
    `the key '${key.keyName}' is of environment '${key.ring.environment}', '${by.resource.node.path}' runs ${what} in network '${network.node.path}' of '${network.addresses.environment}'; use a network of '${key.ring.environment}'`,
  );
}

/** Other groups may be right, for metrics or a database; that they let nothing in and only HTTPS out is not checked. */
function warnOfSecurityGroups(
  key: AttachableKey,
  { by, securityGroups }: RunningPlace,
  networks: IEgressNetwork[],
): void {
  const groups = listOf(securityGroups) ?? [];
  const known = (group: unknown) =>
    networks.some(({ workloadSecurityGroup }) => refersTo(by, group, workloadSecurityGroup.securityGroupId));
  if (groups.length > 0 && groups.every(known)) return;
  Annotations.of(by.resource).addWarningV2(
    'cdk-exchange-keys:workload-security-group',
    `runs with key '${key.keyName}' in other security groups than the network's 'workloadSecurityGroup', which lets nothing in and only TCP 443 out (stack '${Stack.of(by.resource).stackName}')`,
  );
}
