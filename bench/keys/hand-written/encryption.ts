// Hand-written: the key of all secrets, with the rules that are equal for all of them.
import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface Roles {
  readonly rotationRole: IRole;
  readonly caretakerRole: IRole;
  readonly intakeRole: IRole;
  readonly breakGlassRole: IRole;
}

export const DEPLOYMENT = `arn:$\{AWS::Partition}:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1`;
const ENVIRONMENT_TAG = 'aws:PrincipalTag/exchange-keys:environment';
const SERVICE = 'secretsmanager.eu-west-1.amazonaws.com';

export function encryptionKey(scope: Construct, roles: Roles): Key {
  const key = new Key(scope, 'Encryption', {
    description: 'Encrypts the exchange API keys of prod (cdk-exchange-keys)',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    policy: new PolicyDocument({ statements: [...allowed(scope, roles), ...denied(roles)] }),
  });
  new Alias(scope, 'EncryptionAlias', { aliasName: 'alias/exchange-keys/prod', targetKey: key });
  return key;
}

function allowed(scope: Construct, { rotationRole, caretakerRole, intakeRole, breakGlassRole }: Roles) {
  const secrets = `arn:${Stack.of(scope).partition}:secretsmanager:eu-west-1:111122223333:secret:exchange-keys/prod/*`;
  const through = { 'kms:ViaService': SERVICE, 'kms:CallerAccount': '111122223333' };
  const context = { 'kms:EncryptionContext:SecretARN': secrets };
  const principals = (...roleList: IRole[]) => roleList.map(({ roleArn }) => new ArnPrincipal(roleArn));
  return [
    new PolicyStatement({
      sid: 'Administration',
      actions: ['kms:*'],
      resources: ['*'],
      principals: [new AccountRootPrincipal()],
    }),
    new PolicyStatement({
      sid: 'RingReadsAndWrites',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      principals: principals(rotationRole, intakeRole),
      conditions: { StringEquals: through, StringLike: context },
    }),
    new PolicyStatement({
      sid: 'RingReads',
      actions: ['kms:Decrypt'],
      resources: ['*'],
      principals: principals(caretakerRole, breakGlassRole),
      conditions: { StringEquals: through, StringLike: context },
    }),
    new PolicyStatement({
      sid: 'WorkloadsOfThisEnvironmentRead',
      actions: ['kms:Decrypt'],
      resources: ['*'],
      principals: [new AnyPrincipal()],
      conditions: { StringEquals: { ...through, [ENVIRONMENT_TAG]: 'prod' }, StringLike: context },
    }),
  ];
}

function denied({ rotationRole, caretakerRole, intakeRole, breakGlassRole }: Roles) {
  const writers = [rotationRole.roleArn, intakeRole.roleArn, Fn.sub(DEPLOYMENT)];
  const readers = [...writers, caretakerRole.roleArn, breakGlassRole.roleArn];
  const deny = (sid: string, actions: string[], condition: object) =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      principals: [new AnyPrincipal()],
      conditions: { StringNotEquals: condition },
    });
  const encrypt = ['kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'];
  return [
    deny('OnlyThroughSecretsManager', ['kms:Decrypt', ...encrypt], { 'kms:ViaService': SERVICE }),
    deny('OnlyTheseWrite', encrypt, { 'aws:PrincipalArn': writers }),
    deny('OnlyTheseRead', ['kms:Decrypt'], { 'aws:PrincipalArn': readers, [ENVIRONMENT_TAG]: 'prod' }),
  ];
}
