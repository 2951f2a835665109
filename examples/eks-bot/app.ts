// A bot in an EKS cluster that exists: nodes in the workload subnets, and a key for one service account by EKS Pod Identity.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Cluster } from 'aws-cdk-lib/aws-eks';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import {
  EgressAddresses,
  EgressNetwork,
  EgressNodeGroup,
  EgressNodeImage,
  Exchange,
  KeyPermission,
  KeyRing,
} from 'cdk-exchange-keys';
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

const cluster = new Stack(app, 'Cluster', { env });
// Made in the network's VPC by whoever runs it; 'aws eks describe-cluster --name trading' shows the group's id.
const trading = Cluster.fromClusterAttributes(cluster, 'Trading', {
  clusterName: 'trading',
  clusterSecurityGroupId: 'sg-0123456789abcdef0',
  vpc: network.vpc,
});
// Each zone is scaled by itself. Only pods with the toleration run here: 'exchange-keys kubernetes deployment' writes it.
const nodes = new EgressNodeGroup(cluster, 'Nodes', {
  cluster: trading,
  network,
  groupPerZone: true,
  image: EgressNodeImage.BOTTLEROCKET_ARM_64,
  instanceTypes: ['m7g.large'],
  maxSize: 2,
});

ring
  .addKey('TraderBotA', {
    purpose: 'trader-bot',
    instance: 'a',
    owner: 'desk-1',
    account: 'sub-1',
    permissions: [KeyPermission.READ, KeyPermission.TRADE],
  })
  .attachToServiceAccount(cluster, 'TraderBot', {
    cluster: trading,
    namespace: 'trading',
    serviceAccount: 'trader-bot-a',
    nodes,
  });

app.synth();
