// Every wrong input of a ring is refused at synth, with a code and a heading in the FAQ.
import { App, CfnParameter, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  IPrincipal,
  OrganizationPrincipal,
  Role,
  ServicePrincipal,
  StarPrincipal,
  User,
} from 'aws-cdk-lib/aws-iam';
import { EgressAddresses, EgressNetwork, KeyRing, KeyRingProps } from '../../../lib';
import { refusal } from '../../support/config-error';
import { compliantTemplate, stackIn, withAddresses } from '../../support/egress';
import { ACCOUNT, OPERATOR, REGION, RingOptions, ringProps, withRing, workloadRole } from '../../support/keys';

const refused = (code: string, options: RingOptions) => refusal(code, () => withRing(options));

/** A network in an app of its own, to which a ring is added. */
function networkIn(app: App, environment = 'dev', env = { account: ACCOUNT, region: REGION } as object) {
  const addresses = new EgressAddresses(new Stack(app, `Addresses-${environment}`, { env }), 'Egress', {
    environment,
    availabilityZones: [`${REGION}a`],
  });
  const stack = new Stack(app, `Network-${environment}`, { env });
  return { stack, network: new EgressNetwork(stack, 'Network', { addresses }) };
}

const ringIn = (stack: Stack, props: Partial<KeyRingProps> & Pick<KeyRingProps, 'network'>) =>
  new KeyRing(stack, 'Keys', { ...ringProps(stack), environment: 'dev', ...props });

describe('the environment', () => {
  test('is a known or a declared one', () => {
    refused('ENVIRONMENT_UNKNOWN', { environment: 'qa', network: networkIn(new App()).network });
  });

  test('is known at synth', () => {
    const token = new CfnParameter(new Stack(), 'Environment').valueAsString;
    const app = new App();
    const { network } = networkIn(app);
    refusal('VALUE_UNKNOWN_AT_SYNTH', () => ringIn(stackIn(app, 'Keys'), { network, environment: token }));
  });

  test('is that of the network', () => {
    const app = new App();
    const { network } = networkIn(app, 'test');
    const message = refusal('NETWORK_OF_OTHER_ENVIRONMENT', () => ringIn(stackIn(app, 'Keys'), { network }));
    expect(message).toContain("of environment 'dev', its network of 'test'");
  });

  test('has its stack for itself', () => {
    const app = new App();
    const [dev, test] = ['dev', 'test'].map((name) => networkIn(app, name).network);
    const stack = stackIn(app, 'Keys');
    const props = { ...ringProps(stack), environment: 'test', network: test };
    new KeyRing(stack, 'Keys', { ...props, environment: 'dev', network: dev });
    refusal('ENVIRONMENTS_MIXED', () => new KeyRing(stack, 'Other', props));
  });

  test('is that of the tag of its stack', () => {
    const app = new App();
    const { network } = networkIn(app);
    const stack = stackIn(app, 'Keys', { tags: { 'exchange-keys:environment': 'prod' } });
    expect(refusal('ENVIRONMENTS_MIXED', () => ringIn(stack, { network }))).toContain("belongs to environment 'prod'");
  });

  test('has one ring in a region', () => {
    const app = new App();
    const { network } = networkIn(app);
    ringIn(stackIn(app, 'First'), { network });
    const message = refusal('RING_DUPLICATE', () => ringIn(stackIn(app, 'Second'), { network }));
    expect(message).toContain("in eu-west-1 already, 'First/Keys'");
  });
});

describe('the network', () => {
  test('is in a stack of its own', () => {
    const { network, stack } = networkIn(new App());
    refusal('RING_SHARES_NETWORK_STACK', () => ringIn(stack, { network }));
  });

  test.each([
    [
      'another region',
      { account: ACCOUNT, region: 'us-east-1' },
      `${ACCOUNT}/us-east-1, its network in ${ACCOUNT}/eu-west-1`,
    ],
    ['another account', { account: '999999999999', region: REGION }, '999999999999/eu-west-1'],
    ['no account', { region: REGION }, `in no explicit account/eu-west-1, its network in ${ACCOUNT}/eu-west-1`],
  ])('is not in %s', (_, env, part) => {
    const app = new App();
    const { network } = networkIn(app);
    const message = refusal('RING_AWAY_FROM_NETWORK', () => ringIn(new Stack(app, 'Keys', { env }), { network }));
    expect(message).toContain(part);
    expect(message).not.toContain('Token');
  });

  test('without an account is not that of a ring with one', () => {
    const app = new App();
    const { network } = networkIn(app, 'dev', { region: REGION });
    const message = refusal('RING_AWAY_FROM_NETWORK', () => ringIn(stackIn(app, 'Keys'), { network }));
    expect(message).toContain('its network in no explicit account/eu-west-1');
    expect(message).not.toContain('Token');
  });

  test('without an account is that of a ring without one', () => {
    const app = new App();
    const env = { region: REGION };
    const { network } = networkIn(app, 'dev', env);
    const ring = ringIn(new Stack(app, 'Keys', { env }), { network });
    expect(ring.environment).toBe('dev');
  });
});

test('the region is explicit', () => {
  const app = new App();
  const { network } = networkIn(app);
  refusal('REGION_UNKNOWN', () => ringIn(new Stack(app, 'Keys'), { network }));
});

describe('operators', () => {
  const role = (stack: Stack) =>
    new Role(stack, 'OperatorRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

  test('are somebody', () => {
    refused('OPERATORS_MISSING', { operators: [] });
  });

  test.each<[string, IPrincipal, string]>([
    ['an account', new AccountPrincipal(ACCOUNT), 'AccountPrincipal'],
    ['the own account', new AccountRootPrincipal(), 'AccountRootPrincipal'],
    ['the ARN of an account', new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:root`), `arn:aws:iam::${ACCOUNT}:root`],
    ['an account by its number', new ArnPrincipal(ACCOUNT), ACCOUNT],
    ['an organisation', new OrganizationPrincipal('o-1234567890'), 'OrganizationPrincipal'],
    ['everybody', new AnyPrincipal(), '*'],
    ['everybody, as a star', new StarPrincipal(), 'StarPrincipal'],
    ['everybody, as an ARN', new ArnPrincipal('*'), '*'],
    ['a pattern', new ArnPrincipal(`${OPERATOR}*`), `${OPERATOR}*`],
    ['a service', new ServicePrincipal('lambda.amazonaws.com'), 'ServicePrincipal'],
    [
      'several in one',
      new CompositePrincipal(new ArnPrincipal(OPERATOR), new AccountRootPrincipal()),
      'CompositePrincipal',
    ],
    ['everybody with tags', new AccountRootPrincipal().withSessionTags(), 'SessionTagsPrincipal'],
    ['everybody under no condition', new AnyPrincipal().withConditions({}), 'PrincipalWithConditions'],
  ])('are not %s', (_, operator, shown) => {
    const message = refused('OPERATORS_TOO_WIDE', { operators: [new ArnPrincipal(OPERATOR), operator] });
    expect(message).toContain(`'operators' holds ${shown};`);
  });

  test('are roles, users, sessions, or what a condition narrows down', () => {
    const stack = stackIn(new App(), 'Elsewhere');
    const condition = { ArnLike: { 'aws:PrincipalArn': `${OPERATOR}*` } };
    const { stack: keys } = withRing({
      operators: [
        new ArnPrincipal(OPERATOR),
        new ArnPrincipal(`arn:aws:sts::${ACCOUNT}:assumed-role/Operator/alice`),
        Role.fromRoleArn(stack, 'Imported', `${OPERATOR}2`),
        User.fromUserArn(stack, 'User', `arn:aws:iam::${ACCOUNT}:user/alice`),
        new AccountPrincipal(ACCOUNT).withConditions(condition),
      ],
    });
    compliantTemplate(keys).hasResourceProperties('AWS::IAM::Role', {
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { AWS: OPERATOR } }),
          Match.objectLike({ Condition: condition }),
        ]),
      },
    });
  });

  test('may be a role of the same stack', () => {
    const app = new App();
    const { network } = networkIn(app);
    const stack = stackIn(app, 'Keys');
    ringIn(stack, { network, operators: [role(stack), new ArnPrincipal(workloadRole(stack).roleArn)] });
    const text = JSON.stringify(compliantTemplate(stack).toJSON());
    expect(text).toContain('"Principal":{"AWS":{"Fn::GetAtt":["OperatorRole');
    expect(text).toContain('"Principal":{"AWS":{"Fn::GetAtt":["BotRole');
  });
});

describe('regions', () => {
  test.each([
    ['the own one', [{ region: REGION }], "'eu-west-1', which is the ring's own region"],
    ['one twice', [{ region: 'us-east-1' }, { region: 'us-east-1' }], "'us-east-1', which is there twice"],
  ])('of copies are not %s', (_, replicaRegions, part) => {
    expect(refused('REPLICA_REGION_INVALID', { replicaRegions })).toContain(part);
  });

  test.each(['before', 'after'])('of copies have no ring of the environment, made %s', (when) => {
    const { app } = withRing(when === 'after' ? { replicaRegions: [{ region: 'us-east-1' }] } : {});
    const env = { account: ACCOUNT, region: 'us-east-1' };
    const addresses = new EgressAddresses(new Stack(app, 'Addresses-us', { env }), 'Egress', {
      environment: 'dev',
      availabilityZones: ['us-east-1a'],
    });
    const network = new EgressNetwork(new Stack(app, 'Network-us', { env }), 'Network', { addresses });
    const replicaRegions = when === 'before' ? [{ region: REGION }] : [];
    ringIn(new Stack(app, 'Keys-us', { env }), { network, replicaRegions });
    expect(refusal('REPLICA_REGION_INVALID', () => app.synth())).toContain('a ring of the same environment');
  });

  test('have the form of a region', () => {
    refused('REGION_MALFORMED', { replicaRegions: [{ region: 'Ireland' }] });
    refused('REGION_MALFORMED', { allowlistRegions: ['eu-west-1a'] });
  });

  test('are known at synth', () => {
    const token = new CfnParameter(new Stack(), 'Region').valueAsString;
    refused('VALUE_UNKNOWN_AT_SYNTH', { replicaRegions: [{ region: token }] });
    refused('VALUE_UNKNOWN_AT_SYNTH', { allowlistRegions: [token] });
  });
});

test('the owner is one word', () => {
  refused('WORD_MALFORMED', { owner: 'desk 1' });
});

describe('the role that deploys', () => {
  const DEPLOY = `arn:aws:iam::${ACCOUNT}:role/Deploy`;
  const legacy = () => {
    const app = new App();
    const { network } = networkIn(app);
    return { network, stack: stackIn(app, 'Keys', { synthesizer: new LegacyStackSynthesizer() }) };
  };

  test('must be named where the synthesizer has none', () => {
    const { stack, network } = legacy();
    refusal('DEPLOYMENT_ROLE_UNKNOWN', () => ringIn(stack, { network }));
  });

  test('is the one that is named', () => {
    const { stack, ring } = withRing({ deploymentRoleArn: DEPLOY });
    expect(ring.environment).toBe('dev');
    const [key] = Object.values(compliantTemplate(stack).findResources('AWS::KMS::Key'));
    const text = JSON.stringify(key);
    expect(text).toContain(DEPLOY);
    expect(text).not.toContain('cfn-exec-role');
  });

  test('is that of the bootstrapped account by default', () => {
    const [key] = Object.values(compliantTemplate(withRing().stack).findResources('AWS::KMS::Key'));
    expect(JSON.stringify(key)).toContain(`role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`);
  });
});

test('a break-glass role of another account could read nothing', () => {
  const { app } = withRing();
  const role = Role.fromRoleArn(
    app.node.findChild('Keys') as Stack,
    'Foreign',
    'arn:aws:iam::999988887777:role/BreakGlass',
  );
  refusal('BREAK_GLASS_IN_OTHER_ACCOUNT', () => withRing({ breakGlassRole: role }));
});

test('an exchange whose host does not resolve in the network', () => {
  const ring = (dnsAllowlist: string[]) => {
    const { app, addresses } = withAddresses();
    const network = new EgressNetwork(stackIn(app, 'Other'), 'Network', { addresses, dnsAllowlist });
    const stack = stackIn(app, 'Keys');
    return new KeyRing(stack, 'Keys', { environment: 'dev', network, ...ringProps(stack) });
  };
  refusal('EXCHANGE_HOST_NOT_RESOLVED', () => ring(['api.other.example']));
  refusal('EXCHANGE_HOST_NOT_RESOLVED', () => ring(['*.api.xxkk.example']));
  for (const domain of ['*.xxkk.example', 'api.xxkk.example']) expect(ring([domain]).environment).toBe('dev');
});
