// `ring` and `keys` of exchange-keys.yaml: what they become, and what is refused.
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { compose } from '../../bin/compose';
import type { Config } from '../../bin/config/config';
import { refusal } from '../support/config-error';
import { resourcesOf } from '../support/egress';
import { manualConfiguration, xxkkConfiguration } from '../support/exchange-configuration';

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const URL = 'https://api.xxkk.example';
const RING = {
  homeRegion: 'eu-west-1',
  owner: 'desk-1',
  exchangeFile: 'exchange-xxkk.yaml',
  operators: [role('Operator')],
  breakGlassRole: role('BreakGlass'),
};
const KEY = {
  purpose: 'trader-bot',
  instance: 'a',
  account: 'sub-1',
  permissions: ['read' as const, 'trade' as const],
};
const BASE: Config = {
  environment: 'dev',
  account: '111122223333',
  regions: { 'eu-west-1': { availabilityZones: ['eu-west-1a'], network: {} } },
  ring: RING,
};

function composed(more: Partial<Config> = {}, configuration = xxkkConfiguration(URL)): App {
  const app = new App();
  compose(app, { ...BASE, ...more }, () => configuration);
  return app;
}

const template = (app: App) => Template.fromStack(app.node.findChild('exchange-keys-dev-keys-eu-west-1') as Stack);
const secrets = (app: App) =>
  Object.values(resourcesOf(template(app), 'AWS::SecretsManager::Secret')).map(({ Properties }) => Properties.Name);

test('a ring without keys holds the management key of its exchange', () => {
  expect(secrets(composed())).toEqual(['exchange-keys/dev/dev-management-xxkk-0']);
});

test('a manual ring has none', () => {
  expect(secrets(composed({ ring: { ...RING, manual: true }, keys: { TraderBotA: KEY } }))).toEqual([
    'exchange-keys/dev/dev-trader-bot-a',
  ]);
  expect(secrets(composed({}, manualConfiguration(URL)))).toEqual([]);
});

test('every setting of a key reaches it', () => {
  const app = composed({
    keys: {
      TraderBotA: {
        ...KEY,
        owner: 'desk-2',
        permissions: ['read', 'trade-limited', 'withdraw'],
        tier: 'high',
        overlapHours: 24,
        refresh: { pollingMinutes: 60 },
        withdrawalReview: { reviewer: 'alice', date: '2026-01-01', ticket: 'SEC-1', expires: '2026-12-31' },
        workloadRoles: [role('BotA'), role('BotB')],
      },
    },
  });
  template(app).hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'exchange-keys/dev/dev-trader-bot-a',
    Description:
      'exchange-keys/1 owner=desk-2 exchange=xxkk account=sub-1 tier=high permissions=read,trade-limited,withdraw overlap=24h review=alice,2026-01-01,SEC-1,2026-12-31',
  });
  expect(JSON.stringify(template(app).toJSON())).toContain(role('BotB'));
});

test('settings of the ring reach it', () => {
  const app = composed({
    ring: { ...RING, replicaRegions: ['us-east-1'], size: 'sharded', suspended: true },
    keys: { TraderBotA: KEY },
  });
  const found = template(app);
  expect(Object.keys(resourcesOf(found, 'AWS::CloudFormation::Stack')).length).toBeGreaterThan(0);
  for (const { Properties } of Object.values(resourcesOf(found, 'AWS::Lambda::Function'))) {
    expect(Properties).toMatchObject({ ReservedConcurrentExecutions: 0 });
    expect(Properties.VpcConfig).toBeUndefined();
  }
});

test('where few names resolve, the ring still reads the allowlists of other regions', () => {
  const home = { availabilityZones: ['eu-west-1a'], network: { dnsAllowlist: ['api.xxkk.example'] } };
  const regions: Config['regions'] = { 'eu-west-1': home, 'us-east-1': { standbyAvailabilityZones: ['us-east-1a'] } };
  const network = (more: Partial<Config>) =>
    Template.fromStack(
      composed({ regions, ...more }).node.findChild('exchange-keys-dev-network-eu-west-1') as Stack,
    ).findResources('AWS::Route53Resolver::FirewallDomainList', {
      Properties: { Domains: Match.arrayWith(['ssm.us-east-1.amazonaws.com']) },
    });
  expect(Object.keys(network({}))).toHaveLength(1);
  expect(network({ ring: undefined })).toEqual({});
});

describe('refused', () => {
  test('a home region without network', () => {
    const regions = { ...BASE.regions, 'us-east-1': { standbyAvailabilityZones: ['us-east-1a'] } };
    refusal('HOME_REGION_WITHOUT_NETWORK', () => composed({ regions, ring: { ...RING, homeRegion: 'us-east-1' } }));
    refusal('HOME_REGION_WITHOUT_NETWORK', () => composed({ ring: { ...RING, homeRegion: 'eu-central-1' } }));
  });

  test('a redeployment that takes longer than the overlap', () => {
    const slow = { ...KEY, instance: 'b', refresh: { redeployHours: 24 } };
    // of several keys, the message names the one that is meant
    expect(refusal('REFRESH_SLOWER_THAN_OVERLAP', () => composed({ keys: { A: KEY, B: slow } }))).toContain('/Keys/B)');
  });

  test('a permission without its review', () => {
    refusal('WITHDRAWAL_WITHOUT_REVIEW', () => composed({ keys: { A: { ...KEY, permissions: ['withdraw'] } } }));
  });
});

describe('probes', () => {
  const probes = {
    echoServices: ['https://checkip.amazonaws.com', 'https://api.ipify.org'],
    accounts: { xxkk: 'probe-1' },
    owner: 'desk-2',
    closedPaths: { direct: '9.9.9.9' },
  };

  test('reach the ring with every setting', () => {
    const app = composed({ ring: { ...RING, probes } });
    template(app).hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'exchange-keys/dev/dev-probe-xxkk-0',
      Description: 'exchange-keys/1 owner=desk-2 exchange=xxkk account=probe-1 tier=low permissions=read overlap=48h',
    });
    const verify = app.node.findAll().find(({ node }) => node.path.endsWith('Keys/Verify')) as Stack;
    Template.fromStack(verify).hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          EXCHANGE_KEYS_ECHO_SERVICES: probes.echoServices.join(','),
          EXCHANGE_KEYS_CLOSED_PATHS: Match.stringLikeRegexp('"host":"9.9.9.9"'),
        },
      },
    });
  });

  test('are none unless they are given', () => {
    expect(secrets(composed()).filter((name) => String(name).includes('probe'))).toEqual([]);
  });
});

test('events of addresses in other regions are forwarded to the home region, where there is a ring', () => {
  const regions = { ...BASE.regions, 'us-east-1': { availabilityZones: ['us-east-1a'] } };
  const rules = (app: App, region: string) =>
    Object.values(
      resourcesOf(
        Template.fromStack(app.node.findChild(`exchange-keys-dev-addresses-${region}`) as Stack),
        'AWS::Events::Rule',
      ),
    );
  const app = composed({ regions });
  expect(rules(app, 'us-east-1')).toHaveLength(2);
  expect(JSON.stringify(rules(app, 'us-east-1'))).toContain(':events:eu-west-1:111122223333:event-bus/default');
  expect(rules(app, 'eu-west-1')).toEqual([]);
  expect(rules(composed({ regions, ring: undefined }), 'us-east-1')).toEqual([]);
});
