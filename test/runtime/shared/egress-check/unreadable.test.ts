// What cannot be read is refused, whichever call fails and however: a region of which nothing is known has no report.
import { createServer } from 'node:net';
import { SSMClient } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../contract/allowlist';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { checkRegion, egressReader } from '../../../../runtime/shared/egress-check';
import { Refusal } from '../../../../runtime/shared/refusal';
import { type Deployed, EgressWorld, ENVIRONMENT, PATIENCE, REGION } from './support/egress-world';
import { answer, FaultyFront, fault, hang, type Reply, reset } from './support/faulty-front';

let world: EgressWorld;
let front: FaultyFront;
let deployed: Deployed;
beforeAll(async () => {
  world = await EgressWorld.start();
  front = await FaultyFront.start(world.endpoint);
  deployed = await world.deploy('zonal');
  Object.assign(process.env, clientVariables(front.url, REGION));
}, 90_000);
beforeEach(() => front.clear());
afterAll(async () => {
  await front?.stop();
  await world?.stop();
});

const HASTY = { ...PATIENCE, connectionTimeout: 500, requestTimeout: 500, maxAttempts: 1 };

/** The refusal; a report fails the test. */
async function refusal(environment = ENVIRONMENT, region = REGION): Promise<Refusal> {
  const requestHandler = { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true };
  const ssm = new SSMClient({ region, maxAttempts: 1, requestHandler });
  const ec2 = egressReader(region, HASTY);
  const request = { environment, region, ssm, ec2, localAws: true, expectedNetworks: deployed.names };
  try {
    const report = await checkRegion(request);
    throw new Error(`not refused: ${JSON.stringify(report)}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error;
  } finally {
    ssm.destroy();
    ec2.close();
  }
}

const ACTIONS = [
  'GetParameter',
  'GetParametersByPath',
  'DescribeAddresses',
  'DescribeNatGateways',
  'DescribeAddressTransfers',
  'DescribeVpcs',
  'DescribeSubnets',
  'DescribeRouteTables',
  'DescribeVpcEndpoints',
];

const DENIED = (action: string) => (action.startsWith('Get') ? 'AccessDeniedException' : 'UnauthorizedOperation');
const THROTTLED = (action: string) => (action.startsWith('Get') ? 'ThrottlingException' : 'RequestLimitExceeded');

describe.each(ACTIONS)('%s', (action) => {
  test.each<[string, RegExp, () => Reply]>([
    ['no answer', /^AWS_(CALL_FAILED|NO_ANSWER)$/, () => hang],
    ['a closed connection', /^AWS_(CALL_FAILED|NO_ANSWER)$/, () => reset],
    ['500', /^AWS_(CALL_FAILED|NO_ANSWER)$/, () => fault(500, 'InternalError')],
    ['not allowed', /^AWS_NOT_ALLOWED$/, () => fault(403, DENIED(action))],
    ['throttled', /^AWS_(CALL_FAILED|NO_ANSWER)$/, () => fault(400, THROTTLED(action))],
    ['an empty answer', /^AWS_(ANSWER_UNUSABLE|CALL_FAILED|NO_ANSWER)$/, () => answer('')],
    ['a page of a proxy', /^AWS_(ANSWER_UNUSABLE|CALL_FAILED|NO_ANSWER)$/, () => answer('<html>sign in</html>')],
    ['an answer without anything', /^AWS_(ANSWER_UNUSABLE|CALL_FAILED|NO_ANSWER)$/, () => nothing(action)],
  ])('%s', async (_, code, reply) => {
    front.on({ action }, reply());
    const { code: given, message } = await refusal();
    expect(given).toMatch(code);
    expect(message).toContain(action);
  });
});

const nothing = (action: string) =>
  answer(action.startsWith('Get') ? '{}' : `<${action}Response><requestId>r</requestId></${action}Response>`);

test('the same page of parameters for ever', async () => {
  front.on({ action: 'GetParametersByPath' }, answer(JSON.stringify({ Parameters: [], NextToken: 'p2' })));
  expect(await refusal()).toMatchObject({
    code: 'AWS_ANSWER_UNUSABLE',
    message: `'ssm:GetParametersByPath' in '${REGION}' gave the same page twice; nothing was compared, try again and report it if it stays`,
  });
  expect(front.calls.filter(({ action }) => action === 'GetParametersByPath')).toHaveLength(2);
});

test('pages of parameters without end', async () => {
  let page = 0;
  front.on({ action: 'GetParametersByPath' }, (response, call) => {
    page += 1;
    answer(JSON.stringify({ Parameters: [], NextToken: `p${page}` }))(response, call);
  });
  expect(await refusal()).toMatchObject({
    code: 'AWS_ANSWER_UNUSABLE',
    message: expect.stringContaining('more than 100 pages'),
  });
});

test.each([
  ['of another path', { Name: '/exchange-keys/dev/egress/eu-west-1/network/N', Value: '{}' }],
  ['without a value', { Name: '/exchange-keys/prod/egress/eu-west-1/network/N' }],
  ['without a name', { Value: '{}' }],
])('a parameter %s', async (_, parameter) => {
  front.on({ action: 'GetParametersByPath' }, answer(JSON.stringify({ Parameters: [parameter] })));
  expect((await refusal()).code).toBe('AWS_ANSWER_UNUSABLE');
});

test('a parameter twice', async () => {
  const [[Name, network]] = deployed.networks;
  const parameter = { Name, Value: JSON.stringify(network) };
  front.on({ action: 'GetParametersByPath' }, answer(JSON.stringify({ Parameters: [parameter, parameter] })));
  expect((await refusal()).code).toBe('AWS_ANSWER_UNUSABLE');
});

test('an address that was not asked for', async () => {
  const item = '<item><allocationId>eipalloc-0000000a</allocationId><publicIp>127.1.1.1</publicIp></item>';
  front.on(
    { action: 'DescribeAddresses' },
    answer(`<DescribeAddressesResponse><addressesSet>${item}</addressesSet></DescribeAddressesResponse>`),
  );
  expect(await refusal()).toMatchObject({
    code: 'AWS_ANSWER_UNUSABLE',
    message: expect.stringContaining("gave 'eipalloc-0000000a' when asked for"),
  });
});

describe('what is published is unusable', () => {
  afterEach(() => deployed.publish());

  test.each<[string, string | (() => string), RegExp]>([
    ['no JSON', 'network', /malformed at \$: it is not JSON/],
    [
      'of another region',
      () => JSON.stringify({ ...deployed.network, region: 'us-east-1' }),
      /asked for was 'eu-west-1'/,
    ],
    [
      'of another environment',
      () => JSON.stringify({ ...deployed.network, environment: 'dev' }),
      /asked for was 'prod'/,
    ],
    ['of a later schema', () => JSON.stringify({ ...deployed.network, schema: 2 }), /upgrade cdk-exchange-keys/],
    ['without zones', () => JSON.stringify({ ...deployed.network, zones: [] }), /malformed at \$\.zones/],
  ])('a network %s', async (_, text, message) => {
    await world.put(deployed.names[0], typeof text === 'string' ? text : text());
    const given = await refusal();
    expect(given.code).toBe('EGRESS_DOCUMENT_UNUSABLE');
    expect(given.message).toContain(`parameter '${deployed.names[0]}' in '${REGION}' is unusable: `);
    expect(given.message).toMatch(message);
  });

  test('a network that nobody expects, too', async () => {
    await world.put(`${deployed.names[0]}2`, '{}');
    expect((await refusal()).code).toBe('EGRESS_DOCUMENT_UNUSABLE');
    await world.put(`${deployed.names[0]}2`, JSON.stringify(deployed.network));
  });

  test('the allowlist', async () => {
    await world.put(allowlistParameterName(ENVIRONMENT, REGION), '{"schemaVersion":1}');
    expect((await refusal()).code).toBe('EGRESS_DOCUMENT_UNUSABLE');
  });
});

test('a port where nobody listens', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
  try {
    expect((await refusal()).code).toBe('AWS_CALL_FAILED');
  } finally {
    process.env.AWS_ENDPOINT_URL = front.url;
  }
});

test('names that are none are refused as what they are', async () => {
  expect((await refusal('Prod')).code).toBe('ENVIRONMENT_MALFORMED');
  expect((await refusal(ENVIRONMENT, 'Ireland')).code).toBe('REGION_MALFORMED');
});
