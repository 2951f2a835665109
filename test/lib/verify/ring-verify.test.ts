// What proves a ring's way out: which functions there are, where they run, what they are told and what they may do.
import { App, AppProps, NestedStack, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { serializeLock } from '../../../contract/lock';
import {
  AddressSource,
  EgressAddresses,
  EgressLock,
  EgressNetwork,
  Exchange,
  KeyRing,
  KeyRingProps,
  NatLayout,
  RingSize,
} from '../../../lib';
import { draining, entry, lockOf } from '../../contract/lock/fixture';
import {
  ACCOUNT,
  AddressOptions,
  compliantTemplate,
  NetworkOptions,
  REGION,
  Resource,
  resourcesOf,
  stackIn,
  withAddresses,
} from '../../support/egress';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { ALARM_TOPIC, RingOptions, ringProps, TRADER, withKey, withRing } from '../../support/keys';
import { PROBES, verifyTemplate } from '../../support/probes';

interface FunctionProperties {
  readonly Environment: { readonly Variables: Record<string, string> };
  readonly VpcConfig?: { readonly SubnetIds: object[]; readonly SecurityGroupIds: object[] };
  readonly ReservedConcurrentExecutions?: number;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Tags: object[];
}

/** The functions by their names. */
function functions(ring: KeyRing): Record<string, FunctionProperties> {
  const found = Object.entries(resourcesOf(verifyTemplate(ring), 'AWS::Lambda::Function'));
  return Object.fromEntries(
    found.map(([id, { Properties }]) => [id.slice(0, -8), Properties as unknown as FunctionProperties]),
  );
}

const variablesOf = (ring: KeyRing, name: string) => functions(ring)[name].Environment.Variables;

/** A ring with probes in a network of choice. */
function inNetwork(options: NetworkOptions, addressOptions: AddressOptions = {}, appProps?: AppProps): KeyRing {
  const environment = addressOptions.environment ?? 'dev';
  const { app, addresses, networkStack } = withAddresses(
    { availabilityZones: ['eu-west-1a'], ...addressOptions },
    {},
    appProps,
  );
  const network = new EgressNetwork(networkStack, 'Network', { addresses, ...options });
  return ringIn(stackIn(app, 'Keys'), { environment, network });
}

const ringIn = (stack: Stack, props: Pick<KeyRingProps, 'environment' | 'network'> & RingOptions) =>
  new KeyRing(stack, 'Keys', {
    ...ringProps(stack),
    probes: PROBES,
    alarmTopic: Topic.fromTopicArn(stack, 'Alarms', ALARM_TOPIC),
    ...props,
  });

describe.each<[string, RingOptions]>([
  ['without probes', {}],
  ['with probes', { probes: PROBES }],
  ['with probes, suspended', { probes: PROBES, suspended: true }],
  ['with probes, for thousands of keys', { probes: PROBES, size: RingSize.SHARDED }],
  ['with probes, of production', { probes: PROBES, environment: 'prod' }],
])('a ring %s', (_, options) => {
  test('passes the policy pack, and stays within the budget', () => {
    const { stack, ring } = withKey(options);
    expect(Object.keys(functions(ring)).length).toBeGreaterThan(0);
    for (const nested of stack.node.findAll().filter((child) => child instanceof NestedStack)) {
      compliantTemplate(nested as Stack);
    }
    const own = Object.values<Resource>(compliantTemplate(stack).toJSON().Resources);
    const ofKeys = own.filter(({ Type }) => /Secret|ResourcePolicy|RotationSchedule/.test(Type));
    expect(own.length - ofKeys.length).toBeLessThanOrEqual(40);
    // a role's ARN for the policies of the probe keys, the rest for the watch
    expect(Object.keys(verifyTemplate(ring).toJSON().Outputs ?? {}).length).toBeLessThanOrEqual(20);
  });
});

describe('the egress check', () => {
  test('is in every ring, outside of the network, and is told the networks and regions', () => {
    const { ring } = withRing();
    expect(Object.keys(functions(ring))).toEqual(['EgressCheck']);
    const { EgressCheck } = functions(ring);
    expect(EgressCheck.VpcConfig).toBeUndefined();
    expect(EgressCheck.ReservedConcurrentExecutions).toBeUndefined();
    expect(EgressCheck.Timeout).toBe(60);
    expect(EgressCheck.Environment.Variables).toEqual({
      EXCHANGE_KEYS_ENVIRONMENT: 'dev',
      EXCHANGE_KEYS_ALLOWLIST_REGIONS: REGION,
      EXCHANGE_KEYS_NETWORKS: 'eu-west-1=/exchange-keys/dev/egress/eu-west-1/network/Network.Network',
    });
  });

  test('knows every network of the environment and account, in an order that does not change', () => {
    const app = new App();
    const network = (id: string, environment: string, env: { account: string; region: string }) => {
      const addresses = new EgressAddresses(new Stack(app, `${id}Addresses`, { env }), 'Egress', {
        environment,
        availabilityZones: [`${env.region}a`],
      });
      return new EgressNetwork(new Stack(app, id, { env }), 'Network', { addresses });
    };
    network('Far', 'dev', { account: ACCOUNT, region: 'us-east-1' });
    const home = network('Home', 'dev', { account: ACCOUNT, region: REGION });
    network('OtherAccount', 'dev', { account: '222233334444', region: REGION });
    network('OtherEnvironment', 'test', { account: ACCOUNT, region: REGION });
    const ring = ringIn(stackIn(app, 'Keys'), { environment: 'dev', network: home });
    // one that is made after the ring
    network('Another', 'dev', { account: ACCOUNT, region: REGION });
    expect(variablesOf(ring, 'EgressCheck').EXCHANGE_KEYS_NETWORKS.split(',')).toEqual([
      'eu-west-1=/exchange-keys/dev/egress/eu-west-1/network/Another.Network',
      'eu-west-1=/exchange-keys/dev/egress/eu-west-1/network/Home.Network',
      'us-east-1=/exchange-keys/dev/egress/us-east-1/network/Far.Network',
    ]);
    expect(variablesOf(ring, 'EgressCheck').EXCHANGE_KEYS_ALLOWLIST_REGIONS).toBe('eu-west-1,us-east-1');
  });

  test('stops while the ring is suspended, when the network may be away', () => {
    expect(functions(withRing({ suspended: true }).ring).EgressCheck.ReservedConcurrentExecutions).toBe(0);
  });

  test('may look and change nothing', () => {
    const [policy] = Object.values(resourcesOf(verifyTemplate(withRing().ring), 'AWS::IAM::Policy'));
    const { Statement } = policy.Properties.PolicyDocument as { Statement: { Action: string | string[] }[] };
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !action.startsWith('logs:')).sort()).toEqual([
      'ec2:DescribeAddressTransfers',
      'ec2:DescribeAddresses',
      'ec2:DescribeNatGateways',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeVpcs',
      'ssm:GetParameter',
      'ssm:GetParametersByPath',
    ]);
  });
});

describe('the probes', () => {
  test('are one in each workload subnet, and one outside', () => {
    const { ring } = withRing({ probes: PROBES });
    const found = functions(ring);
    expect(Object.keys(found).sort()).toEqual([
      'EgressCheck',
      'InsideProbeEuWest1a',
      'InsideProbeEuWest1b',
      'OutsideProbe',
    ]);
    const places = ['InsideProbeEuWest1a', 'InsideProbeEuWest1b'].map((name) => found[name].VpcConfig);
    for (const place of places) {
      expect(place?.SubnetIds).toHaveLength(1);
      expect(place?.SecurityGroupIds).toEqual(places[0]?.SecurityGroupIds);
      expect(JSON.stringify(place)).not.toContain('Fn::ImportValue');
    }
    expect(places[0]?.SubnetIds).not.toEqual(places[1]?.SubnetIds);
    expect(found.OutsideProbe.VpcConfig).toBeUndefined();
    for (const { Timeout, MemorySize } of Object.values(found)) expect([Timeout, MemorySize]).toEqual([60, 256]);
  });

  test('are told what to show to whom, and where they are', () => {
    const { ring } = withRing({ probes: PROBES });
    const shared = {
      EXCHANGE_KEYS_ENVIRONMENT: 'dev',
      EXCHANGE_KEYS_ALLOWLIST_REGIONS: REGION,
      EXCHANGE_KEYS_PROBE_KEYS: 'dev-probe-xxkk-0',
      EXCHANGE_KEYS_ECHO_SERVICES: PROBES.echoServices.join(','),
    };
    // it asks them whether it is outside at all
    expect(variablesOf(ring, 'OutsideProbe')).toEqual(shared);
    const { EXCHANGE_KEYS_CLOSED_PATHS: paths, ...inside } = variablesOf(ring, 'InsideProbeEuWest1b');
    expect(inside).toEqual({
      ...shared,
      EXCHANGE_KEYS_ZONE: 'eu-west-1b',
      EXCHANGE_KEYS_EXIT_ZONE: 'eu-west-1b',
    });
    expect(JSON.parse(paths).map(({ name }: { name: string }) => name)).toEqual(['direct', 'ipv6']);
  });

  test('under one NAT gateway expect its address in every zone', () => {
    const ring = inNetwork({ layout: NatLayout.SINGLE, availabilityZones: ['eu-west-1a', 'eu-west-1b'] });
    const zones = ['InsideProbeEuWest1a', 'InsideProbeEuWest1b'].map((name) => variablesOf(ring, name));
    expect(zones.map(({ EXCHANGE_KEYS_EXIT_ZONE }) => EXCHANGE_KEYS_EXIT_ZONE)).toEqual(['eu-west-1a', 'eu-west-1a']);
  });

  test('expect the address in the lock, not one that is draining', () => {
    const locked = entry('a', 1);
    const lock = EgressLock.fromJson(serializeLock(lockOf(draining('a', 3), locked)));
    const options = { environment: 'prod', lock, source: AddressSource.adopt({ 'eu-west-1a': locked.allocationId }) };
    const ring = inNetwork({}, options, { context: { 'cdk-exchange-keys:today': '2026-11-22' } });
    expect(variablesOf(ring, 'InsideProbeEuWest1a').EXCHANGE_KEYS_LOCKED_ADDRESS).toBe(locked.address);
  });

  test('without a lock have no address to expect from it', () => {
    const { ring } = withRing({ probes: PROBES });
    expect(variablesOf(ring, 'InsideProbeEuWest1a')).not.toHaveProperty('EXCHANGE_KEYS_LOCKED_ADDRESS');
  });

  test('try an unlisted host where the network lists hosts', () => {
    const dnsAllowlist = ['api.xxkk.example', 'checkip.amazonaws.com', '*.ipify.org'];
    const paths = JSON.parse(
      variablesOf(inNetwork({ dnsAllowlist }), 'InsideProbeEuWest1a').EXCHANGE_KEYS_CLOSED_PATHS,
    );
    expect(paths).toContainEqual({ name: 'unlisted', host: 'example.com', port: 443 });
  });

  test('know the keys of exchanges that come with later keys', () => {
    const { ring } = withRing({ probes: { ...PROBES, accounts: { xxkk: 'probe-1', second: 'probe-2' } } });
    const second = Exchange.xxkk({ ...xxkkConfiguration('https://api.second.example'), name: 'second' });
    ring.addKey('TraderBotA', { ...TRADER, exchange: second });
    expect(variablesOf(ring, 'OutsideProbe').EXCHANGE_KEYS_PROBE_KEYS).toBe('dev-probe-xxkk-0,dev-probe-second-0');
  });

  test('are away while the ring is suspended; their key stays', () => {
    const { ring, stack } = withRing({ probes: PROBES, suspended: true });
    expect(Object.keys(functions(ring))).toEqual(['EgressCheck']);
    compliantTemplate(stack).hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'exchange-keys/dev/dev-probe-xxkk-0',
    });
  });
});

test('everything runs every five minutes, and can be run by a pipeline by its tags', () => {
  const { ring } = withRing({ probes: PROBES });
  const template = verifyTemplate(ring);
  template.resourceCountIs('AWS::Scheduler::Schedule', 4);
  template.allResourcesProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(5 minutes)',
    Target: Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 } }),
  });
  // nor does Lambda try again, whoever has called
  const retries = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));
  const ids = Object.keys(resourcesOf(template, 'AWS::Lambda::Function'));
  expect(retries.map(({ Properties }) => Properties.FunctionName)).toEqual(ids.map((Ref) => ({ Ref })));
  for (const { Properties } of retries) {
    expect(Properties).toMatchObject({ Qualifier: '$LATEST', MaximumRetryAttempts: 0 });
  }
  const watch = compliantTemplate(ring.node.findChild('Watch') as NestedStack);
  const marked = [
    { Key: 'exchange-keys:environment', Value: 'dev' },
    { Key: 'exchange-keys:purpose', Value: 'verify' },
  ];
  const all = [template, watch].flatMap((one) => Object.entries(resourcesOf(one, 'AWS::Lambda::Function')));
  const tagged = all.filter(([, { Properties }]) => Properties.Tags !== undefined);
  expect(tagged.map(([id]) => id.slice(0, -8)).sort()).toEqual([
    'EgressCheck',
    'InsideProbeEuWest1a',
    'InsideProbeEuWest1b',
    'OutsideProbe',
    'TradingGate',
  ]);
  for (const [, { Properties }] of tagged) expect(Properties.Tags).toEqual(marked);
});
