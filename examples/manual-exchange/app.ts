// An exchange without an API for keys: people create and delete them, the ring asks, verifies, and keeps the same states.
import { App, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import {
  AnswerListFormat,
  EgressAddresses,
  EgressNetwork,
  ErrorClass,
  Exchange,
  ExchangeMethod,
  KeyPermission,
  KeyRing,
  SigningEncoding,
  SigningHash,
  TimestampFormat,
} from 'cdk-exchange-keys';

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };
const role = (name: string) => `arn:aws:iam::${env.account}:role/${name}`;

const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
  environment: 'staging',
  availabilityZones: ['eu-west-1a'],
});
const network = new EgressNetwork(new Stack(app, 'Network', { env }), 'Network', { addresses });

// Paths, fields and codes are what the exchange's documents say; these are examples. probe and inspect are all there is.
const exchange = Exchange.xxkk({
  name: 'byhand',
  baseUrl: 'https://api.byhand.example',
  signing: {
    tokens: ['timestamp', 'method', 'path', '?query', 'body'],
    hash: SigningHash.SHA256,
    encoding: SigningEncoding.BASE64,
    timestamp: { format: TimestampFormat.UNIX_SECONDS },
    headers: { 'X-API-KEY': '{key}', 'X-TIMESTAMP': '{timestamp}', 'X-SIGNATURE': '{signature}' },
  },
  envelope: { codePath: 'error.code' },
  operations: {
    probe: { method: ExchangeMethod.GET, path: '/v1/balances' },
    inspect: {
      method: ExchangeMethod.GET,
      path: '/v1/key',
      response: { permissions: 'scopes', allowlist: 'ips', allowlistFormat: AnswerListFormat.COMMA },
    },
  },
  permissions: { read: ['read'], trade: ['trade'] },
  errors: [
    { code: 'key_unknown', errorClass: ErrorClass.KEY_UNKNOWN },
    { code: 'ip_denied', errorClass: ErrorClass.IP_NOT_ALLOWED },
    { code: 'scope_missing', errorClass: ErrorClass.PERMISSION },
  ],
});

const keys = new Stack(app, 'Keys', { env });
const ring = new KeyRing(keys, 'Keys', {
  environment: 'staging',
  network,
  exchange,
  owner: 'desk-1',
  operators: [new ArnPrincipal(role('Operator'))],
  breakGlassRole: Role.fromRoleArn(keys, 'BreakGlass', role('BreakGlass')),
});
// Where people are asked: create by this day, with these permissions and addresses; later: delete that one.
ring.requestTopic.addSubscription(new EmailSubscription('desk-1@example.com'));
ring
  .addKey('Rebalancer01', {
    purpose: 'rebalancer',
    instance: '01',
    owner: 'desk-1',
    permissions: [KeyPermission.READ, KeyPermission.TRADE],
  })
  .grantRead(Role.fromRoleArn(keys, 'Rebalancer', role('Rebalancer')));

app.synth();
