// A function that looks at positions every minute: a key that may only read, a function pinned to the workload subnets.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ArnPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { EgressAddresses, EgressNetwork, Exchange, KeyPermission, KeyRing } from 'cdk-exchange-keys';
import { parse } from 'yaml';

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };
const role = (name: string) => `arn:aws:iam::${env.account}:role/${name}`;

const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env, terminationProtection: true }), 'Egress', {
  environment: 'prod',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
});
const network = new EgressNetwork(new Stack(app, 'Network', { env }), 'Network', { addresses });

const keys = new Stack(app, 'Keys', { env });
const ring = new KeyRing(keys, 'Keys', {
  environment: 'prod',
  network,
  exchange: Exchange.fromDocument(parse(readFileSync(path.join(__dirname, '..', '..', 'exchange-xxkk.yaml'), 'utf8'))),
  owner: 'desk-1',
  operators: [new ArnPrincipal(role('Operator'))],
  breakGlassRole: Role.fromRoleArn(keys, 'BreakGlass', role('BreakGlass')),
});
ring.alarmTopic.addSubscription(new EmailSubscription('desk-1@example.com'));
// Reads only, so LOW: rotated every 180 days, the old key lives on for 48 hours.
const key = ring.addKey('MarketData01', {
  purpose: 'marketdata',
  instance: '01',
  owner: 'desk-2',
  account: 'sub-2',
  permissions: [KeyPermission.READ],
});
// Everything the function writes, request records among it; the ring's own log is for records and nothing else.
const encryption = new Key(keys, 'LogEncryption', { enableKeyRotation: true });
const logGroups = `arn:aws:logs:${env.region}:${env.account}:log-group:*`;
encryption.grantEncryptDecrypt(
  new ServicePrincipal(`logs.${env.region}.amazonaws.com`, {
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  }),
);
const logGroup = new LogGroup(keys, 'ReaderLogs', { encryptionKey: encryption, retention: RetentionDays.ONE_YEAR });
ring.addRequestLogs(logGroup);
// Beside the key, whose policy names it. The function's stack refers to the log in this one: a role there would be a circle.
const readerRole = new Role(keys, 'ReaderRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
logGroup.grantWrite(readerRole);
// What CDK's managed policy for functions in a VPC has, without the rest of it.
readerRole.addToPolicy(
  new PolicyStatement({
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  }),
);
Validations.of(readerRole).acknowledge({
  id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
  reason: 'these actions know no resource',
});

const readers = new Stack(app, 'Readers', { env });
const reader = new NodejsFunction(readers, 'Reader', {
  entry: path.join(__dirname, 'reader.ts'),
  runtime: Runtime.NODEJS_24_X,
  role: readerRole,
  timeout: Duration.seconds(30),
  // records must stand in the log as they are written: with the format JSON, Lambda puts them into lines of its own
  loggingFormat: LoggingFormat.TEXT,
  logGroup,
  vpc: network.vpc,
  vpcSubnets: { subnets: network.workloadSubnets },
  securityGroups: [network.workloadSecurityGroup],
});
new Rule(readers, 'EveryMinute', {
  schedule: Schedule.rate(Duration.minutes(1)),
  targets: [new LambdaFunction(reader, { retryAttempts: 0 })],
});

key.attachToFunction(reader);

app.synth();
