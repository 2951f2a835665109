// Every call of every lookup against every way a server can fail: all are refused, none is waited for too long.
import { ADOPTED, address, BLOCK, range, scriptAddress, scriptPool } from '../support/answers';
import { cutOff, fault, hang, ok, type Reply, raw, reset } from '../support/ec2-server';
import { IMPATIENT, lookUp, refusalOf } from '../support/lookups';
import { scriptNetwork, zonalNetwork } from '../support/network';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();

/** For the server that never answers: every millisecond is waited. */
const HASTY = { ...IMPATIENT, requestTimeout: 400 };

const network = zonalNetwork();
const held = address({ associationId: 'eipassoc-1' });
const LOOKUPS = [
  {
    properties: ADOPTED,
    lists: {
      DescribeAddresses: 'addressesSet',
      DescribeNatGateways: 'natGatewaySet',
      DescribeAddressTransfers: 'addressTransferSet',
    },
    script: () =>
      scriptAddress(server.current, {
        addresses: [held],
        gateways: [{ state: 'available', natGatewayAddressSet: [{ allocationId: held.allocationId }] }],
      }),
  },
  {
    properties: BLOCK,
    lists: { GetIpamPoolCidrs: 'ipamPoolCidrSet' },
    script: () => scriptPool(server.current, [range('198.51.100.0/28')]),
  },
  {
    properties: network.properties,
    lists: {
      DescribeVpcs: 'vpcSet',
      DescribeSubnets: 'subnetSet',
      DescribeRouteTables: 'routeTableSet',
      DescribeNatGateways: 'natGatewaySet',
      DescribeVpcEndpoints: 'vpcEndpointSet',
    },
    script: () => scriptNetwork(server.current, network),
  },
];

const CALLS = LOOKUPS.flatMap(({ lists, ...lookup }) =>
  Object.entries(lists).map(([action, list]) => ({ ...lookup, name: lookup.properties.Lookup, action, list })),
);

const FAULTS: readonly [string, string, RegExp, (list: string) => Reply][] = [
  ['500 for ever', 'AWS_NO_ANSWER', /gave no answer \(InternalError: /, () => fault(500, 'InternalError')],
  ['503 without a body', 'AWS_NO_ANSWER', /gave no answer \(/, () => raw(503, '')],
  ['throttling for ever', 'AWS_NO_ANSWER', /\(RequestLimitExceeded: /, () => fault(503, 'RequestLimitExceeded')],
  ['403', 'AWS_NOT_ALLOWED', /is not allowed \(UnauthorizedOperation\); /, () => fault(403, 'UnauthorizedOperation')],
  ['401', 'AWS_NOT_ALLOWED', /is not allowed \(AuthFailure\); /, () => fault(401, 'AuthFailure')],
  ['an unknown error', 'AWS_NO_ANSWER', /gave no answer \(NewError: /, () => fault(400, 'NewError')],
  [
    'a long error',
    'AWS_NO_ANSWER',
    /gave no answer \(NewError: x+…\)/,
    () => fault(400, 'NewError', 'x'.repeat(9_000)),
  ],
  ['no answer', 'AWS_NO_ANSWER', /gave no answer \((Timeout|Abort)Error: /, () => hang],
  ['a closed connection', 'AWS_NO_ANSWER', /gave no answer \(/, () => reset],
  ['a body that is cut off', 'AWS_NO_ANSWER', /gave no answer \(/, (list) => cutOff({ [list]: [{ a: 'b' }] })],
  ['a truncated document', 'AWS_NO_ANSWER', /gave no answer \(/, (list) => raw(200, `<Response><${list}><item><a>`)],
  ['malformed xml', 'AWS_NO_ANSWER', /gave no answer \(/, () => raw(200, '<a><b></a>')],
  ['json', 'AWS_NO_ANSWER', /gave no answer \(/, () => raw(200, '{}')],
  ['an empty body', 'AWS_ANSWER_UNUSABLE', /gave an answer without the list asked for; /, () => raw(200, '')],
  ['a page of a proxy', 'AWS_ANSWER_UNUSABLE', /without the list/, () => raw(200, '<html><body>hi</body></html>')],
  ['no list', 'AWS_ANSWER_UNUSABLE', /without the list/, () => ok({})],
];

describe.each(CALLS)('$name, $action', ({ properties, action, list, script }) => {
  test.each(FAULTS)('%s', async (_, code, text, reply) => {
    script();
    const scripted = reply(list);
    server.current.on(action, scripted);
    const started = Date.now();
    const refusal = await refusalOf(lookUp(properties, scripted === hang ? HASTY : IMPATIENT));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(text);
    expect(refusal.message).toContain(`'ec2:${action}' in 'eu-west-1' `);
    expect(refusal.message.length).toBeLessThan(500);
    expect(Date.now() - started).toBeLessThan(IMPATIENT.total + 1_000);
  });
});

describe.each(CALLS.filter(({ action }) => action !== 'DescribeAddresses'))('$name, $action', (call) => {
  const { properties, action, list, script } = call;
  test('the same page for ever', async () => {
    script();
    server.current.on(action, ok({ [list]: [], nextToken: 'again' }));
    expect((await refusalOf(lookUp(properties))).message).toContain('gave the same page twice; ');
    expect(server.current.count(action)).toBe(2);
  });

  test('another page for ever', async () => {
    script();
    let page = 0;
    server.current.on(action, (...answer) => ok({ [list]: [], nextToken: `p${page++}` })(...answer));
    const refusal = await refusalOf(lookUp(properties, { ...IMPATIENT, total: 20_000 }));
    expect(refusal.message).toContain('gave more than 100 pages; ');
    expect(server.current.count(action)).toBe(100);
  });
});

describe('patience', () => {
  test('an error that passes is tried again', async () => {
    scriptPool(server.current, [range('198.51.100.0/28')]);
    server.current.on('GetIpamPoolCidrs', (...answer) => {
      scriptPool(server.current, [range('198.51.100.0/28')]);
      fault(500, 'InternalError')(...answer);
    });
    await expect(lookUp(BLOCK)).resolves.toMatchObject({ Data: { Cidrs: '198.51.100.0/28' } });
  });

  test('a refusal of AWS is not', async () => {
    server.current.on('GetIpamPoolCidrs', fault(403, 'UnauthorizedOperation'));
    await refusalOf(lookUp(BLOCK));
    expect(server.current.count('GetIpamPoolCidrs')).toBe(1);
  });

  test('slow pages end at the deadline of the event, not of each call', async () => {
    let page = 0;
    server.current.on('GetIpamPoolCidrs', (...answer) => {
      setTimeout(() => ok({ ipamPoolCidrSet: [], nextToken: `p${page++}` })(...answer), 100);
    });
    const started = Date.now();
    expect((await refusalOf(lookUp(BLOCK, { ...IMPATIENT, total: 450 }))).code).toBe('AWS_NO_ANSWER');
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test('a connection that is refused', async () => {
    const url = process.env.AWS_ENDPOINT_URL_EC2;
    process.env.AWS_ENDPOINT_URL_EC2 = 'http://127.0.0.1:1';
    try {
      // the SDK keeps its timers of a refused connection until they end, and the test process with them
      const refusal = await refusalOf(lookUp(BLOCK, { ...IMPATIENT, connectionTimeout: 100, requestTimeout: 200 }));
      expect(refusal.code).toBe('AWS_NO_ANSWER');
      expect(refusal.message).toContain('ECONNREFUSED');
    } finally {
      process.env.AWS_ENDPOINT_URL_EC2 = url;
    }
  });
});
