// One queue for whatever could not be delivered anywhere in the watch: one alarm on it covers every hop.
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../core/acknowledge';

export function createDeadLetters(scope: Construct, encryption: IKey): Queue {
  const { account, partition, region } = Stack.of(scope);
  const queue = new Queue(scope, 'DeadLetters', {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: encryption,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'EventsThatCouldNotBeTold',
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      principals: [new ServicePrincipal('events.amazonaws.com')],
      conditions: { ArnLike: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/*` } },
    }),
  );
  acknowledge(queue, { pack: 'AwsSolutions', rule: 'SQS3' }, 'it is the dead-letter queue');
  return queue;
}

/** Not `grantSendMessages`: it adds wildcards on the key. */
export function allowDeadLetters(role: Role, queue: IQueue, encryption: IKey): void {
  role.addToPolicy(
    new PolicyStatement({ sid: 'LeaveDeadLetters', actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
  );
  allowKey(role, encryption);
}

/** What a writer of encrypted messages or items needs of the key. */
export function allowKey(role: Role, encryption: IKey): void {
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
  role.addToPolicy(new PolicyStatement({ sid: 'UseKey', actions, resources: [encryption.keyArn] }));
}
