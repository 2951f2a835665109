// What a workload needs of a network whose only way out is a set of static addresses.
import { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { EgressAddresses } from './egress-addresses';

/** A network that leaves only through the given addresses, made here (`EgressNetwork`) or found (`ExistingEgressNetwork`). */
export interface IEgressNetwork extends IConstruct {
  /** The addresses traffic leaves from. */
  readonly addresses: EgressAddresses;
  /** The VPC as workloads may use it: its only subnets are the workload subnets. */
  readonly vpc: IVpc;
  /** One private subnet per zone, sorted by zone name. */
  readonly workloadSubnets: ISubnet[];
  /** For workloads: lets nothing in, and out only TCP 443. */
  readonly workloadSecurityGroup: ISecurityGroup;
  /** Id of the NAT gateway of each zone, by zone name; one may stand for several zones. */
  readonly natGatewayIds: { [availabilityZone: string]: string };
  /**
   * Zone of each workload subnet, and the zone whose address its traffic leaves from: the same one, except under
   * `NatLayout.SINGLE`.
   */
  readonly exitZones: { [availabilityZone: string]: string };
  /** Name of the SSM parameter that describes the network, in its region; known at synth. */
  readonly networkParameterName: string;
}
