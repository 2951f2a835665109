// The key that encrypts what the watch holds: records, findings, messages. Not the ring's: services use this one.
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { isProductionEnvironment } from '../core/checks';

/** CloudWatch alarms cannot publish to a topic under `alias/aws/sns` (SNS Developer Guide, "Key management"), so it has a key of its own. */
export function createWatchEncryption(scope: Construct, environment: string): Key {
  const { account, partition, region } = Stack.of(scope);
  const use = ['kms:Decrypt', 'kms:GenerateDataKey*'];
  const service = (sid: string, name: string, actions: string[], conditions?: Record<string, unknown>) =>
    new PolicyStatement({ sid, actions, resources: ['*'], principals: [new ServicePrincipal(name)], conditions });
  const ofThisAccount = { StringEquals: { 'aws:SourceAccount': account } };
  return new Key(scope, 'Encryption', {
    description: `Encrypts request records, findings and notifications of ${environment} (cdk-exchange-keys)`,
    enableKeyRotation: true,
    // in production the request records are kept, and need it
    removalPolicy: isProductionEnvironment(scope, environment) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'Administration',
          actions: ['kms:*'],
          resources: ['*'],
          principals: [new AccountRootPrincipal()],
        }),
        service('AlarmsTell', 'cloudwatch.amazonaws.com', use, ofThisAccount),
        // EventBridge cannot publish to an encrypted topic whose key asks for aws:SourceAccount or aws:SourceArn (SNS Developer
        // Guide, "Key management"; landing-zone-accelerator-on-aws #407)
        service('EventsTell', 'events.amazonaws.com', use),
        service(
          'LogsAreKept',
          `logs.${region}.amazonaws.com`,
          ['kms:Encrypt', 'kms:ReEncrypt*', 'kms:DescribeKey', ...use],
          {
            ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
          },
        ),
      ],
    }),
  });
}
