// Hand-written: what the keys share, besides functions and encryption: people's way in, their requests, the parameters.
import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, type IRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EgressNetwork } from '../../../lib';
import { exchangeConfiguration, OPERATOR } from '../case';
import { sharedWatch } from '../shared-watch';
import { DEPLOYMENT, encryptionKey } from './encryption';
import { type Functions, functions } from './functions';
import type { RingParts } from './key';

export class HandWrittenRing extends Construct {
  public readonly parts: RingParts;

  constructor(scope: Construct, id: string, network: EgressNetwork, breakGlassRole: IRole, keyCount: number) {
    super(scope, id);
    const intakeRole = new Role(this, 'IntakeRole', {
      assumedBy: new ArnPrincipal(OPERATOR),
      description: 'Puts exchange API keys as candidates and starts rotations (cdk-exchange-keys)',
      maxSessionDuration: Duration.hours(1),
    });
    const topic = new Topic(this, 'Requests', {
      displayName: 'Exchange API keys of prod: work for people',
      masterKey: Alias.fromAliasName(this, 'RequestsEncryption', 'alias/aws/sns'),
      enforceSSL: true,
    });
    const made = functions(this, network, topic);
    const [rotationRole, caretakerRole] = [made.rotation.role as IRole, made.caretaker.role as IRole];
    const key = encryptionKey(this, { rotationRole, caretakerRole, intakeRole, breakGlassRole });
    key.node.addDependency(made.invocation);
    this.allowIntake(intakeRole, made);
    this.parameters(intakeRole, topic, made);
    sharedWatch(this, network, {
      callers: {
        rotation: rotationRole.roleArn,
        caretaker: caretakerRole.roleArn,
        intake: intakeRole.roleArn,
        breakGlass: breakGlassRole.roleArn,
        deployment: Fn.sub(DEPLOYMENT),
      },
      encryptionKeyArn: key.keyArn,
      rotation: made.rotation,
      caretaker: made.caretaker,
      keyCount,
    });
    this.parts = {
      encryptionKey: Key.fromKeyArn(this, 'EncryptionByArn', key.keyArn),
      rotationFunctionArn: made.rotation.functionArn,
      rotationRoleArn: rotationRole.roleArn,
      caretakerRoleArn: caretakerRole.roleArn,
      breakGlassRoleArn: breakGlassRole.roleArn,
    };
  }

  private allowIntake(role: Role, { rotation, rotationLogs }: Functions): void {
    const { partition } = Stack.of(this);
    const secrets = `arn:${partition}:secretsmanager:eu-west-1:111122223333:secret:exchange-keys/prod/*`;
    const parameter = `arn:${partition}:ssm:eu-west-1:111122223333:parameter/exchange-keys/prod/ring`;
    const statements = [
      {
        sid: 'PutAndRotate',
        actions: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:ListSecretVersionIds',
          'secretsmanager:PutSecretValue',
          'secretsmanager:RotateSecret',
        ],
        resources: [secrets],
      },
      { sid: 'List', actions: ['secretsmanager:ListSecrets'], resources: ['*'] },
      { sid: 'Validate', actions: ['lambda:InvokeFunction'], resources: [rotation.functionArn] },
      { sid: 'Follow', actions: ['logs:FilterLogEvents'], resources: [rotationLogs.logGroupArn] },
      { sid: 'FindRing', actions: ['ssm:GetParameter'], resources: [parameter] },
    ];
    for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
  }

  private parameters(intakeRole: Role, topic: Topic, made: Functions): void {
    new StringParameter(this, 'Ring', {
      parameterName: '/exchange-keys/prod/ring',
      description: 'Where the exchange-keys command finds the ring (cdk-exchange-keys)',
      stringValue: Stack.of(this).toJsonString({
        schema: 1,
        environment: 'prod',
        region: 'eu-west-1',
        intakeRoleArn: intakeRole.roleArn,
        rotationFunction: made.rotation.functionName,
        rotationLogGroup: made.rotationLogs.logGroupName,
        caretakerFunction: made.caretaker.functionName,
        caretakerLogGroup: made.caretakerLogs.logGroupName,
        requestTopicArn: topic.topicArn,
      }),
    });
    new StringParameter(this, 'CaretakerPosition', {
      parameterName: '/exchange-keys/prod/caretaker',
      description: 'Where the caretaker goes on; written by it (cdk-exchange-keys)',
      stringValue: '{"schema":1,"after":""}',
    });
    new StringParameter(this, 'ExchangeXxkk', {
      parameterName: '/exchange-keys/prod/exchange/xxkk',
      description: 'How to talk to exchange xxkk (cdk-exchange-keys)',
      stringValue: JSON.stringify(exchangeConfiguration()),
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
  }
}
