// A way out that is proven: addresses under a lock, probes of both kinds, and a second region whose events are heard.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import {
  EgressAddresses,
  EgressEventForwarding,
  EgressLock,
  EgressNetwork,
  Exchange,
  KeyRing,
} from 'cdk-exchange-keys';
import { parse } from 'yaml';

const app = new App();
const account = '111122223333';
const [home, other] = ['eu-west-1', 'eu-central-1'];
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

// What `exchange-keys allowlist lock` has written: a template that loses one of these addresses does not synthesise.
const lock = EgressLock.fromJson(readFileSync(path.join(__dirname, 'egress.lock.json'), 'utf8'));
const addressStack = (region: string) =>
  new Stack(app, `Addresses-${region}`, { env: { account, region }, terminationProtection: true });

const addresses = new EgressAddresses(addressStack(home), 'Egress', {
  environment: 'prod',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  lock,
});
const network = new EgressNetwork(new Stack(app, 'Network', { env: { account, region: home } }), 'Network', {
  addresses,
  dnsAllowlist: ['api.xxkk.example', 'checkip.amazonaws.com', 'api.ipify.org'],
});

// Listed at the exchange since the day it was made, so that nobody has to be asked when the home region fails.
const elsewhere = addressStack(other);
new EgressAddresses(elsewhere, 'Egress', {
  environment: 'prod',
  availabilityZones: [],
  standbyAvailabilityZones: ['eu-central-1a'],
  lock,
});
new EgressEventForwarding(elsewhere, 'Events', { environment: 'prod', homeRegion: home });

const keys = new Stack(app, 'Keys', { env: { account, region: home } });
const ring = new KeyRing(keys, 'Keys', {
  environment: 'prod',
  network,
  exchange: Exchange.fromDocument(parse(readFileSync(path.join(__dirname, '..', '..', 'exchange-xxkk.yaml'), 'utf8'))),
  owner: 'desk-1',
  operators: [new ArnPrincipal(role('Operator'))],
  breakGlassRole: Role.fromRoleArn(keys, 'BreakGlass', role('BreakGlass')),
  // Two owners, and a sub-account that is empty.
  probes: { echoServices: ['https://checkip.amazonaws.com', 'https://api.ipify.org'], accounts: { xxkk: 'probe' } },
});
ring.alarmTopic.addSubscription(new EmailSubscription('desk-1@example.com'));

app.synth();
