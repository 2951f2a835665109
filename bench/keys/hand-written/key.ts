// Hand-written: one secret with its policy and its schedule. L2 for the secret; L2's policy and schedule cannot do this.
import { RemovalPolicy, SecretValue, Tags } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, CfnRotationSchedule, type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** What all keys of the ring share. */
export interface RingParts {
  /** By ARN: with the key itself, the L2 secret would write grants for Secrets Manager into its policy. */
  readonly encryptionKey: IKey;
  readonly rotationFunctionArn: string;
  readonly rotationRoleArn: string;
  readonly caretakerRoleArn: string;
  readonly breakGlassRoleArn: string;
}

export interface KeyDetails {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly exchange: string;
  readonly tier: string;
  readonly permissions: string;
  readonly workload?: IRole;
  readonly parts: RingParts;
}

export function secretWithRotation(scope: Construct, id: string, key: KeyDetails): void {
  const { parts, workload } = key;
  const secret = new Secret(scope, id, {
    secretName: `exchange-keys/prod/${key.name}`,
    description: key.description,
    encryptionKey: parts.encryptionKey,
    secretStringValue: SecretValue.unsafePlainText('{"schema":1,"placeholder":true}'),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  tag(secret, key);
  if (workload) Tags.of(workload).add('exchange-keys:environment', 'prod');
  // L1: the L2 policy does not know blockPublicPolicy.
  new CfnResourcePolicy(secret, 'Policy', {
    secretId: secret.secretArn,
    blockPublicPolicy: true,
    resourcePolicy: policyDocument(parts, workload?.roleArn),
  });
  // L1: the L2 schedule adds statements to the function's role and the encryption key for each secret.
  new CfnRotationSchedule(secret, 'Rotation', {
    secretId: secret.secretArn,
    rotationLambdaArn: parts.rotationFunctionArn,
    rotateImmediatelyOnUpdate: false,
    rotationRules: { scheduleExpression: 'rate(28 days)', duration: '2h' },
  });
}

/** Not `Tags.of(secret)`: an aspect for each tag of each secret is what makes large apps slow. */
function tag(secret: Secret, { owner, exchange, tier, permissions }: KeyDetails): void {
  const { tags } = secret.node.defaultChild as CfnSecret;
  tags.setTag('exchange-keys:owner', owner);
  tags.setTag('exchange-keys:exchange', exchange);
  tags.setTag('exchange-keys:tier', tier);
  tags.setTag('exchange-keys:permissions', permissions);
}

function policyDocument(parts: RingParts, workload: string | undefined): object {
  const { rotationRoleArn, caretakerRoleArn, breakGlassRoleArn } = parts;
  const readers = [rotationRoleArn, caretakerRoleArn, breakGlassRoleArn];
  const everybody = { Principal: '*', Resource: '*' };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        ...everybody,
        Effect: 'Deny',
        Action: 'secretsmanager:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        ...everybody,
        Effect: 'Deny',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
        Condition: { StringNotEquals: { 'aws:PrincipalArn': workload ? [workload, ...readers] : readers } },
      },
      ...(workload
        ? [
            {
              Effect: 'Deny',
              Principal: { AWS: workload },
              Resource: '*',
              Action: 'secretsmanager:*',
              Condition: { StringNotEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
            },
            {
              Effect: 'Allow',
              Principal: { AWS: workload },
              Resource: '*',
              Action: 'secretsmanager:GetSecretValue',
            },
          ]
        : []),
    ],
  };
}
