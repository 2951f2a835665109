// Who a key may be given to: the roles of one workload, of its account and environment.
import { App, CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  FederatedPrincipal,
  Group,
  IGrantable,
  OrganizationPrincipal,
  Role,
  ServicePrincipal,
  StarPrincipal,
  User,
} from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { refusal } from '../../support/config-error';
import { compliantTemplate, resourcesOf, stackIn } from '../../support/egress';
import { ACCOUNT, REGION, TRADER, withKey, withRing, workloadRole } from '../../support/keys';

const OTHER_ACCOUNT = '999999999999';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/TraderBot`;
const TAG = 'exchange-keys:environment';

/** The refusal of a grantee that the stack of a ring makes. */
function refusedFor(code: string, make: (stack: Stack, app: App) => IGrantable): string {
  const { app, ring, stack } = withRing();
  const key = ring.addKey('TraderBotA', TRADER);
  const grantee = make(stack, app);
  return refusal(code, () => key.grantRead(grantee));
}

describe('refused is', () => {
  test.each<[string, (stack: Stack) => IGrantable, string]>([
    ['a user', (stack) => new User(stack, 'User'), 'User'],
    ['a group', (stack) => new Group(stack, 'Group'), 'Group'],
    ['an account', () => new AccountPrincipal(ACCOUNT), 'AccountPrincipal'],
    ['the own account', () => new AccountRootPrincipal(), 'AccountRootPrincipal'],
    ['an organisation', () => new OrganizationPrincipal('o-1234567890'), 'OrganizationPrincipal'],
    ['a service', () => new ServicePrincipal('lambda.amazonaws.com'), 'ServicePrincipal'],
    ['an identity provider', () => new FederatedPrincipal('accounts.google.com', {}), 'FederatedPrincipal'],
    ['several principals in one', () => new CompositePrincipal(new ArnPrincipal(ROLE)), 'CompositePrincipal'],
    ['a role with conditions', () => new ArnPrincipal(ROLE).withConditions({}), 'PrincipalWithConditions'],
    ['everybody', () => new AnyPrincipal(), "'*'"],
    ['everybody, as a star', () => new StarPrincipal(), 'StarPrincipal'],
    ['the ARN of a user', () => new ArnPrincipal(ROLE.replace('role', 'user')), 'user/TraderBot'],
    ['the ARN of an account', () => new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:root`), ':root'],
    ['a session', () => new ArnPrincipal(`arn:aws:sts::${ACCOUNT}:assumed-role/Bot/1`), 'assumed-role'],
    ['a pattern', () => new ArnPrincipal(`${ROLE}*`), 'TraderBot*'],
    ['a pattern of one character', () => new ArnPrincipal(`${ROLE}?`), 'TraderBot?'],
    ['an ARN that is known at deployment only', (stack) => new ArnPrincipal(parameterIn(stack)), 'ArnPrincipal'],
  ])('%s', (_, make, part) => {
    expect(refusedFor('WORKLOAD_NOT_A_ROLE', make)).toContain(part);
  });

  test('nobody', () => {
    const { ring } = withRing();
    refusal('WORKLOAD_NOT_A_ROLE', () => ring.addKey('TraderBotA', TRADER).grantRead());
  });

  test.each<[string, (stack: Stack, app: App) => IGrantable]>([
    ['by its ARN', () => new ArnPrincipal(ROLE.replace(ACCOUNT, OTHER_ACCOUNT))],
    ['imported', (stack) => Role.fromRoleArn(stack, 'Foreign', ROLE.replace(ACCOUNT, OTHER_ACCOUNT))],
    [
      'of a stack of this app',
      (_, app) => workloadRole(new Stack(app, 'Foreign', { env: { account: OTHER_ACCOUNT, region: REGION } })),
    ],
  ])('a role of another account, %s', (_, make) => {
    expect(refusedFor('WORKLOAD_IN_OTHER_ACCOUNT', make)).toContain(
      `in account ${OTHER_ACCOUNT}, the key in ${ACCOUNT}`,
    );
  });

  test('a second workload (G1)', () => {
    const { key, stack } = withKey();
    expect(refusal('KEY_SHARED', () => key.grantRead(workloadRole(stack, 'Second')))).toContain("'dev-trader-bot-a'");
    refusal('KEY_SHARED', () => key.grantRead(new ArnPrincipal(ROLE)));
  });

  test('a second workload that comes along with the first', () => {
    const { key, role, stack } = withKey();
    refusal('KEY_SHARED', () => key.grantRead(role, workloadRole(stack, 'Second')));
  });
});

function parameterIn(stack: Stack): string {
  return new CfnParameter(stack, 'RoleArn').valueAsString;
}

test('the same role may be named again', () => {
  const { key, role, stack } = withKey();
  const before = Template.fromStack(withKey().stack).toJSON();
  key.grantRead(role);
  key.grantRead(role, role);
  expect(Template.fromStack(stack).toJSON()).toEqual(before);
});

test('one role reads several keys of its environment, and is tagged once', () => {
  const { ring, role, stack } = withKey();
  ring.addKey('TraderBotB', { ...TRADER, instance: 'b' }).grantRead(role);
  compliantTemplate(stack).hasResourceProperties('AWS::IAM::Role', { Tags: [{ Key: TAG, Value: 'dev' }] });
});

test('whatever has a role is taken by its role', () => {
  const { ring, stack } = withRing();
  const bot = new LambdaFunction(stack, 'Bot', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
  });
  ring.addKey('TraderBotA', TRADER).grantRead(bot);
  const template = Template.fromStack(stack);
  const [[id]] = Object.entries(
    template.findResources('AWS::IAM::Role', {
      Properties: { Tags: Match.arrayWith([{ Key: TAG, Value: 'dev' }]) },
    }),
  );
  expect(id).toMatch(/^BotServiceRole/);
  template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
    ResourcePolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Allow', Principal: { AWS: { 'Fn::GetAtt': [id, 'Arn'] } } }),
      ]),
    },
  });
});

describe('environments are kept apart (G4)', () => {
  test('a role of this app is tagged, once, and nothing else about it changes', () => {
    const { stack, role } = withKey();
    const id = stack.getLogicalId(role.node.defaultChild as never);
    const { Properties } = resourcesOf(compliantTemplate(stack), 'AWS::IAM::Role')[id];
    expect(Properties.Tags).toEqual([{ Key: TAG, Value: 'dev' }]);
    expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Tags']);
    const policies = Object.values(resourcesOf(compliantTemplate(stack), 'AWS::IAM::Policy'));
    expect(policies.filter((policy) => JSON.stringify(policy).includes(`"${id}"`))).toEqual([]);
  });

  test('a role that is not of this app cannot be tagged: the user is told to', () => {
    const { ring, stack } = withRing();
    const key = ring.addKey('TraderBotA', TRADER);
    key.grantRead(Role.fromRoleArn(stack, 'Imported', ROLE), new ArnPrincipal(`${ROLE}2`));
    for (const arn of [ROLE, `${ROLE}2`]) {
      Annotations.fromStack(stack).hasInfo(
        `/${key.node.path}`,
        Match.stringLikeRegexp(`^role ${arn} is not made by this app: tag it '${TAG}' = 'dev'`),
      );
    }
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('an imported role whose ARN is known at deployment is accepted: its tag decides', () => {
    const { ring, stack } = withRing();
    const role = Role.fromRoleArn(stack, 'Imported', parameterIn(stack));
    const key = ring.addKey('TraderBotA', TRADER);
    key.grantRead(role);
    Annotations.fromStack(stack).hasInfo(`/${key.node.path}`, Match.stringLikeRegexp('^role is not made by this app'));
    const [info] = Annotations.fromStack(stack).findInfo('*', Match.anyValue());
    expect(Token.isUnresolved(info.entry.data)).toBe(false);
  });

  test('a role in a stack that is tagged with another environment', () => {
    const message = refusedFor('WORKLOAD_OF_OTHER_ENVIRONMENT', (_, app) =>
      workloadRole(stackIn(app, 'Bots', { tags: { [TAG]: 'prod' } })),
    );
    expect(message).toContain("of environment 'dev', the role 'Bots/BotRole' is in a stack of 'prod'");
  });

  test('a role in the stack of another ring', () => {
    const { ring } = withRing();
    const other = withRing({ environment: 'prod' });
    refusal('WORKLOAD_OF_OTHER_ENVIRONMENT', () =>
      ring.addKey('TraderBotA', TRADER).grantRead(workloadRole(other.stack)),
    );
  });

  test('a role in a stack that is tagged with the same environment is accepted', () => {
    const { app, ring, stack } = withRing();
    ring.addKey('TraderBotA', TRADER).grantRead(workloadRole(stackIn(app, 'Bots', { tags: { [TAG]: 'dev' } })));
    expect(Object.keys(resourcesOf(compliantTemplate(stack), 'AWS::SecretsManager::Secret'))).toHaveLength(2);
  });

  test('one role for keys of two environments', () => {
    const dev = withRing();
    const prod = withRing({ environment: 'prod' });
    const role = workloadRole(stackIn(dev.app, 'Bots'));
    dev.ring.addKey('TraderBotA', TRADER).grantRead(role);
    const message = refusal('WORKLOAD_OF_OTHER_ENVIRONMENT', () =>
      prod.ring.addKey('TraderBotA', TRADER).grantRead(role),
    );
    expect(message).toContain("already has a key of 'dev'");
  });
});
