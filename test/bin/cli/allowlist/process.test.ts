// `allowlist` as it is published: a process of its own, against the local AWS with addresses in several regions.
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type AllowlistRole, allowlistParameterName } from '../../../../contract/allowlist';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { type BuiltCommand, buildCommand, type RunOptions } from '../support/built-command';

const HOME = 'eu-west-1';

let built: BuiltCommand;
let local: LocalAws;
let variables: Record<string, string>;
/** By region, what EC2 has given, in the order of the zones. */
const given: Record<string, string[]> = {};
beforeAll(async () => {
  built = await buildCommand();
  local = await startLocalAws();
  variables = { ...clientVariables(local.endpoint, HOME), EXCHANGE_KEYS_ENVIRONMENT: 'prod' };
  Object.assign(process.env, variables);
  await Promise.all([
    deploy('eu-west-1', { a: 'active', b: 'active' }),
    deploy('ap-southeast-1', { a: 'standby' }),
    deploy('us-east-2', { c: 'standby' }),
  ]);
}, 120_000);
afterAll(async () => {
  await local?.stop();
  built?.remove();
});

/** Elastic IPs and the document that names them, as one stack. */
async function deploy(region: string, zones: Record<string, AllowlistRole>): Promise<void> {
  const letters = Object.keys(zones);
  const address = (letter: string) => ({ 'Fn::GetAtt': [`Address${letter}`, 'PublicIp'] });
  const entry = (letter: string) => [
    `{"availabilityZone":"${region}${letter}","role":"${zones[letter]}","allocationId":"`,
    { 'Fn::GetAtt': [`Address${letter}`, 'AllocationId'] },
    '","address":"',
    address(letter),
    '","cidr":"',
    address(letter),
    '/32"}',
  ];
  const list = (items: (string | object)[][]) => items.flatMap((item, index) => (index === 0 ? item : [',', ...item]));
  const Value = [
    `{"schemaVersion":1,"environment":"prod","region":"${region}","cidrs":[`,
    ...list(letters.map((letter) => ['"', address(letter), '/32"'])),
    '],"entries":[',
    ...list(letters.map(entry)),
    ']}',
  ];
  const Resources = {
    ...Object.fromEntries(
      letters.map((letter) => [`Address${letter}`, { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } }]),
    ),
    Allowlist: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: allowlistParameterName('prod', region), Type: 'String', Value: { 'Fn::Join': ['', Value] } },
    },
  };
  const Outputs = Object.fromEntries(letters.map((letter) => [letter, { Value: address(letter) }]));
  const client = new CloudFormationClient({ region });
  await client.send(
    new CreateStackCommand({ StackName: 'addresses', TemplateBody: JSON.stringify({ Resources, Outputs }) }),
  );
  const { reason } = await waitUntilStackCreateComplete(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { StackName: 'addresses' },
  );
  const outputs: { OutputKey: string; OutputValue: string }[] = reason.Stacks[0].Outputs;
  given[region] = letters.map((letter) => outputs.find(({ OutputKey }) => OutputKey === letter)?.OutputValue ?? '');
}

const cli = (args: readonly string[], { env, ...options }: RunOptions = {}) =>
  built.run(['allowlist', ...args], { ...options, env: { ...variables, ...env } });

test('print finds the addresses in every region of the account', async () => {
  const { code, stdout, stderr } = await cli(['print', '--json']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^reading allowlists of \d+ regions\n$/);
  const { entries } = JSON.parse(stdout) as { entries: { availabilityZone: string; address: string; role: string }[] };
  expect(entries.map(({ availabilityZone, address, role }) => [availabilityZone, address, role])).toEqual([
    ['ap-southeast-1a', given['ap-southeast-1'][0], 'standby'],
    ['eu-west-1a', given['eu-west-1'][0], 'active'],
    ['eu-west-1b', given['eu-west-1'][1], 'active'],
    ['us-east-2c', given['us-east-2'][0], 'standby'],
  ]);
}, 60_000);

test('print in the form of an exchange, into a pipe', async () => {
  const { code, stdout, stderr } = await cli(['print', '--exchange', 'bybit', '--regions', 'eu-west-1,us-east-2']);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split(',').sort()).toEqual([...given['eu-west-1'], ...given['us-east-2']].sort());
  expect(stderr).toMatch(/^warning: Bybit .* us-east-2 is/);
}, 60_000);

test('request, from the first text to the lock that has it all', async () => {
  const regions = ['--regions', 'eu-west-1,ap-southeast-1'];
  const first = await cli(['request', '--exchange', 'okx', ...regions]);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('1. FIRST, please add these addresses') });
  const [, lock = '', told = ''] =
    /run:\n {2}exchange-keys allowlist (.+)\n {2}exchange-keys allowlist (.+)\n/.exec(first.stderr) ?? [];
  // the commands that it names are commands
  expect((await cli([...lock.split(' '), ...regions])).code).toBe(0);
  expect((await cli(told.split(' '))).code).toBe(0);
  const second = await cli(['request', '--exchange', 'okx', ...regions]);
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to change: /), stderr: '' });
}, 120_000);

test('on a terminal: progress that goes away, and colours', async () => {
  const onTerminal = (...args: string[]) => built.runOnTerminal(['allowlist', ...args], [], variables);
  const printed = await onTerminal('print');
  expect(printed.code).toBe(0);
  const [, ...shown] = printed.stdout.split('\r\u001b[K');
  expect(shown[0]).toMatch(/^reading allowlists of 0\/\d+ regions, waiting for /);
  expect(Math.max(...shown.slice(0, -1).map(({ length }) => length))).toBeLessThan(80);
  expect(shown.at(-1)?.split('\r\n')[0].split(/ +/)).toEqual([
    given['ap-southeast-1'][0],
    'ap-southeast-1a',
    'standby',
  ]);

  const requested = await onTerminal('request', '--exchange', 'okx', '--regions', 'us-east-2');
  expect(requested.stdout).toContain('\u001b[1mWhen the exchange has confirmed, run:\u001b[22m');
  const refused = await onTerminal('request', '--exchange', 'okx', '--lock', 'none.json');
  expect(refused.code).toBe(1);
  expect(refused.stdout.startsWith('\u001b[31merror:\u001b[39m ')).toBe(true);
  expect(refused.stdout).toContain('[LOCK_FILE_MISSING]');
}, 90_000);

test('a region that cannot be reached ends it, and is named', async () => {
  const env = { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9' };
  const { code, stdout, stderr } = await cli(['print', '--regions', 'eu-west-1,us-east-2'], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^eu-west-1: AWS gave no answer to 'ssm:GetParameter' in eu-west-1 \(ECONNREFUSED\).*\[AWS_UNREACHABLE\]\n/,
  );
  expect(stderr).toContain('--regions <list> [REGIONS_UNREADABLE]\n');
}, 60_000);

test('a document that somebody has edited ends it', async () => {
  const client = new SSMClient({ region: 'sa-east-1' });
  const Name = allowlistParameterName('prod', 'sa-east-1');
  await client.send(new PutParameterCommand({ Name, Type: 'String', Value: '{}' }));
  const { code, stdout, stderr } = await cli(['print']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('\nsa-east-1: $: key ');
}, 60_000);

test('help has examples', async () => {
  const { code, stdout } = await cli(['print', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('$ exchange-keys allowlist print -e prod --exchange bybit\n');
}, 60_000);
