// What a ring is made of, as the user says it.
import { IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IEgressNetwork } from '../egress';
import { ProbeProps } from '../verify/probe-props';
import { WatchProps } from '../watch';
import { Exchange } from './exchange';
import { RingSize } from './key-shards';

/** Another region that holds a read-only copy of every secret, for a workload that fails over. */
export interface KeyReplica {
  /** Name of the region, not the ring's own. */
  readonly region: string;
  /**
   * ARN of the encryption key of the copies, in that region. Its policy must let the workload decrypt.
   * @default the region's `aws/secretsmanager`
   */
  readonly encryptionKeyArn?: string;
}

/** What makes a ring. */
export interface KeyRingProps extends WatchProps {
  /** Whose keys these are: `dev`, `test`, `staging`, `prod` or a declared one. Part of every name: changing it makes another ring. */
  readonly environment: string;
  /** The network that rotation and caretaker call the exchange from; of the same environment, region and account, in another stack. */
  readonly network: IEgressNetwork;
  /** Which exchange the keys are of, unless a key says otherwise. */
  readonly exchange: Exchange;
  /** Team that answers for the ring and its management keys: one word. */
  readonly owner: string;
  /**
   * Who may put keys and start rotations: they may assume the intake role. Roles, never a whole account; they must exist
   * before the ring is deployed, and need `sts:AssumeRole` of their own.
   */
  readonly operators: IPrincipal[];
  /**
   * The one role besides the workload and the ring that may read keys, for the day everything else fails. In the ring's
   * account; it must exist before the ring is deployed, and needs `secretsmanager:GetSecretValue` of its own.
   */
  readonly breakGlassRole: IRole;

  /**
   * Regions whose addresses every key must allow, besides the ring's own.
   * @default every region that has `EgressAddresses` of the environment in this app
   */
  readonly allowlistRegions?: string[];
  /**
   * Other regions with a copy of the secrets; none that has a ring of the environment, whose names would be the same.
   * @default none
   */
  readonly replicaRegions?: KeyReplica[];
  /**
   * Where people are asked to create or delete a key by hand. The caretaker must be able to publish to it.
   * @default a new encrypted topic, see `requestTopic`
   */
  readonly requestTopic?: ITopic;
  /**
   * What proves every five minutes that the exchange lets the network in and nobody else. The ring makes a key for it at each
   * exchange, `<environment>-probe-<exchange>-0`, which reads only and no workload has; its first value is put like any other.
   * @default - none: that there is one way out is configured and checked in EC2, but not tried
   */
  readonly probes?: ProbeProps;
  /**
   * For how many keys. Cannot be changed later.
   * @default RingSize.STANDARD
   */
  readonly size?: RingSize;
  /**
   * Role that CloudFormation deploys the stack with; besides rotation and intake only it may write values (placeholders).
   * @default the CloudFormation execution role of the stack's synthesizer
   */
  readonly deploymentRoleArn?: string;
  /**
   * True stops rotation, caretaker and egress check, and takes the probes away and all of them out of the network, so that the
   * network can be deleted and built again; keys stay readable. Deploy with true, rebuild the network, deploy with false.
   * @default false
   */
  readonly suspended?: boolean;
}
