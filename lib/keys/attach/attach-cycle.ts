// Refuses a workload that CloudFormation could not deploy: its stack refers to the key's, and the key's to the role in it.
import { Token } from 'aws-cdk-lib';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { ConfigError } from '../../core/config-error';
import { topLevelStack } from '../../core/environment-claim';
import { AttachableKey } from './attachable-key';

/** How a workload refers to the key's stack, and what else would do. */
export interface CycleReason {
  /** `names the secret of`. */
  readonly refers: string;
  readonly wayOut: string;
}

/** By CDK itself a cycle is found in the end, and told by references that nobody wrote. */
export function refuseCycle(key: AttachableKey, workload: IConstruct, reader: IRole, reason: CycleReason): void {
  const [keys, own, role] = [key.construct, workload, reader].map(topLevelStack);
  if (keys === own || role !== own || !Token.isUnresolved(reader.roleArn)) return;
  throw new ConfigError(
    'ATTACH_CYCLE',
    `'${workload.node.path}' ${reason.refers} stack '${keys.stackName}', whose key '${key.keyName}' names role '${reader.node.path}' of stack '${own.stackName}', and stacks cannot refer to each other both ways; ${reason.wayOut.replace('<keys>', keys.stackName)}`,
    key.construct,
  );
}

/** @param logGroup name or token, as far as it is known when the key is attached */
export function refuseLogCycle(key: AttachableKey, workload: IConstruct, reader: IRole, logGroup: unknown): void {
  if (!key.ring.requestLogs().some(({ logGroupName }) => logGroupName === logGroup)) return;
  refuseCycle(key, workload, reader, {
    refers: 'logs where the ring looks for request records, and so refers to',
    wayOut: "make the role in stack '<keys>' and pass it to the workload",
  });
}
