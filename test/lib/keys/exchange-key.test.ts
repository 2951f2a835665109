// The three resources of a key: what is in them, what never changes, and how small they are.
import { Duration, RemovalPolicies, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { parseDescription, parseKeyName, TIER_RULES } from '../../../contract/keys';
import { ExchangeKeyProps, KeyPermission, RiskTier } from '../../../lib';
import { compliantTemplate, Resource, resourcesOf, stackIn } from '../../support/egress';
import { ACCOUNT, RingScenario, TRADER, watchTemplate, withKey, withRing, workloadRole } from '../../support/keys';

const { READ, TRADE_LIMITED, TRADE, WITHDRAW } = KeyPermission;

/** The resources of the key whose secret has that name, by logical id. */
function resourcesOfKey(template: Template, name: string): Record<string, Resource> {
  const all: Record<string, Resource> = template.toJSON().Resources;
  const [id] = Object.keys(all).filter((candidate) => all[candidate].Properties?.Name === `exchange-keys/dev/${name}`);
  const ofKey = Object.entries(all).filter(
    ([other, { Properties }]) => other === id || JSON.stringify(Properties?.SecretId) === `{"Ref":"${id}"}`,
  );
  return Object.fromEntries(ofKey);
}

const typesOf = (resources: Record<string, Resource>) =>
  Object.values(resources)
    .map(({ Type }) => Type)
    .sort();

function partsOfKey(props: Partial<ExchangeKeyProps> = {}, ring = {}) {
  const { stack, key } = withKey(ring, props);
  const resources = Object.values(resourcesOfKey(compliantTemplate(stack), key.keyName));
  const one = (type: string) => resources.find(({ Type }) => Type === `AWS::SecretsManager::${type}`) as Resource;
  return { key, secret: one('Secret'), policy: one('ResourcePolicy'), schedule: one('RotationSchedule') };
}

describe('the secret', () => {
  test('holds the placeholder, literally: another text would overwrite every key at the next deployment', () => {
    expect(partsOfKey().secret.Properties.SecretString).toBe('{"schema":1,"placeholder":true}');
  });

  test('has no property by which CloudFormation would write a value later', () => {
    expect(Object.keys(partsOfKey().secret.Properties).sort()).toEqual([
      'Description',
      'KmsKeyId',
      'Name',
      'SecretString',
      'Tags',
    ]);
  });

  test('is named and described by environment, purpose, instance, owner and what follows from the permissions (G2)', () => {
    const { secret, key } = partsOfKey({ account: 'sub-1' });
    expect(key.secretName).toBe('exchange-keys/dev/dev-trader-bot-a');
    expect(key.keyName).toBe('dev-trader-bot-a');
    expect(secret.Properties.Name).toBe(key.secretName);
    expect(secret.Properties.Description).toBe(
      'exchange-keys/1 owner=desk-1 exchange=xxkk account=sub-1 tier=high permissions=read,trade overlap=24h',
    );
    expect(secret.Properties.Tags).toEqual([
      { Key: 'exchange-keys:exchange', Value: 'xxkk' },
      { Key: 'exchange-keys:owner', Value: 'desk-1' },
      { Key: 'exchange-keys:permissions', Value: 'read trade' },
      { Key: 'exchange-keys:tier', Value: 'high' },
    ]);
  });

  test('is described as the functions read it, whatever was asked for', () => {
    const choices = fc.record({
      permissions: fc.shuffledSubarray([READ, TRADE_LIMITED, TRADE], { minLength: 1 }),
      tier: fc.constantFrom(undefined, RiskTier.HIGH),
      purpose: fc.constantFrom('trader-bot', 'marketdata', 'x'),
      instance: fc.constantFrom('a', '01', 'abcde'),
      owner: fc.constantFrom('desk-1', 'Ops_2'),
    });
    fc.assert(
      fc.property(choices, ({ permissions, ...rest }) => {
        const { ring, stack } = withRing();
        const key = ring.addKey('Key', { ...TRADER, ...rest, permissions: [...permissions] });
        const [secret] = Object.values(resourcesOfKey(Template.fromStack(stack), key.keyName)).filter(
          ({ Type }) => Type === 'AWS::SecretsManager::Secret',
        );
        const described = parseDescription(secret.Properties.Description as string);
        expect(parseKeyName(key.keyName)).toMatchObject({ purpose: rest.purpose, instance: rest.instance });
        expect(described).toMatchObject({ owner: rest.owner, tier: key.tier, permissions: key.permissions });
        expect(key.overlap.toHours()).toBe(described.overlapHours);
        expect([...key.permissions].sort()).toEqual([...permissions].sort());
      }),
      { numRuns: 15 },
    );
  });

  test('is encrypted with the key of the ring', () => {
    expect(partsOfKey().secret.Properties.KmsKeyId).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^KeysEncryption/), 'Arn'],
    });
  });

  test.each(['the encryption key of all', 'each secret'])(
    '%s stays when it is removed or replaced, even if an aspect says otherwise',
    (what) => {
      const type = what === 'each secret' ? 'AWS::SecretsManager::Secret' : 'AWS::KMS::Key';
      const { stack } = withKey();
      RemovalPolicies.of(stack).destroy();
      const template = Template.fromStack(stack);
      for (const some of [compliantTemplate(withKey().stack), template]) {
        some.allResources(type, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      }
      // The aspect did work.
      template.hasResource('AWS::IAM::Role', { DeletionPolicy: 'Delete' });
    },
  );

  test('says of a key what it is, whatever tags the app has', () => {
    const { app, stack } = withKey();
    Tags.of(app).add('exchange-keys:owner', 'someone');
    Tags.of(app).add('cost-center', '42');
    Template.fromStack(stack).hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'exchange-keys/dev/dev-trader-bot-a',
      Tags: Match.arrayWith([
        { Key: 'cost-center', Value: '42' },
        { Key: 'exchange-keys:owner', Value: TRADER.owner },
      ]),
    });
  });

  test('has a copy in every replica region, with a key there where one is given', () => {
    const encryptionKeyArn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
    const { secret } = partsOfKey(
      {},
      { replicaRegions: [{ region: 'us-east-1', encryptionKeyArn }, { region: 'eu-central-1' }] },
    );
    expect(secret.Properties.ReplicaRegions).toEqual([
      { Region: 'us-east-1', KmsKeyId: encryptionKeyArn },
      { Region: 'eu-central-1' },
    ]);
  });
});

describe('the rotation schedule', () => {
  test.each([
    [[READ], undefined, RiskTier.LOW, 'rate(175 days)', 48],
    [[READ, TRADE_LIMITED], undefined, RiskTier.MEDIUM, 'rate(85 days)', 24],
    [[READ, TRADE], undefined, RiskTier.HIGH, 'rate(28 days)', 24],
    [[READ], RiskTier.MEDIUM, RiskTier.MEDIUM, 'rate(85 days)', 24],
    [[READ], RiskTier.HIGH, RiskTier.HIGH, 'rate(28 days)', 24],
  ])('of %j (tier %s) is that of tier %s: %s, overlap %d h (G17)', (permissions, given, tier, rate, hours) => {
    const { key, schedule } = partsOfKey({ permissions, tier: given });
    expect(key.tier).toBe(tier);
    expect(key.overlap.toHours()).toBe(hours);
    expect(schedule.Properties.RotationRules).toEqual({ ScheduleExpression: rate, Duration: '2h' });
    const [, days] = /^rate\((\d+) days\)$/.exec(rate) as RegExpExecArray;
    expect(Number(days)).toBeLessThan(TIER_RULES[tier].maxAgeDays);
  });

  test('does not rotate at deployment: there is only the placeholder', () => {
    const { schedule } = partsOfKey();
    expect(schedule.Properties.RotateImmediatelyOnUpdate).toBe(false);
    expect(schedule.Properties.RotationLambdaARN).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^KeysRotation/), 'Arn'],
    });
  });

  test('comes after the permission of Secrets Manager to call the function, by way of the encryption key', () => {
    const template = compliantTemplate(withKey().stack);
    const [permission] = Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'));
    const [[encryption, { DependsOn }]] = Object.entries(resourcesOf(template, 'AWS::KMS::Key'));
    expect(DependsOn).toContain(permission);
    for (const secret of Object.values(resourcesOf(template, 'AWS::SecretsManager::Secret'))) {
      expect(secret.Properties.KmsKeyId).toEqual({ 'Fn::GetAtt': [encryption, 'Arn'] });
    }
  });

  test('the overlap is the one that was asked for, within the bounds of the tier', () => {
    const { key, secret } = partsOfKey({ permissions: [READ, TRADE_LIMITED], overlap: Duration.days(2) });
    expect(key.overlap.toHours()).toBe(48);
    expect(secret.Properties.Description).toContain(' overlap=48h');
  });
});

describe('the resource policy', () => {
  test('refuses to become public', () => {
    expect(partsOfKey().policy.Properties.BlockPublicPolicy).toBe(true);
  });

  test('names all roles of one workload', () => {
    const { stack, ring } = withRing();
    const roles = [workloadRole(stack, 'First'), workloadRole(stack, 'Second')];
    const key = ring.addKey('TraderBotA', TRADER);
    key.grantRead(...roles);
    const policy = Object.values(resourcesOfKey(compliantTemplate(stack), key.keyName)).find(
      ({ Type }) => Type === 'AWS::SecretsManager::ResourcePolicy',
    ) as Resource;
    const arns = roles.map((role) => stack.resolve(role.roleArn));
    const { Statement } = policy.Properties.ResourcePolicy as { Statement: Record<string, never>[] };
    expect(Statement).toHaveLength(4);
    expect(Statement.slice(2).map(({ Principal }) => Principal)).toEqual([{ AWS: arns }, { AWS: arns }]);
  });

  test('gives nobody access while there is no workload', () => {
    const { ring, stack } = withRing();
    const key = ring.addKey('TraderBotA', TRADER);
    const resources = resourcesOfKey(compliantTemplate(stack), key.keyName);
    expect(JSON.stringify(resources)).not.toContain('"Allow"');
    expect(typesOf(resources)).toHaveLength(3);
  });
});

describe('budget', () => {
  const TYPES = ['ResourcePolicy', 'RotationSchedule', 'Secret'].map((type) => `AWS::SecretsManager::${type}`);

  test('a key is three resources', () => {
    const { stack, key } = withKey();
    expect(typesOf(resourcesOfKey(compliantTemplate(stack), key.keyName))).toEqual(TYPES);
  });

  test('a further key adds three resources, and changes nothing but how many keys the watch expects', () => {
    const one = withKey();
    const two = withKey();
    two.ring.addKey('TraderBotB', { ...TRADER, instance: 'b' }).grantRead(two.role);
    const before = Template.fromStack(one.stack).toJSON();
    const after = Template.fromStack(two.stack).toJSON();
    expect(Object.keys(after.Resources)).toHaveLength(Object.keys(before.Resources).length + 3);
    expect(withoutNested(after.Resources)).toMatchObject(withoutNested(before.Resources));
    const [watchBefore, watchAfter] = [one, two].map(({ ring }) => watchTemplate(ring).toJSON().Resources);
    expect(differences(watchBefore, watchAfter)).toEqual([expect.stringMatching(/^AlarmCaretakerSilent/)]);
  });

  const withoutNested = (resources: Record<string, Resource>) =>
    Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type !== 'AWS::CloudFormation::Stack'));

  const differences = (some: Record<string, unknown>, others: Record<string, unknown>) =>
    Object.keys(others).filter((id) => JSON.stringify(some[id]) !== JSON.stringify(others[id]));

  /** Minified, as CloudFormation counts; where the role is decides how long its ARN is. */
  function bytesOf(scenario: RingScenario, role: Role | ArnPrincipal): number {
    const key = scenario.ring.addKey('TraderBotA', TRADER);
    key.grantRead(role);
    const resources = resourcesOfKey(Template.fromStack(scenario.stack), key.keyName);
    expect(typesOf(resources)).toEqual(TYPES);
    return Buffer.byteLength(JSON.stringify(resources));
  }

  const PATHS = { context: { 'aws:cdk:enable-path-metadata': true } };
  const sameStack = ({ stack }: RingScenario) => workloadRole(stack);
  const otherStack = ({ app }: RingScenario) => workloadRole(stackIn(app, 'Bots'));
  const byArn = () => new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/TraderBotA`);

  // The budget is that of the first row. The others are what a user adds: the name of an export, and CDK's metadata.
  test.each([
    ['a role of the same stack', undefined, sameStack, 2048],
    ['a role by its ARN', undefined, byArn, 2048],
    ['a role of another stack', undefined, otherStack, 2150],
    ['a role of the same stack, and path metadata', PATHS, sameStack, 2250],
    ['a role of another stack, and path metadata', PATHS, otherStack, 2350],
  ])('the template of a key with %s is within bounds', (name, appProps, role, most) => {
    const scenario = withRing({}, appProps);
    const size = bytesOf(scenario, role(scenario));
    process.stdout.write(`template bytes of a key with ${name}: ${size}\n`);
    expect(size).toBeLessThanOrEqual(most);
  });
});

test('a key that withdraws carries its review', () => {
  const scenario = withRing({}, { context: { 'cdk-exchange-keys:today': '2026-11-22' } });
  const key = scenario.ring.addKey('Treasury', {
    ...TRADER,
    purpose: 'treasury',
    permissions: [READ, WITHDRAW],
    withdrawalReview: { reviewer: 'ciso', date: '2026-11-02', ticket: 'SEC-1234', expires: '2027-11-02' },
  });
  const resources = resourcesOfKey(compliantTemplate(scenario.stack), key.keyName);
  expect(JSON.stringify(resources)).toContain(' review=ciso,2026-11-02,SEC-1234,2027-11-02"');
  expect(key.tier).toBe(RiskTier.HIGH);
});
