// Keys of a trading desk: a bot that trades from two regions, and a market data reader that is redeployed for a new key.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import {
  EgressAddresses,
  EgressNetwork,
  Exchange,
  KeyPermission,
  KeyRefresh,
  KeyRing,
  RiskTier,
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
  replicaRegions: [{ region: 'us-east-1' }],
  // One alarm is tuned: this desk's exchange refuses more in a volatile market. The others stay as in docs/runbook.md.
  alarmOverrides: { AuthFailureRate: { threshold: 10, evaluationPeriods: 6, datapointsToAlarm: 4 } },
});
// Nobody to wake is refused in production.
ring.alarmTopic.addSubscription(new EmailSubscription('desk-1@example.com'));

// One workload, a role per region: both in one call. A role of this app gets the environment's tag by itself.
const trader = ring.addKey('TraderBotA', {
  purpose: 'trader-bot',
  instance: 'a',
  owner: 'desk-1',
  account: 'sub-1',
  permissions: [KeyPermission.READ, KeyPermission.TRADE],
  refresh: KeyRefresh.polling(Duration.hours(1)),
});
const workload = (id: string) => new Role(keys, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
trader.grantRead(workload('TraderIreland'), workload('TraderVirginia'));

// Reads only, so LOW: 180 days. The desk treats it as MEDIUM, because the bot believes it. Redeployed on every rotation.
ring
  .addKey('MarketData01', {
    purpose: 'marketdata',
    instance: '01',
    owner: 'desk-2',
    account: 'sub-2',
    permissions: [KeyPermission.READ],
    tier: RiskTier.MEDIUM,
    overlap: Duration.hours(48),
    refresh: KeyRefresh.onRedeploy(Duration.hours(12)),
  })
  .grantRead(workload('MarketData'));

app.synth();
