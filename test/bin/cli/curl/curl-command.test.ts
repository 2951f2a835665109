// `exchange-keys curl`: what there is, where the configuration comes from, and what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EndpointCategory } from '../../../../contract/exchange/endpoint-category';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { jsonError, type LoopbackAws, startLoopbackAws } from '../support/loopback-aws';
import { runCli } from '../support/run-cli';

const { READ, TRADE, WITHDRAW } = EndpointCategory;
const CONFIGURATION = {
  ...xxkkConfiguration('https://api.xxkk.example'),
  endpoints: { 'GET /v1/account': READ, 'DELETE /v1/orders/{orderId}': TRADE, 'POST /v1/withdrawals': WITHDRAW },
};

let folder: string;
let aws: LoopbackAws;
let parameters: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exchange-keys-curl-'));
  aws = await startLoopbackAws((_, { Name }) => {
    const Value = parameters[String(Name)];
    return Value === undefined ? jsonError('ParameterNotFound') : { body: { Parameter: { Value } } };
  });
  Object.assign(process.env, clientVariables(aws.endpoint, 'eu-west-1'));
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  parameters = { '/exchange-keys/prod/exchange/xxkk': JSON.stringify(CONFIGURATION) };
});

const curl = (...args: string[]) => runCli(['curl', '-e', 'prod', ...args]);
const ofFile = (content: unknown, ...args: string[]) => {
  const file = path.join(folder, 'exchange.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return curl('--exchange', 'xxkk', '--file', file, ...args);
};

test('lists what there is in the deployed configuration, without what moves funds out', async () => {
  const { code, stdout } = await curl('--exchange', 'xxkk');
  expect(code).toBe(0);
  expect(stdout).toBe(`REQUEST                      METHOD  PATH                  CATEGORY
---------------------------  ------  --------------------  --------
probe                        GET     /v1/account           read
inspect                      GET     /v1/user/api-key      read
serverTime                   GET     /v1/time              read
GET /v1/account              GET     /v1/account           read
DELETE /v1/orders/{orderId}  DELETE  /v1/orders/{orderId}  trade
`);
  const { stdout: json } = await curl('--exchange', 'xxkk', '--json');
  expect(JSON.parse(json).requests[4]).toEqual({
    name: 'DELETE /v1/orders/{orderId}',
    method: 'DELETE',
    path: '/v1/orders/{orderId}',
    category: 'trade',
  });
});

test('the same script every time, from either source, and as JSON', async () => {
  const { stdout } = await curl('--exchange', 'xxkk', 'GET', '/v1/account');
  expect(stdout).toMatch(/^#!\/bin\/sh\n# GET \/v1\/account of exchange xxkk in prod, category read\. /);
  expect((await ofFile(CONFIGURATION, 'GET /v1/account')).stdout).toBe(stdout);
  expect((await curl('script', '--exchange', 'xxkk', 'GET', '/v1/account')).stdout).toBe(stdout);
  const { stdout: json } = await curl('--exchange', 'xxkk', '--json', 'GET', '/v1/account');
  const { script, ...rest } = JSON.parse(json);
  expect(script).toBe(stdout);
  expect(rest).toEqual({
    environment: 'prod',
    exchange: 'xxkk',
    request: 'GET /v1/account',
    file: 'get-v1-account.sh',
  });
});

test('a configuration may name its own variable of the base URL; the prefix follows the name', async () => {
  const named = { ...CONFIGURATION, baseUrlVariable: 'OTHER_URL' };
  expect((await ofFile(named, 'probe')).stdout).toMatch(/base_url=\$\{OTHER_URL:-https:\/\/api\.xxkk\.example}/);
  parameters['/exchange-keys/prod/exchange/my-exchange'] = JSON.stringify({ ...CONFIGURATION, name: 'my-exchange' });
  const { stdout } = await curl('--exchange', 'my-exchange', 'probe');
  expect(stdout).toContain('MY_EXCHANGE_API_BASE_URL');
  expect(stdout).toMatch(/"\$\{MY_EXCHANGE_API_SECRET:\?/);
});

test.each([
  [['--exchange', 'xxkk', 'GET', '/v1/nothing'], 2, 'CURL_REQUEST_UNKNOWN'],
  [['--exchange', 'xxkk', 'create'], 2, 'CURL_REQUEST_UNKNOWN'],
  [['--exchange', 'xxkk', 'POST', '/v1/withdrawals'], 2, 'CURL_WITHDRAWAL'],
  [['probe'], 2, 'EXCHANGE_MISSING'],
  [['--exchange', 'X X'], 2, 'EXCHANGE_NAME_MALFORMED'],
  [['--exchange', 'other', 'probe'], 1, 'EXCHANGE_NOT_CONFIGURED'],
  [['--exchange', 'xxkk', '--file', '/nowhere/exchange.json'], 2, 'EXCHANGE_CONFIGURATION_UNREADABLE'],
  [['--exchange', 'xxkk', '--file', '/'], 2, 'EXCHANGE_CONFIGURATION_UNREADABLE'],
])('%j is refused: exit code %d, %s', async (args, exitCode, errorCode) => {
  const { code, stdout, stderr } = await curl(...args);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(stderr).toContain(`[${errorCode}]`);
});

const signing = CONFIGURATION.signing as object;
const SECRET = 'a-secret-by-mistake';
test.each<[string, unknown]>([
  ['not JSON', `name: xxkk # ${SECRET}`],
  ['nothing', null],
  ['a text', JSON.stringify(SECRET)],
  ['an empty object', {}],
  ['no operations', { ...CONFIGURATION, operations: undefined, [SECRET]: SECRET }],
  ['another exchange', { ...CONFIGURATION, name: 'other' }],
  ['a base URL without TLS', { ...CONFIGURATION, baseUrl: 'http://api.xxkk.example' }],
  ['both ways to authenticate', { ...CONFIGURATION, headers: { 'X-API-KEY': '{key}' } }],
  ['a token that is none', { ...CONFIGURATION, signing: { ...signing, tokens: ['apiSecret'] } }],
  ['an encoding that is none', { ...CONFIGURATION, signing: { ...signing, encoding: SECRET } }],
  ['a time that is none', { ...CONFIGURATION, signing: { ...signing, timestamp: { format: SECRET } } }],
  ['an endpoint that is none', { ...CONFIGURATION, endpoints: { 'GET /v1/x\ny': READ } }],
  ['a variable that is none', { ...CONFIGURATION, baseUrlVariable: 'X}; touch pwned; ${X' }],
  ['a path that leaves the comment', withProbe({ method: 'GET', path: '/v1\ntouch pwned' })],
  ['a method that is none', withProbe({ method: 'GET\ntouch pwned', path: '/v1' })],
])('a file that holds %s is refused without its values', async (_, content) => {
  const { code, stdout, stderr } = await ofFile(content, 'probe');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('[EXCHANGE_CONFIGURATION_INVALID]');
  expect(stderr).not.toContain(SECRET);
});

function withProbe(probe: object) {
  return { ...CONFIGURATION, operations: { ...CONFIGURATION.operations, probe } };
}

test('texts of a configuration do not leave the literals of the program', async () => {
  const hostile = `'"\\\n$(touch pwned)\`é🔑\u2028`;
  const { stdout } = await ofFile(
    { ...CONFIGURATION, signing: { ...signing, separator: hostile, tokens: [`text:${hostile}`, 'timestamp'] } },
    'probe',
  );
  const program = stdout.slice(stdout.indexOf("program='") + 9, stdout.indexOf("\n'\n"));
  expect(program).not.toContain("'");
  expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
});
