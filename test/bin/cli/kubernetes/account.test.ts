// What AWS is asked: the key's description, the exchange's configuration, the network's subnets; and never a value.
import { parseKeyName, secretName } from '../../../../contract/keys';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { impatient } from '../allowlist/support/account';
import { type Answer, jsonError, type LoopbackAws, startLoopbackAws } from '../support/loopback-aws';
import { DESCRIPTION } from '../support/ring-stack';
import { IMAGE, KARPENTER, KEY, kubernetes, objectsIn, one, printed, WHERE } from './support';

const RING = {
  schema: 1,
  environment: 'prod',
  region: 'eu-west-1',
  intakeRoleArn: 'arn:aws:iam::111122223333:role/Intake',
  rotationFunction: 'rotation',
  rotationLogGroup: '/exchange-keys/prod/rotation',
  caretakerFunction: 'caretaker',
  caretakerLogGroup: '/exchange-keys/prod/caretaker',
  requestTopicArn: 'arn:aws:sns:eu-west-1:111122223333:requests',
};
const NETWORKS = '/exchange-keys/prod/egress/eu-west-1/network/';

const zone = (letter: string, digit: string) => ({
  availabilityZone: `eu-west-1${letter}`,
  subnetId: `subnet-${digit.repeat(17)}`,
  routeTableId: `rtb-${digit.repeat(17)}`,
  natGatewayId: `nat-${digit.repeat(17)}`,
  allocationId: `eipalloc-${digit.repeat(17)}`,
});
const network = (...zones: object[]) =>
  JSON.stringify({ schema: 1, environment: 'prod', region: 'eu-west-1', vpcId: 'vpc-0123456789abcdef0', zones });

let aws: LoopbackAws;
let parameters: Record<string, string>;
let description: string | undefined;
beforeAll(async () => {
  aws = await startLoopbackAws(respond);
  Object.assign(process.env, clientVariables(aws.endpoint, 'eu-west-1'));
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.operations.length = 0;
  description = DESCRIPTION;
  parameters = {
    '/exchange-keys/prod/ring': JSON.stringify(RING),
    '/exchange-keys/prod/exchange/xxkk': JSON.stringify(xxkkConfiguration('https://api.xxkk.example')),
    [`${NETWORKS}Network.Network`]: network(zone('b', 'b'), zone('a', 'a')),
  };
});

function respond(operation: string, { Name, Path, NextToken, SecretId }: Record<string, unknown>): Answer {
  if (operation === 'GetParameter') {
    const Value = parameters[String(Name)];
    return Value === undefined ? jsonError('ParameterNotFound') : { body: { Parameter: { Value } } };
  }
  if (operation === 'GetParametersByPath') {
    const found = Object.entries(parameters).filter(([name]) => name.startsWith(String(Path)));
    // a page each, as SSM may cut them
    const page = Number(NextToken ?? 0);
    const Parameters = found.slice(page, page + 1).map(([name, Value]) => ({ Name: name, Value }));
    return { body: { Parameters, ...(page + 1 < found.length && { NextToken: String(page + 1) }) } };
  }
  if (operation === 'DescribeSecret' && SecretId === secretName(parseKeyName(KEY))) {
    return {
      body: {
        ARN: `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${SecretId}-AbCdEf`,
        Name: SecretId,
        Description: description,
        RotationEnabled: true,
        VersionIdsToStages: { v1: ['AWSCURRENT'] },
      },
    };
  }
  return jsonError('ResourceNotFoundException');
}

const run = (...args: string[]) => printed([...args, ...WHERE], { connect: impatient });
const refused = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await kubernetes(args, { connect: impatient });
  expect(stdout).toBe('');
  return { exit: code, code: /\[([A-Z_]+)\]/.exec(stderr)?.[1] };
};

test('the key is described in AWS; its value is not asked for', async () => {
  const deployment = one(objectsIn(await run('deployment', KEY, ...IMAGE)), 'Deployment');
  const { env } = deployment.spec.template.spec.containers[0];
  expect(env).toContainEqual({ name: 'XXKK_KEY_PERMISSIONS', value: 'read,trade' });
  expect(aws.operations).toEqual(['GetParameter', 'DescribeSecret']);
});

test('described by options, nobody is asked', async () => {
  await run('deployment', KEY, ...IMAGE, '--exchange', 'xxkk', '--permissions', 'read', '--overlap-hours', '48');
  expect(aws.operations).toEqual([]);
});

test("the exchange's host comes from its configuration", async () => {
  const [policy] = objectsIn(await run('network-policy', KEY, '--engine', 'cilium'));
  expect(policy.spec.egress[1].toFQDNs[0]).toEqual({ matchName: 'api.xxkk.example' });
});

test('an exchange without a configuration is refused', async () => {
  delete parameters['/exchange-keys/prod/exchange/xxkk'];
  expect(await refused(['network-policy', KEY, ...WHERE, '--engine', 'cilium'])).toMatchObject({
    code: 'EXCHANGE_NOT_CONFIGURED',
  });
});

test('a key that is not there, and one that cannot be understood', async () => {
  expect(await refused(['cilium-egress-gateway', 'prod-trader-bot-b', ...WHERE])).toMatchObject({
    code: 'KEY_NOT_FOUND',
  });
  description = 'by hand';
  expect((await refused(['cilium-egress-gateway', KEY, ...WHERE])).code).toBe('DESCRIPTION_MALFORMED');
});

describe('subnets', () => {
  const subnetsOf = (text: string) =>
    one(objectsIn(text), 'EC2NodeClass').spec.subnetSelectorTerms.map(({ id }: { id: string }) => id);

  test('of the one network, in the order of zones', async () => {
    const text = await printed(KARPENTER, { connect: impatient });
    expect(subnetsOf(text)).toEqual([`subnet-${'a'.repeat(17)}`, `subnet-${'b'.repeat(17)}`]);
  });

  test('of several networks one is chosen', async () => {
    parameters[`${NETWORKS}Second.Network`] = network(zone('c', 'c'));
    expect(await refused(KARPENTER)).toEqual({ exit: 2, code: 'NETWORK_AMBIGUOUS' });
    const text = await printed([...KARPENTER, '--network', 'Second.Network'], { connect: impatient });
    expect(subnetsOf(text)).toEqual([`subnet-${'c'.repeat(17)}`]);
    expect(await refused([...KARPENTER, '--network', 'Third'])).toEqual({ exit: 1, code: 'NETWORK_NOT_FOUND' });
  });

  test('of no network, and of a malformed one', async () => {
    parameters[`${NETWORKS}Network.Network`] = '{}';
    expect((await refused(KARPENTER)).code).toBe('NETWORK_DOCUMENT_MALFORMED');
    delete parameters[`${NETWORKS}Network.Network`];
    expect((await refused(KARPENTER)).code).toBe('NETWORK_NOT_FOUND');
  });
});
