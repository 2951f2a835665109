// The keys that probes show to exchanges: made by the ring, reading only, and for nobody but the probes.
import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { EgressNetwork, Exchange, ExchangeKey, KeyPermission, KeyRing, ProbeProps } from '../../../lib';
import { refusal } from '../../support/config-error';
import { compliantTemplate, resourcesOf, stackIn, withAddresses } from '../../support/egress';
import { manualConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import { RingOptions, ringProps, TRADER, withKey, withRing, workloadRole } from '../../support/keys';
import { PROBES } from '../../support/probes';
import { Answer, allowing, ask, Caller, DeployedPolicies } from './policy-engine';

const URL = 'https://api.xxkk.example';
const CONFIGURATION = xxkkConfiguration(URL);

const probing = (change: Partial<ProbeProps> = {}, options: RingOptions = {}) =>
  withRing({ probes: { ...PROBES, ...change }, ...options });
const refused = (code: string, change: Partial<ProbeProps>, options?: RingOptions) =>
  refusal(code, () => probing(change, options));
const descriptions = ({ stack }: ReturnType<typeof withRing>) =>
  Object.values(resourcesOf(compliantTemplate(stack), 'AWS::SecretsManager::Secret')).map(({ Properties }) =>
    String(Properties.Description),
  );

describe('a probe key', () => {
  test('is made for each exchange, reads only, and rotates as others do', () => {
    const scenario = probing({ accounts: { xxkk: 'probe-1' } });
    const second = Exchange.manual({ ...manualConfiguration(URL), name: 'second' });
    scenario.ring.addKey('TraderBotA', { ...TRADER, exchange: second });
    const ofProbes = descriptions(scenario).filter((text) => text.includes('permissions=read overlap'));
    expect(ofProbes).toEqual([
      'exchange-keys/1 owner=desk-1 exchange=xxkk account=probe-1 tier=low permissions=read overlap=48h',
      'exchange-keys/1 owner=desk-1 exchange=second tier=low permissions=read overlap=48h',
    ]);
    const rotations = resourcesOf(compliantTemplate(scenario.stack), 'AWS::SecretsManager::RotationSchedule');
    const [probe] = Object.entries(rotations).flatMap(([id, one]) => (id.includes('KeyProbeXxkk') ? [one] : []));
    expect(probe.Properties.RotationRules).toMatchObject({ ScheduleExpression: 'rate(175 days)' });
  });

  test('has an owner of its own where one is named', () => {
    expect(descriptions(probing({ owner: 'desk-2' }))).toContainEqual(expect.stringContaining('owner=desk-2'));
  });

  test('is not there without probes', () => {
    expect(descriptions(withRing()).filter((text) => text.includes('permissions=read '))).toEqual([]);
  });

  test('is given to no workload', () => {
    const { ring, stack } = probing();
    const key = ring.node.findChild('Key').node.findChild('ProbeXxkk') as ExchangeKey;
    refusal('PROBE_KEY_HAS_WORKLOAD', () => key.grantRead(workloadRole(stack)));
    expect(key.permissions).toEqual([KeyPermission.READ]);
  });

  test('keeps its name from others', () => {
    refusal('KEY_PURPOSE_RESERVED', () => probing().ring.addKey('Mine', { ...TRADER, purpose: 'probe-xxkk' }));
    refusal('KEY_ID_DUPLICATE', () => probing().ring.addKey('ProbeXxkk', TRADER));
  });
});

describe('who reads what', () => {
  const { stack } = withKey({ probes: PROBES });
  const policies = new DeployedPolicies(stack);
  const secret = (name: string) => policies.arnOf(policies.idOf('AWS::SecretsManager::Secret', name));
  const policy = (id: string) =>
    policies.property(policies.idOf('AWS::SecretsManager::ResourcePolicy', id), 'ResourcePolicy');
  const keyPolicy = policies.property(policies.idOf('AWS::KMS::Key', 'Encryption'), 'KeyPolicy');
  const secrets = {
    probe: { resource: secret('dev-probe-xxkk-0'), resourcePolicy: policy('ProbeXxkk') },
    trading: { resource: secret('dev-trader-bot-a'), resourcePolicy: policy('TraderBotA') },
  };
  const [outside, insideA] = ['OutsideProbe', 'InsideProbeEuWest1a'].map((name) => {
    const [, arn] =
      new RegExp(`"(arn:aws:iam::\\d+:role/\\w*${name}Role\\w*)"`).exec(JSON.stringify(secrets.probe.resourcePolicy)) ??
      [];
    return { role: String(arn), tags: { 'exchange-keys:environment': 'dev' } };
  });
  const greedy = (caller: Caller): Caller => ({ ...caller, policies: [allowing('secretsmanager:*')] });
  const callers: Record<string, Caller> = {
    outside,
    insideA,
    greedyOutside: greedy(outside),
    bot: policies.role(policies.idOf('AWS::IAM::Role', 'BotRole')),
    greedyBot: greedy(policies.role(policies.idOf('AWS::IAM::Role', 'BotRole'))),
    rotation: policies.role(policies.idOf('AWS::IAM::Role', 'KeysRotationRole')),
  };

  test.each<[string, keyof typeof secrets, string, Answer]>([
    ['outside', 'probe', 'DescribeSecret', 'allowed'],
    ['outside', 'probe', 'GetSecretValue', 'allowed'],
    ['insideA', 'probe', 'GetSecretValue', 'allowed'],
    ['rotation', 'probe', 'GetSecretValue', 'allowed'],
    ['rotation', 'probe', 'PutSecretValue', 'allowed'],
    // read and nothing else, whatever their own policies say
    ['greedyOutside', 'probe', 'GetSecretValue', 'allowed'],
    ['greedyOutside', 'probe', 'PutSecretValue', 'denied'],
    ['greedyOutside', 'probe', 'UpdateSecretVersionStage', 'denied'],
    ['greedyOutside', 'probe', 'PutResourcePolicy', 'denied'],
    // a trading key never outside
    ['outside', 'trading', 'GetSecretValue', 'denied'],
    ['greedyOutside', 'trading', 'GetSecretValue', 'denied'],
    ['insideA', 'trading', 'GetSecretValue', 'denied'],
    // nor the probe's key by a workload
    ['bot', 'probe', 'GetSecretValue', 'denied'],
    ['greedyBot', 'probe', 'GetSecretValue', 'denied'],
  ])('%s, %s key: %s is %s', async (who, which, action, expected) => {
    const request = { ...secrets[which], action: `secretsmanager:${action}` };
    expect(await ask({ ...request, caller: callers[who] })).toBe(expected);
  });

  test('a probe decrypts through Secrets Manager, as a role of this environment', async () => {
    const request = {
      action: 'kms:Decrypt',
      resource: policies.arnOf(policies.idOf('AWS::KMS::Key', 'Encryption')),
      resourcePolicy: keyPolicy,
      context: {
        'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
        'kms:CallerAccount': '111122223333',
        'kms:EncryptionContext:SecretARN': secrets.probe.resource,
      },
    };
    expect(await ask({ ...request, caller: outside })).toBe('allowed');
    expect(await ask({ ...request, caller: { ...outside, tags: {} } })).toBe('denied');
  });

  test('the policy of a trading key is the same with probes and without', () => {
    const without = new DeployedPolicies(withKey().stack);
    const id = without.idOf('AWS::SecretsManager::ResourcePolicy', 'TraderBotA');
    expect(without.property(id, 'ResourcePolicy')).toEqual(secrets.trading.resourcePolicy);
  });
});

describe('refused are', () => {
  const accounts = { xxkk: 'probe-1' };

  test.each<[string, Partial<ProbeProps>]>([
    ['ECHO_SERVICES_TOO_FEW', { echoServices: ['https://checkip.amazonaws.com'] }],
    ['ECHO_SERVICES_TOO_FEW', { echoServices: undefined as unknown as string[] }],
    ['ECHO_SERVICE_MALFORMED', { echoServices: ['http://checkip.amazonaws.com', 'https://api.ipify.org'] }],
    ['ECHO_SERVICES_NOT_INDEPENDENT', { echoServices: ['https://a.ipify.org', 'https://b.ipify.org'] }],
    ['CLOSED_PATH_MALFORMED', { closedPaths: { direct: 'example.com' } }],
    ['ACCOUNT_MISSING', { accounts: undefined }],
    ['WORD_MALFORMED', { accounts: { xxkk: 'two words' } }],
    ['WORD_MALFORMED', { accounts, owner: 'two words' }],
  ])('%s: %j', (code, change) => {
    refused(code, change);
  });

  test('an exchange whose refusal of an address cannot be told', () => {
    const ambiguous = CONFIGURATION.errors.map((rule) =>
      rule.errorClass === 'IP_NOT_ALLOWED' ? { ...rule, errorClass: 'AMBIGUOUS_AUTH' } : rule,
    );
    const exchange = Exchange.fromDocument({ ...CONFIGURATION, errors: ambiguous });
    refused('PROBE_EXCHANGE_AMBIGUOUS', {}, { exchange });
    expect(() => withRing({ exchange })).not.toThrow();
  });

  test('an exchange without a name for reading', () => {
    const { read: _read, ...permissions } = CONFIGURATION.permissions;
    const exchange = Exchange.fromDocument({ ...CONFIGURATION, permissions });
    expect(() => probing({}, { exchange })).toThrow(/PERMISSION_NOT_MAPPED|EXCHANGE_CONFIGURATION_INVALID/);
  });

  test('an account of an exchange that the ring does not have', () => {
    const { app } = probing({ accounts: { ...accounts, xxkx: 'probe-1' } });
    refusal('PROBE_ACCOUNT_WITHOUT_EXCHANGE', () => app.synth());
  });

  test.each<[string, Partial<ProbeProps>]>([
    ['ECHO_SERVICE_NOT_RESOLVABLE', { echoServices: ['https://checkip.amazonaws.com', 'https://icanhazip.com'] }],
    ['CLOSED_PATH_LISTED', { closedPaths: { unlisted: 'www.ipify.org' } }],
  ])('%s, in a network that lists names', (code, change) => {
    const { app, addresses, networkStack } = withAddresses();
    const dnsAllowlist = ['api.xxkk.example', 'checkip.amazonaws.com', '*.ipify.org'];
    const network = new EgressNetwork(networkStack, 'Network', { addresses, dnsAllowlist });
    const stack = stackIn(app as App, 'Keys');
    const props = { ...ringProps(stack), environment: 'dev', network };
    refusal(code, () => new KeyRing(stack, 'Keys', { ...props, probes: { ...PROBES, ...change } }));
  });
});

test('production without probes is warned, other environments and production with probes are not', () => {
  const warning = Match.stringLikeRegexp('nothing tries whether exchanges .*probes-missing');
  Annotations.fromStack(withRing({ environment: 'prod' }).stack).hasWarning('*', warning);
  Annotations.fromStack(withRing().stack).hasNoWarning('*', warning);
  Annotations.fromStack(withRing({ environment: 'prod', probes: PROBES }).stack).hasNoWarning('*', warning);
});
