// Keys, end to end: the deployed ring against the loopback exchange, with the operator's real command (C3, G5, G17, G18).
import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parseRingDocument, type RingDocument, ringParameterName } from '../../contract/keys';
import { ExchangeClient, LoopbackExchange, type Permission } from '../support/exchange';
import { LocalDeployment } from './support/local-deployment';
import { operatorCommand } from './support/operator-command';
import { RING_CONFIG as CONFIG, MANAGEMENT, READER, REGION, TRADER } from './support/ring-config';

const NETWORK_STACK = `exchange-keys-dev-network-${REGION}`;
const NAMES = [TRADER, READER, MANAGEMENT];
const TRADES: Permission[] = ['Read', 'SpotTrade', 'DerivTrade'];

let exchange: LoopbackExchange;
let aws: LocalDeployment;
let secrets: SecretsManagerClient;
let lambda: LambdaClient;
let ring: RingDocument;
let addresses: string[];

beforeAll(async () => {
  exchange = await LoopbackExchange.start();
  aws = await LocalDeployment.start([REGION], { XXKK_API_BASE_URL: exchange.url });
  await aws.deploy(CONFIG);
  secrets = new SecretsManagerClient(aws.client(REGION));
  lambda = new LambdaClient(aws.client(REGION));
  const ssm = new SSMClient(aws.client(REGION));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: ringParameterName('dev') }));
  ring = parseRingDocument(Parameter?.Value ?? '');
  addresses = (await aws.allowlist(REGION)).entries.map(({ address }) => address);
  for (const name of NAMES) await trialRunOver(name);
});
afterAll(async () => {
  await aws?.stop();
  await exchange?.stop();
});

/** After a deployment Secrets Manager tries the function with a version that it takes away again. */
async function trialRunOver(name: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await setTimeout(200)) {
    const { VersionIdsToStages = {} } = await describeKey(name);
    if (!Object.values(VersionIdsToStages).flat().includes('AWSPENDING')) return;
  }
  throw new Error(`the trial run of ${name} does not end`);
}

/** The operator's command as a process; input goes through stdin. */
const command = (args: string[], input?: unknown) =>
  operatorCommand({ endpoint: aws.endpoint, region: REGION, environment: 'dev' }, args, input);

/** What a person does at the exchange and then here. */
function byHand(account: string, permissions: Permission[], ips: string[]) {
  const { id, apiKey, apiSecret } = exchange.control.createKeyByHand({ account, label: 'by_hand', permissions, ips });
  return { keyId: id, apiKey, apiSecret };
}

const put = (name: string, key: unknown) => command(['key', 'put', name, '--stdin', '--yes'], key);
const secretOf = (name: string) => `exchange-keys/dev/${name}`;
const describeKey = (name: string): Promise<DescribeSecretCommandOutput> =>
  secrets.send(new DescribeSecretCommand({ SecretId: secretOf(name) }));

async function current(name: string) {
  const request = new GetSecretValueCommand({ SecretId: secretOf(name), VersionStage: 'AWSCURRENT' });
  return JSON.parse((await secrets.send(request)).SecretString ?? '');
}

/** Code of a balance request, from the first address of the network unless another is given. */
async function balance(credentials: { apiKey: string; apiSecret: string }, from = addresses[0]) {
  return (await new ExchangeClient({ url: exchange.url, credentials, from }).call('GET', '/v1/account')).code;
}

describe('after the first deployment', () => {
  test('every secret holds the placeholder, a policy, a schedule, and no unfinished rotation', async () => {
    for (const [name, days] of [
      [TRADER, 28],
      ['dev-marketdata-01', 175],
      [MANAGEMENT, 28],
    ] as const) {
      const secret = await describeKey(name);
      expect(await current(name)).toEqual({ schema: 1, placeholder: true });
      expect(secret.RotationRules?.ScheduleExpression).toBe(`rate(${days} days)`);
      expect(Object.values(secret.VersionIdsToStages ?? {}).flat()).toEqual(['AWSCURRENT']);
      expect(secret.Description).toMatch(/^exchange-keys\/1 owner=desk-1 exchange=xxkk /);
      const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: secretOf(name) }));
      expect(JSON.parse(ResourcePolicy ?? '').Statement.length).toBe(name === TRADER ? 4 : 2);
    }
  });

  test('both functions run in the workload subnets', async () => {
    const subnets = (await aws.workloadSubnets(REGION)).map(({ SubnetId }) => SubnetId).sort();
    for (const FunctionName of [ring.rotationFunction, ring.caretakerFunction]) {
      const { VpcConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      expect(VpcConfig?.SubnetIds?.sort()).toEqual(subnets);
    }
  });

  test('a rotation before the first key is refused, and says what to do', async () => {
    const { code, output } = await command(['key', 'rotate', TRADER, '--wait', '--yes']);
    expect(code).toBe(1);
    expect(output).toContain(`exchange-keys key put ${TRADER}`);
    const { VersionIdsToStages } = await describeKey(TRADER);
    expect(Object.values(VersionIdsToStages ?? {}).flat()).toEqual(['AWSCURRENT']);
  });
});

describe('putting a first key', () => {
  beforeAll(async () => {
    const { code, output } = await put(MANAGEMENT, byHand('master', ['Read', 'KeyManage'], addresses));
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  });

  test.each([
    ['wrong JSON', () => '{"apiKey": ', /cannot be read: it is not JSON.*\[KEY_INPUT_MALFORMED\]/],
    ['too many permissions', () => byHand('sub-1', [...TRADES, 'Withdraw'], addresses), /Withdraw/],
    ['no allowlist', () => byHand('sub-1', TRADES, []), /allowlist|address/],
    ['an allowlist without one of our addresses', () => byHand('sub-1', TRADES, [addresses[0]]), /allowlist|address/],
    [
      'a key the exchange does not know',
      () => ({ ...byHand('sub-1', TRADES, addresses), apiKey: 'unknown' }),
      /unknown/i,
    ],
  ])('%s is refused, and nothing uses it', async (_, input, message) => {
    const key = input();
    const { code, output } = await put(TRADER, key);
    expect(code).toBe(1);
    expect(output).toMatch(message);
    expect(await current(TRADER)).toEqual({ schema: 1, placeholder: true });
    const { VersionIdsToStages } = await describeKey(TRADER);
    expect(Object.values(VersionIdsToStages ?? {}).flat()).toEqual(['AWSCURRENT']);
    if (typeof key === 'object') expect(output).not.toContain(key.apiSecret);
  });

  test('a right one is validated from the allowlisted addresses and taken into use', async () => {
    const key = byHand('sub-1', TRADES, addresses);
    const { code, output } = await put(TRADER, key);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(await current(TRADER)).toMatchObject({ apiKey: key.apiKey, name: TRADER, account: 'sub-1' });
    const callers = exchange.control.journal().map(({ peer }) => peer);
    expect(addresses).toEqual(expect.arrayContaining([...new Set(callers)]));
  });

  test('a rotation makes the next one; both work during the overlap, and only from here', async () => {
    const old = await current(TRADER);
    const { code, output } = await command(['key', 'rotate', TRADER, '--wait', '--yes']);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    const renewed = await current(TRADER);
    expect(renewed.apiKey).not.toBe(old.apiKey);
    expect([await balance(old), await balance(renewed)]).toEqual([0, 0]);
    expect(await balance(renewed, '127.0.99.1')).toBe(10010);
    const labels = Object.values((await describeKey(TRADER)).VersionIdsToStages ?? {}).flat();
    expect(labels.filter((label) => label.startsWith('xk:revoke:'))).toHaveLength(1);
    expect(labels).not.toContain('AWSPENDING');
  });

  test('the caretaker leaves an overlap alone that has not ended', async () => {
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: ring.caretakerFunction }));
    expect(FunctionError).toBeUndefined();
    expect(exchange.control.liveKeys({ account: 'sub-1' }).filter(({ createdBy }) => createdBy === 'api')).toHaveLength(
      1,
    );
    const labels = Object.values((await describeKey(TRADER)).VersionIdsToStages ?? {}).flat();
    expect(labels.filter((label) => label.startsWith('xk:revoke:'))).toHaveLength(1);
  });

  test('key list and key show say how it stands, without a value', async () => {
    const list = await command(['key', 'list']);
    expect(list.output).toMatch(/dev-trader-bot-a .*desk-1 .*high/);
    const show = await command(['key', 'show', TRADER, '--json']);
    expect(show.code).toBe(0);
    for (const secret of exchange.control.issuedSecrets()) {
      expect(list.output + show.output).not.toContain(secret);
    }
  });
});

test('the network can be deleted and built again while the keys stay (suspended)', async () => {
  const before = await current(TRADER);
  await aws.deploy({ ...CONFIG, ring: { ...CONFIG.ring, suspended: true } });
  await aws.mustRun(['destroy', NETWORK_STACK, '--force', '--exclusively', ...aws.withConfig(CONFIG)]);
  expect(await aws.natGateways(REGION)).toEqual([]);
  expect(await current(TRADER)).toEqual(before);
  await aws.deploy(CONFIG);
  await trialRunOver(TRADER);
  expect((await aws.allowlist(REGION)).entries.map(({ address }) => address)).toEqual(addresses);
  const { code, output } = await command(['key', 'rotate', TRADER, '--wait', '--yes']);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(await balance(await current(TRADER))).toBe(0);
});

test('nothing secret is in any log of the functions', async () => {
  const logs = new CloudWatchLogsClient(aws.client(REGION));
  const secrets = exchange.control.issuedSecrets();
  expect(secrets.length).toBeGreaterThan(5);
  for (const logGroupName of [ring.rotationLogGroup, ring.caretakerLogGroup]) {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    expect(events.length).toBeGreaterThan(0);
    const leaked = events.filter(({ message = '' }) => secrets.some((secret) => message.includes(secret)));
    expect(leaked.map(({ logStreamName }) => logStreamName)).toEqual([]);
  }
});
