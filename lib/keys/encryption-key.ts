// The key that encrypts all secrets of a ring; its policy holds what is equal for all of them.
import { Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Alias, CfnKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { secretNamePrefix } from '../../contract/keys';
import { ENVIRONMENT_TAG } from '../core/environment-claim';
import { keep } from '../core/keep';
import { ExpectedCallers } from '../watch/expected-callers';

export interface EncryptionKeyProps {
  readonly environment: string;
  readonly callers: ExpectedCallers;
}

/**
 * Four rules that hold for every key of the ring, in one place that does not grow:
 * used through Secrets Manager only, and only for secrets of this environment; values are written by rotation, intake and
 * deployment; a reader is one of the ring's, the break-glass role, or carries the tag of this environment.
 */
export function createEncryptionKey(scope: Construct, props: EncryptionKeyProps): Key {
  const key = new Key(scope, 'Encryption', {
    description: `Encrypts the exchange API keys of ${props.environment} (cdk-exchange-keys)`,
    enableKeyRotation: true,
    policy: new PolicyDocument({ statements: statements(scope, props) }),
  });
  keep(key.node.defaultChild as CfnKey);
  new Alias(scope, 'EncryptionAlias', { aliasName: `alias/exchange-keys/${props.environment}`, targetKey: key });
  return key;
}

function statements(scope: Construct, props: EncryptionKeyProps): PolicyStatement[] {
  const { environment } = props;
  const { rotation, caretaker, intake, breakGlass, deployment } = props.callers;
  const writers = [rotation, intake, deployment];
  const readers = [...writers, caretaker, breakGlass];
  const { region, account, partition } = Stack.of(scope);
  const throughSecretsManager = {
    StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com`, 'kms:CallerAccount': account },
    StringLike: {
      'kms:EncryptionContext:SecretARN': `arn:${partition}:secretsmanager:${region}:${account}:secret:${secretNamePrefix(environment)}*`,
    },
  };
  const use = ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'];
  const statement = (sid: string, effect: Effect, actions: string[], conditions: object, principals: string[] = []) =>
    new PolicyStatement({
      sid,
      effect,
      actions,
      resources: ['*'],
      principals: principals.length > 0 ? principals.map((arn) => new ArnPrincipal(arn)) : [new AnyPrincipal()],
      conditions: conditions as Record<string, unknown>,
    });
  return [
    new PolicyStatement({
      sid: 'Administration',
      actions: ['kms:*'],
      resources: ['*'],
      principals: [new AccountRootPrincipal()],
    }),
    statement('RingReadsAndWrites', Effect.ALLOW, ['kms:Decrypt', 'kms:GenerateDataKey'], throughSecretsManager, [
      rotation,
      intake,
    ]),
    statement('RingReads', Effect.ALLOW, ['kms:Decrypt'], throughSecretsManager, [caretaker, breakGlass]),
    statement('WorkloadsOfThisEnvironmentRead', Effect.ALLOW, ['kms:Decrypt'], {
      ...throughSecretsManager,
      StringEquals: { ...throughSecretsManager.StringEquals, [`aws:PrincipalTag/${ENVIRONMENT_TAG}`]: environment },
    }),
    statement('OnlyThroughSecretsManager', Effect.DENY, use, {
      StringNotEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    }),
    statement('OnlyTheseWrite', Effect.DENY, ['kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], {
      StringNotEquals: { 'aws:PrincipalArn': writers },
    }),
    statement('OnlyTheseRead', Effect.DENY, ['kms:Decrypt'], {
      StringNotEquals: { 'aws:PrincipalArn': readers, [`aws:PrincipalTag/${ENVIRONMENT_TAG}`]: environment },
    }),
  ];
}
