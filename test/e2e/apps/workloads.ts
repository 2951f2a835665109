// CDK app of the end-to-end tests: keys, each with the workload that has it, attached in every way that reads a key.
import path from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { readExchange } from '../../../bin/config/read-exchange';
import {
  EgressAddresses,
  EgressNetwork,
  Exchange,
  type ExchangeKey,
  KeyDelivery,
  KeyPermission,
  KeyRefresh,
  KeyRing,
} from '../../../lib';

const env = { account: '123456789012', region: 'eu-west-1' };
const environment = 'dev';
const owner = 'desk-1';
const role = (name: string) => `arn:aws:iam::${env.account}:role/${name}`;

const app = new App();
const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
  environment,
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
});
const network = new EgressNetwork(new Stack(app, 'Network', { env }), 'Network', { addresses });

const keys = new Stack(app, 'Keys', { env });
const ring = new KeyRing(keys, 'Keys', {
  environment,
  network,
  // with the base URL of the loopback exchange, by the environment
  exchange: Exchange.xxkk(readExchange(__filename, path.join('..', '..', '..', 'exchange-xxkk.yaml'))),
  owner,
  operators: [new ArnPrincipal(role('Operator'))],
  breakGlassRole: Role.fromRoleArn(keys, 'BreakGlass', role('BreakGlass')),
});
const addKey = (id: string, purpose: string, refresh?: KeyRefresh): ExchangeKey =>
  ring.addKey(id, {
    ...{ purpose, instance: 'a', owner, account: 'sub-1', refresh },
    permissions: [KeyPermission.READ, KeyPermission.TRADE],
  });

// Everything that bots print, standard error included; the ring's own log is for records and nothing else.
const encryptionKey = new Key(keys, 'BotLogsKey');
encryptionKey.grantEncryptDecrypt(new ServicePrincipal(`logs.${env.region}.amazonaws.com`));
const logGroup = new LogGroup(keys, 'BotLogs', { encryptionKey, retention: RetentionDays.ONE_YEAR });
ring.addRequestLogs(logGroup);

const cluster = new Cluster(keys, 'Cluster', { vpc: network.vpc });
const subnets = network.workloadSubnets;
const service = (id: string) => {
  const taskDefinition = new FargateTaskDefinition(keys, `${id}Task`, { family: id });
  const container = taskDefinition.addContainer('Bot', {
    image: ContainerImage.fromRegistry('example.com/bot'),
    logging: LogDrivers.awsLogs({ logGroup, streamPrefix: id }),
  });
  const running = new FargateService(keys, `${id}Service`, {
    ...{ cluster, taskDefinition, assignPublicIp: false, desiredCount: 1 },
    vpcSubnets: { subnets },
    securityGroups: [network.workloadSecurityGroup],
  });
  return { container, running };
};

// A container that reads its key itself.
addKey('TraderBot', 'trader-bot').attachToContainer(service('trader').container);

// A container that gets its key when it starts.
const injected = service('injected');
const grid = addKey('GridBot', 'grid-bot', KeyRefresh.onRedeploy(Duration.hours(2)));
grid.attachToContainer(injected.container, {
  delivery: KeyDelivery.injected({ redeployOnRotation: injected.running }),
});
new CfnOutput(keys, 'BotLogGroup', { value: logGroup.logGroupName });
new CfnOutput(keys, 'ClusterArn', { value: cluster.clusterArn });
new CfnOutput(keys, 'InjectedServiceName', { value: injected.running.serviceName });

// Instances, which somebody else launches.
const instances = (id: string) => new Role(keys, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
const maker = addKey('MakerBot', 'maker-bot').attachToInstanceRole(instances('Maker'), {
  acknowledgePlacement: 'the instances of this role are made by the test, in the workload subnets',
});
new CfnOutput(keys, 'MakerVariables', { value: JSON.stringify(maker) });

// Files, which something else keeps up to date.
addKey('FileBot', 'file-bot').grantRead(instances('File'));
