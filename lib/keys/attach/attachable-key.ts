// What attaching a key to a workload needs to know of the key and its ring.
import { IRole } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { IEgressNetwork } from '../../egress';
import { Exchange } from '../exchange';
import { KeyRefresh } from '../key-refresh';

/** What a ring has for the workloads of its keys. */
export interface RingForWorkloads {
  readonly environment: string;
  /** Home region. */
  readonly region: string;
  /** Other regions with a copy of every secret. */
  readonly replicaRegions: readonly string[];
  readonly network: IEgressNetwork;
  /** An echo service that the network reaches; none, where its names do not resolve. */
  readonly echoUrl?: string;
  /** Log groups that are looked through for request records; complete at the end of synth. */
  readonly requestLogs: () => readonly ILogGroup[];
  /** Where events go that could not be acted upon; one alarm covers it. */
  readonly deadLetters: IQueue;
  /** Encrypts `deadLetters`. */
  readonly watchEncryption: IKey;
}

export interface AttachableKey {
  /** Where errors are reported, and whose stack the key is in. */
  readonly construct: Construct;
  readonly keyName: string;
  /** Literal. */
  readonly secretName: string;
  /** Token of the key's stack. */
  readonly secretArn: string;
  readonly permissions: readonly string[];
  readonly overlapHours: number;
  readonly exchange: Exchange;
  readonly refresh?: KeyRefresh;
  readonly ring: RingForWorkloads;
  /** Workloads that have the key, by region: there is one in each. */
  readonly attached: Map<string, IConstruct>;
  readonly grantRead: (role: IRole) => void;
  /** Lets who may read see which version is current as well: labels and tags, no value. */
  readonly grantDescribe: () => void;
}
