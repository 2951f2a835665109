// `lock`, `diff` and `verify` as they are published: a process of its own, exit codes for CI, a real terminal, a real probe function.
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { verifyParameterName } from '../../../../contract/verify';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { type Deployed, EgressWorld, REGION } from '../../../runtime/shared/egress-check/support/egress-world';
import { type BuiltCommand, buildCommand, type RunOptions } from '../support/built-command';
import { LockFolder } from './support/lock-folder';

const PROBE = `exports.handler = async (event) => process.env.LISTED === 'crash' ? JSON.parse('no list') : ({
  schema: 1, probe: 'inside', zone: 'eu-west-1a', outcome: 'pass', at: new Date().toISOString(), checks: [],
  keys: JSON.stringify(event) === '{}'
    ? [{ keyName: 'prod-egress-probe-0', exchange: 'xxkk', allowlist: process.env.LISTED.split(',') }] : [],
});`;

let built: BuiltCommand;
let world: EgressWorld;
let deployed: Deployed;
let folder: LockFolder;
let variables: Record<string, string>;
beforeAll(async () => {
  built = await buildCommand();
  world = await EgressWorld.start();
  deployed = await world.deploy('zonal');
  variables = { ...clientVariables(world.endpoint, REGION), EXCHANGE_KEYS_ENVIRONMENT: 'prod' };
  folder = new LockFolder();
}, 120_000);
afterAll(async () => {
  folder?.remove();
  await world?.stop();
  built?.remove();
});

const args = (given: readonly string[]) => ['allowlist', ...given, '--regions', REGION, '--lock', folder.file];
const cli = (given: readonly string[], { env, ...options }: RunOptions = {}) =>
  built.run(args(given), { ...options, env: { ...variables, ...env } });
const onTerminal = (given: readonly string[], answers: [string, string][] = []) =>
  built.runOnTerminal(args(given), answers, variables);

/** A ring whose inside probe finds these on the exchange's list. */
async function deployProbe(listed: readonly string[], region = REGION): Promise<void> {
  const document = {
    ...{ schema: 1, environment: 'prod', region, egressCheck: 'check', tradingGate: 'gate' },
    ...{ tradingGateParameter: '/exchange-keys/prod/trading-gate', doNotTradeAlarm: 'alarm', outsideProbe: 'outside' },
    insideProbes: { 'eu-west-1a': 'inside-a' },
  };
  const Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Probe: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'inside-a',
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Timeout: 30,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { LISTED: listed.join() } },
        Code: { ZipFile: PROBE },
      },
    },
    Document: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: verifyParameterName('prod'), Type: 'String', Value: JSON.stringify(document) },
    },
  };
  const client = new CloudFormationClient({ region });
  await client.send(
    new CreateStackCommand({
      StackName: 'probe',
      TemplateBody: JSON.stringify({ Resources }),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName: 'probe' });
}

test('from the first lock to the day a route is added by hand', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => deployed.addressOf(letter).address);
  expect(await cli(['lock'])).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^written: /) });
  expect(await cli(['verify'])).toEqual({ code: 0, stderr: '', stdout: 'eu-west-1  ok  3 addresses, 1 network\n' });
  expect(await cli(['diff'])).toMatchObject({ code: 0, stdout: expect.stringContaining('exchange: not asked') });
  expect((await cli(['diff', '--require-exchange'])).code).toBe(1);

  // the exchange lets in two of three, and the lock has not heard of it
  await deployProbe([a, `${b}/32`]);
  const differs = await cli(['diff', '--json']);
  expect(differs.code).toBe(1);
  expect(JSON.parse(differs.stdout).exchange.differences).toEqual(
    [
      ['EXCHANGE_MISSES', `${c}/32`],
      ['EXCHANGE_NOT_TOLD', a],
      ['EXCHANGE_NOT_TOLD', b],
    ].map(([code, entry]) => expect.objectContaining({ code, entry })),
  );

  // the standby address is given up: asked on a terminal, in red when something is wrong
  const question = 'Write this to [^?]*\\?';
  expect((await onTerminal(['lock', '--drain', c], [[question, 'n\r']])).code).toBe(3);
  expect((await onTerminal(['lock', '--drain', c], [[question, '\u0003']])).code).toBe(130);
  expect(folder.text()).not.toContain('draining');
  expect((await onTerminal(['lock', '--drain', c], [[question, 'y\r']])).code).toBe(0);
  expect(folder.text()).toContain('draining');
  const told = ['allowlist', 'told', '--exchange', 'xxkk', '--all', '--lock', folder.file];
  expect(
    (await built.run(told, { env: { EXCHANGE_KEYS_ENVIRONMENT: 'prod', AWS_ENDPOINT_URL: world.endpoint } })).code,
  ).toBe(0);
  expect(await cli(['diff', '--require-exchange'])).toMatchObject({ code: 0, stderr: '' });

  const { routeTableId } = deployed.zone('a');
  await world.route(routeTableId, '1.2.3.0/24', { GatewayId: deployed.internetGatewayId });
  const piped = await cli(['verify']);
  expect(piped).toMatchObject({ code: 1, stderr: expect.stringContaining('[ALLOWLIST_NOT_VERIFIED]') });
  expect(piped.stdout).toContain(`ROUTE_EXTRA: route table '${routeTableId}'`);
  expect(piped.stdout).not.toContain('\u001b');
  expect((await onTerminal(['verify'])).stdout).toContain('\u001b[31mdiffers\u001b[39m');
}, 120_000);

test('a probe that fails is an error', async () => {
  await deployProbe(['crash'], 'us-east-1');
  const { code, stdout, stderr } = await cli(['diff', '--region', 'us-east-1']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: the inside probe 'inside-a' gave error Unhandled, .*\[PROBE_WITHOUT_ANSWER\]\n$/);
}, 90_000);

test('without credentials: one message, not one for each region', async () => {
  const { code, stdout, stderr } = await built.run(
    ['allowlist', 'verify', '--regions', 'eu-west-1,us-east-1', '--lock', folder.file],
    { env: { ...variables, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } },
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: no usable AWS credentials .*\[AWS_CREDENTIALS_MISSING\]\n$/);
}, 60_000);

test('an endpoint that is not there', async () => {
  const { code, stdout, stderr } = await cli(['verify'], { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^eu-west-1 {2}unreadable {2}.*ECONNREFUSED.*\[AWS_UNREACHABLE\]\n$/);
  expect(stderr).toContain('[ALLOWLIST_NOT_VERIFIED]');
  expect(await cli(['lock', '--yes'], { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('[REGIONS_UNREADABLE]'),
  });
}, 90_000);
