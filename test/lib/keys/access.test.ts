// Who may do what with a key, evaluated by an engine that is not ours: principal x action x expected.
import { Cluster } from 'aws-cdk-lib/aws-eks';
import { ACCOUNT, BREAK_GLASS, OPERATOR, REGION, TRADER, withKey, withRing } from '../../support/keys';
import { ADMINISTRATOR, Answer, allowing, ask, Caller, DeployedPolicies } from './policy-engine';

const { stack } = withKey();
const policies = new DeployedPolicies(stack);
const roleWith = (text: string) => policies.role(policies.idOf('AWS::IAM::Role', text));

const secretId = policies.idOf('AWS::SecretsManager::Secret', 'dev-trader-bot-a');
const secret = policies.arnOf(secretId);
const keyId = policies.idOf('AWS::KMS::Key', 'Encryption');
const secretPolicy = policies.property(
  policies.idOf('AWS::SecretsManager::ResourcePolicy', 'TraderBotA'),
  'ResourcePolicy',
);
const keyPolicy = policies.property(keyId, 'KeyPolicy');

const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const dev = { 'exchange-keys:environment': 'dev' };

const workload = roleWith('BotRole');
/** Somebody attached far too much to the workload's role. */
const greedy: Caller = { ...workload, policies: [allowing('secretsmanager:*')] };
const rotation = roleWith('KeysRotationRole');
const caretaker = roleWith('KeysCaretakerRole');
const intake = roleWith('KeysIntakeRole');
const operator: Caller = { role: OPERATOR, policies: [ADMINISTRATOR] };
const administrator: Caller = { role: role('Administrator'), policies: [ADMINISTRATOR] };
/** A workload of the same environment, of another key. */
const neighbour: Caller = { role: role('Neighbour'), tags: dev, policies: [allowing('secretsmanager:*')] };
const breakGlass: Caller = { role: BREAK_GLASS, policies: [allowing('secretsmanager:GetSecretValue')] };
const breakGlassAlone: Caller = { role: BREAK_GLASS };
const deployment: Caller = {
  role: role(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`),
  policies: [ADMINISTRATOR],
};

/** What the policies of the ring alone give it. */
const deploymentAlone: Caller = { role: deployment.role };

const callers = {
  workload,
  greedy,
  rotation,
  caretaker,
  intake,
  operator,
  administrator,
  neighbour,
  breakGlass,
  breakGlassAlone,
  deployment,
  deploymentAlone,
};
type Who = keyof typeof callers;

test('the roles are those of the template', () => {
  expect(workload.tags).toEqual(dev);
  // All that the workload may comes from the secret's policy.
  expect(workload.policies).toEqual([]);
  for (const { policies: own } of [rotation, caretaker, intake]) expect(own).toHaveLength(1);
});

describe('the secret', () => {
  const NONE = undefined;
  test.each<[Who, string, string | undefined, Answer]>([
    // The workload reads AWSCURRENT, and has to say so.
    ['workload', 'GetSecretValue', 'AWSCURRENT', 'allowed'],
    ['workload', 'GetSecretValue', 'AWSPREVIOUS', 'denied'],
    ['workload', 'GetSecretValue', 'AWSPENDING', 'denied'],
    ['workload', 'GetSecretValue', 'XKCANDIDATE', 'denied'],
    ['workload', 'GetSecretValue', NONE, 'denied'],
    ['workload', 'DescribeSecret', NONE, 'denied'],
    ['workload', 'PutSecretValue', NONE, 'denied'],
    // Whatever its own policies say.
    ['greedy', 'GetSecretValue', 'AWSCURRENT', 'allowed'],
    ['greedy', 'GetSecretValue', 'AWSPREVIOUS', 'denied'],
    ['greedy', 'GetSecretValue', NONE, 'denied'],
    ['greedy', 'PutSecretValue', NONE, 'denied'],
    ['greedy', 'UpdateSecret', NONE, 'denied'],
    ['greedy', 'DeleteSecret', NONE, 'denied'],
    ['greedy', 'PutResourcePolicy', NONE, 'denied'],
    ['greedy', 'RotateSecret', NONE, 'denied'],
    ['greedy', 'UpdateSecretVersionStage', 'AWSPREVIOUS', 'denied'],
    ['greedy', 'UpdateSecretVersionStage', 'xk:revoke:1793000000', 'denied'],
    // The known exception: one statement holds for all actions, and this one may name AWSCURRENT as well. It takes a role
    // whose own policies allow it; the ring gives none, and the versions it could move to it can neither read nor write.
    ['greedy', 'UpdateSecretVersionStage', 'AWSCURRENT', 'allowed'],
    ['workload', 'UpdateSecretVersionStage', 'AWSCURRENT', 'denied'],
    // Nobody else reads or moves labels, not even with every permission of the account.
    ['administrator', 'GetSecretValue', 'AWSCURRENT', 'denied'],
    ['administrator', 'GetSecretValue', NONE, 'denied'],
    ['administrator', 'UpdateSecretVersionStage', 'AWSCURRENT', 'denied'],
    ['operator', 'GetSecretValue', 'AWSCURRENT', 'denied'],
    ['operator', 'UpdateSecretVersionStage', 'AWSCURRENT', 'denied'],
    ['neighbour', 'GetSecretValue', 'AWSCURRENT', 'denied'],
    ['deployment', 'GetSecretValue', 'AWSCURRENT', 'denied'],
    ['deployment', 'UpdateSecretVersionStage', 'AWSCURRENT', 'denied'],
    // CloudFormation can do its work.
    ['deployment', 'CreateSecret', NONE, 'allowed'],
    ['deployment', 'UpdateSecret', NONE, 'allowed'],
    ['deployment', 'PutResourcePolicy', NONE, 'allowed'],
    ['deployment', 'RotateSecret', NONE, 'allowed'],
    // The last resort reads, with a policy of its own.
    ['breakGlass', 'GetSecretValue', 'AWSCURRENT', 'allowed'],
    ['breakGlass', 'GetSecretValue', 'AWSPREVIOUS', 'allowed'],
    ['breakGlass', 'PutSecretValue', NONE, 'denied'],
    ['breakGlassAlone', 'GetSecretValue', 'AWSCURRENT', 'denied'],
    // Intake writes what it cannot read.
    ['intake', 'PutSecretValue', NONE, 'allowed'],
    ['intake', 'RotateSecret', NONE, 'allowed'],
    ['intake', 'DescribeSecret', NONE, 'allowed'],
    ['intake', 'GetSecretValue', 'AWSCURRENT', 'denied'],
    ['intake', 'GetSecretValue', 'XKCANDIDATE', 'denied'],
    ['intake', 'UpdateSecretVersionStage', 'AWSCURRENT', 'denied'],
    ['intake', 'UpdateSecretVersionStage', 'XKCANDIDATE', 'denied'],
    ['intake', 'UpdateSecret', NONE, 'denied'],
    ['intake', 'DeleteSecret', NONE, 'denied'],
    ['intake', 'PutResourcePolicy', NONE, 'denied'],
    // Only the rotation promotes.
    ['rotation', 'GetSecretValue', 'AWSPENDING', 'allowed'],
    ['rotation', 'GetSecretValue', NONE, 'allowed'],
    ['rotation', 'PutSecretValue', NONE, 'allowed'],
    ['rotation', 'UpdateSecretVersionStage', 'AWSCURRENT', 'allowed'],
    ['rotation', 'UpdateSecretVersionStage', 'AWSPENDING', 'allowed'],
    ['rotation', 'UpdateSecretVersionStage', 'xk:revoke:1793000000', 'allowed'],
    ['rotation', 'DeleteSecret', NONE, 'denied'],
    ['rotation', 'RotateSecret', NONE, 'denied'],
    ['rotation', 'PutResourcePolicy', NONE, 'denied'],
    // The caretaker moves labels of ours only.
    ['caretaker', 'GetSecretValue', 'AWSPREVIOUS', 'allowed'],
    ['caretaker', 'GetSecretValue', NONE, 'allowed'],
    ['caretaker', 'RotateSecret', NONE, 'allowed'],
    ['caretaker', 'UpdateSecretVersionStage', 'xk:revoke:1793000000', 'allowed'],
    ['caretaker', 'UpdateSecretVersionStage', 'AWSCURRENT', 'denied'],
    ['caretaker', 'UpdateSecretVersionStage', 'AWSPENDING', 'denied'],
    ['caretaker', 'UpdateSecretVersionStage', 'XKCANDIDATE', 'denied'],
    ['caretaker', 'UpdateSecretVersionStage', NONE, 'denied'],
    ['caretaker', 'PutSecretValue', NONE, 'denied'],
    ['caretaker', 'DeleteSecret', NONE, 'denied'],
  ])('%s: %s of %s is %4$s', async (who, action, stage, expected) => {
    const context = stage === undefined ? undefined : { 'secretsmanager:VersionStage': stage };
    const request = { caller: callers[who], resource: secret, resourcePolicy: secretPolicy, context };
    expect(await ask({ ...request, action: `secretsmanager:${action}` })).toBe(expected);
  });

  test.each<[Who, string]>([
    ['workload', 'GetSecretValue'],
    ['rotation', 'GetSecretValue'],
    ['intake', 'PutSecretValue'],
    ['breakGlass', 'GetSecretValue'],
    ['deployment', 'UpdateSecret'],
  ])('%s: %s over plain HTTP is denied', async (who, action) => {
    const stage: Record<string, string> =
      action === 'GetSecretValue' ? { 'secretsmanager:VersionStage': 'AWSCURRENT' } : {};
    const over = async (tls: 'true' | 'false') =>
      ask({
        caller: callers[who],
        action: `secretsmanager:${action}`,
        resource: secret,
        resourcePolicy: secretPolicy,
        context: { ...stage, 'aws:SecureTransport': tls },
      });
    expect(await over('true')).toBe('allowed');
    expect(await over('false')).toBe('denied');
  });

  test.each<[Who, string]>([
    ['rotation', 'GetSecretValue'],
    ['rotation', 'PutSecretValue'],
    ['caretaker', 'GetSecretValue'],
    ['intake', 'PutSecretValue'],
  ])('%s: %s of a secret of another environment is denied', async (who, action) => {
    const resource = secret.replaceAll('dev', 'prod');
    expect(await ask({ caller: callers[who], action: `secretsmanager:${action}`, resource })).toBe('denied');
  });

  test('a key without workload is read by nobody but the ring', async () => {
    const management = policies.property(
      policies.idOf('AWS::SecretsManager::ResourcePolicy', 'ManagementXxkk'),
      'ResourcePolicy',
    );
    const resource = policies.arnOf(policies.idOf('AWS::SecretsManager::Secret', 'dev-management-xxkk-0'));
    const read = (caller: Caller) =>
      ask({
        caller,
        action: 'secretsmanager:GetSecretValue',
        resource,
        resourcePolicy: management,
        context: { 'secretsmanager:VersionStage': 'AWSCURRENT' },
      });
    const readers = await Promise.all(Object.entries(callers).map(async ([who, caller]) => [who, await read(caller)]));
    expect(readers.filter(([, answer]) => answer === 'allowed').map(([who]) => who)).toEqual([
      'rotation',
      'caretaker',
      'breakGlass',
    ]);
  });
});

describe('the secret of a workload whose file the CSI driver mounts', () => {
  const mounted = withRing();
  const bots = mounted.stack;
  const attach = (instance: string, mountedByCsiDriver: boolean) =>
    mounted.ring
      .addKey(`Trader${instance.toUpperCase()}`, { ...TRADER, instance })
      .attachToServiceAccount(bots, `Bot${instance.toUpperCase()}`, {
        cluster: Cluster.fromClusterAttributes(bots, `Cluster${instance}`, { clusterName: 'desk' }),
        namespace: 'trading',
        serviceAccount: `bot-${instance}`,
        acknowledgePlacement: 'Karpenter starts nodes in the workload subnets only',
        mountedByCsiDriver,
      });
  attach('a', true);
  attach('b', false);
  const deployed = new DeployedPolicies(mounted.stack);
  const resource = deployed.arnOf(deployed.idOf('AWS::SecretsManager::Secret', 'dev-trader-bot-a'));
  const policyOf = (id: string) =>
    deployed.property(deployed.idOf('AWS::SecretsManager::ResourcePolicy', id), 'ResourcePolicy') as {
      Statement: { Principal: { AWS?: string } | '*' }[];
    };
  const resourcePolicy = policyOf('TraderA');
  const readerOf = (policy: typeof resourcePolicy) =>
    String((policy.Statement.at(-1)?.Principal as { AWS?: string } | undefined)?.AWS);
  const own: Caller = { role: readerOf(resourcePolicy), tags: dev };
  const excessive: Caller = { ...own, policies: [allowing('secretsmanager:*')] };
  const other: Caller = {
    role: readerOf(policyOf('TraderB')),
    tags: dev,
    policies: [allowing('secretsmanager:GetSecretValue')],
  };

  const NONE = undefined;
  test.each<[string, Caller, string, string | undefined, Answer]>([
    ['it', own, 'DescribeSecret', NONE, 'allowed'],
    ['it', own, 'GetSecretValue', 'AWSCURRENT', 'allowed'],
    ['it', own, 'GetSecretValue', 'AWSPREVIOUS', 'denied'],
    ['it', own, 'GetSecretValue', 'AWSPENDING', 'denied'],
    ['it', own, 'GetSecretValue', NONE, 'denied'],
    ['it', own, 'ListSecretVersionIds', NONE, 'denied'],
    ['it', own, 'GetResourcePolicy', NONE, 'denied'],
    ['it', own, 'PutSecretValue', NONE, 'denied'],
    ['with too many rights, it', excessive, 'GetSecretValue', 'AWSPREVIOUS', 'denied'],
    ['with too many rights, it', excessive, 'GetSecretValue', NONE, 'denied'],
    ['with too many rights, it', excessive, 'ListSecretVersionIds', NONE, 'denied'],
    ['with too many rights, it', excessive, 'GetResourcePolicy', NONE, 'denied'],
    ['with too many rights, it', excessive, 'PutSecretValue', NONE, 'denied'],
    ['with too many rights, it', excessive, 'PutResourcePolicy', NONE, 'denied'],
    ['with too many rights, it', excessive, 'DeleteSecret', NONE, 'denied'],
    ['with too many rights, it', excessive, 'UpdateSecretVersionStage', 'AWSPREVIOUS', 'denied'],
    ['another workload', other, 'DescribeSecret', NONE, 'denied'],
    ['another workload', other, 'GetSecretValue', 'AWSCURRENT', 'denied'],
  ])('%s: %3$s of %4$s is %5$s', async (_, caller, action, stage, expected) => {
    const context = stage === undefined ? undefined : { 'secretsmanager:VersionStage': stage };
    expect(await ask({ caller, action: `secretsmanager:${action}`, resource, resourcePolicy, context })).toBe(expected);
  });

  test('a key without the option keeps the policy of every key', () => {
    const usual = secretPolicy as typeof resourcePolicy;
    const withoutReader = (policy: typeof resourcePolicy) =>
      JSON.stringify(policy).replaceAll(readerOf(policy), 'reader');
    expect(withoutReader(policyOf('TraderB'))).toBe(withoutReader(usual));
    expect(withoutReader(resourcePolicy)).not.toBe(withoutReader(usual));
  });
});

describe('the encryption key', () => {
  const through = {
    'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`,
    'kms:CallerAccount': ACCOUNT,
    'kms:EncryptionContext:SecretARN': secret,
  };
  const kms = (caller: Caller, action: string, context: Record<string, string> = through) =>
    ask({
      caller,
      action: `kms:${action}`,
      resource: policies.arnOf(keyId),
      resourcePolicy: keyPolicy,
      context,
    });
  const withAll = (caller: Caller): Caller => ({ ...caller, policies: [ADMINISTRATOR] });

  test.each<[Who, string, Answer]>([
    ['workload', 'Decrypt', 'allowed'],
    ['workload', 'GenerateDataKey', 'denied'],
    ['rotation', 'Decrypt', 'allowed'],
    ['rotation', 'GenerateDataKey', 'allowed'],
    ['caretaker', 'Decrypt', 'allowed'],
    ['caretaker', 'GenerateDataKey', 'denied'],
    ['intake', 'GenerateDataKey', 'allowed'],
    ['breakGlass', 'Decrypt', 'allowed'],
    ['breakGlass', 'GenerateDataKey', 'denied'],
    ['deployment', 'GenerateDataKey', 'allowed'],
    // It reads where its own policies let it; the ring lets it read nothing.
    ['deploymentAlone', 'Decrypt', 'denied'],
    ['deploymentAlone', 'GenerateDataKey', 'denied'],
    ['administrator', 'Decrypt', 'denied'],
    ['administrator', 'GenerateDataKey', 'denied'],
    ['operator', 'Decrypt', 'denied'],
    ['operator', 'GenerateDataKey', 'denied'],
    // Reads its own secret with it; that of another workload is closed by the secret's policy.
    ['neighbour', 'Decrypt', 'allowed'],
  ])('%s: %s through Secrets Manager is %s', async (who, action, expected) => {
    expect(await kms(callers[who], action)).toBe(expected);
  });

  test.each<[string, Caller]>([
    ['without a tag', { role: role('Untagged') }],
    ['with the tag of another environment', { role: role('ProdBot'), tags: { 'exchange-keys:environment': 'prod' } }],
    ['with an empty tag', { role: role('Empty'), tags: { 'exchange-keys:environment': '' } }],
    ['with the tag in other letters', { role: role('Capital'), tags: { 'exchange-keys:environment': 'Dev' } }],
  ])('a role %s does not decrypt, whatever else it may', async (_, caller) => {
    expect(await kms(caller, 'Decrypt')).toBe('denied');
    expect(await kms(withAll(caller), 'Decrypt')).toBe('denied');
  });

  test.each<[Who]>([
    ['greedy'],
    ['rotation'],
    ['caretaker'],
    ['intake'],
    ['breakGlass'],
    ['deployment'],
    ['administrator'],
  ])('%s uses it through Secrets Manager only', async (who) => {
    const { 'kms:ViaService': _, ...direct } = through;
    const elsewhere = { ...through, 'kms:ViaService': `ssm.${REGION}.amazonaws.com` };
    const otherRegion = { ...through, 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' };
    for (const action of ['Decrypt', 'GenerateDataKey', 'Encrypt']) {
      for (const context of [direct, elsewhere, otherRegion]) {
        expect(await kms(withAll(callers[who]), action, context)).toBe('denied');
      }
    }
  });

  test('nobody encrypts with it but those who write values', async () => {
    const writers = [];
    for (const [who, caller] of Object.entries(callers)) {
      if ((await kms(withAll(caller), 'GenerateDataKey')) === 'allowed') writers.push(who);
    }
    expect(writers).toEqual(['rotation', 'intake', 'deployment', 'deploymentAlone']);
  });

  test.each<[string, Record<string, string>]>([
    ['a secret of another environment', { 'kms:EncryptionContext:SecretARN': secret.replaceAll('dev', 'prod') }],
    ['a secret of nobody', { 'kms:EncryptionContext:SecretARN': secret.replace('exchange-keys/dev/', '') }],
    ['the call of another account', { 'kms:CallerAccount': '999999999999' }],
  ])('%s is not decrypted for a workload', async (_, change) => {
    expect(await kms(workload, 'Decrypt', { ...through, ...change })).toBe('denied');
  });

  test('a role of another account does not decrypt', async () => {
    const stranger = { role: 'arn:aws:iam::999999999999:role/Stranger', tags: dev, policies: [ADMINISTRATOR] };
    expect(await kms(stranger, 'Decrypt', { ...through, 'kms:CallerAccount': '999999999999' })).toBe('denied');
  });

  test('is administered by the account, not by those who use it', async () => {
    expect(await kms(administrator, 'PutKeyPolicy', {})).toBe('allowed');
    for (const caller of [workload, rotation, caretaker, intake]) {
      for (const action of ['PutKeyPolicy', 'ScheduleKeyDeletion', 'CreateGrant', 'DisableKey']) {
        expect(await kms(caller, action, {})).toBe('denied');
      }
    }
  });
});

describe('what the ring needs besides', () => {
  const at = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  const parameter = (name: string) => at('ssm', `parameter/exchange-keys/${name}`);
  const functionArn = (text: string) => policies.arnOf(policies.idOf('AWS::Lambda::Function', text));
  test.each<[Who, string, string, Answer]>([
    ['rotation', 'ssm:GetParameter', parameter('dev/exchange/xxkk'), 'allowed'],
    ['rotation', 'ssm:GetParameter', parameter('dev/egress/eu-west-1/allowlist'), 'allowed'],
    [
      'rotation',
      'ssm:GetParameter',
      parameter('dev/egress/us-east-1/allowlist').replace(REGION, 'us-east-1'),
      'allowed',
    ],
    ['rotation', 'ssm:GetParameter', parameter('prod/exchange/xxkk'), 'denied'],
    ['rotation', 'ssm:PutParameter', parameter('dev/exchange/xxkk'), 'denied'],
    ['caretaker', 'ssm:PutParameter', parameter('dev/caretaker'), 'allowed'],
    ['caretaker', 'ssm:PutParameter', parameter('dev/exchange/xxkk'), 'denied'],
    ['caretaker', 'ssm:PutParameter', parameter('dev/egress/eu-west-1/allowlist'), 'denied'],
    ['intake', 'ssm:GetParameter', parameter('dev/ring'), 'allowed'],
    ['intake', 'ssm:PutParameter', parameter('dev/ring'), 'denied'],
    ['intake', 'lambda:InvokeFunction', functionArn('Rotates the exchange'), 'allowed'],
    ['intake', 'lambda:InvokeFunction', functionArn('Ends overlaps'), 'denied'],
  ])('%s: %s on %s is %s', async (who, action, resource, expected) => {
    expect(await ask({ caller: callers[who], action, resource })).toBe(expected);
  });
});
