// A bot on Fargate that trades: pinned to the workload subnets, with a key that its loader reads and refreshes by itself.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  FargateService,
  FargateTaskDefinition,
  LogDriver,
} from 'aws-cdk-lib/aws-ecs';
import { ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
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
const key = ring.addKey('TraderBotA', {
  purpose: 'trader-bot',
  instance: 'a',
  owner: 'desk-1',
  account: 'sub-1',
  permissions: [KeyPermission.READ, KeyPermission.TRADE],
});
// Everything the bot writes, request records among it; the ring's own log is for records and nothing else.
const encryption = new Key(keys, 'LogEncryption', { enableKeyRotation: true });
const logGroups = `arn:aws:logs:${env.region}:${env.account}:log-group:*`;
encryption.grantEncryptDecrypt(
  new ServicePrincipal(`logs.${env.region}.amazonaws.com`, {
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  }),
);
const logGroup = new LogGroup(keys, 'BotLogs', { encryptionKey: encryption, retention: RetentionDays.ONE_YEAR });
ring.addRequestLogs(logGroup);
// Beside the key, whose policy names it. The bot's stack refers to the log in this one: a role there would be a circle.
const botRole = new Role(keys, 'BotRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

const bots = new Stack(app, 'Bots', { env });
const task = new FargateTaskDefinition(bots, 'Task', { cpu: 256, memoryLimitMiB: 512, taskRole: botRole });
const container = task.addContainer('Bot', {
  // what it runs: bot.ts; from a repository of the account, so that the execution role may pull from it
  image: ContainerImage.fromEcrRepository(Repository.fromRepositoryName(bots, 'Images', 'bot'), '1'),
  logging: LogDriver.awsLogs({ streamPrefix: 'bot', logGroup }),
  readonlyRootFilesystem: true,
});
new FargateService(bots, 'Service', {
  cluster: new Cluster(bots, 'Cluster', { vpc: network.vpc, containerInsightsV2: ContainerInsights.ENABLED }),
  taskDefinition: task,
  desiredCount: 1,
  minHealthyPercent: 0, // one bot at a time: two would place each order twice
  maxHealthyPercent: 100,
  circuitBreaker: { rollback: true },
  vpcSubnets: { subnets: network.workloadSubnets },
  securityGroups: [network.workloadSecurityGroup],
});

Validations.of(task.obtainExecutionRole()).acknowledge({
  id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
  reason: 'ecr:GetAuthorizationToken knows no resource',
});

key.attachToContainer(container);

app.synth();
