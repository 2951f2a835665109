// The function as it is deployed: built, and run against the local AWS, of which one region may be out of reach.
import { execFile } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { promisify } from 'node:util';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { clientVariables } from '../../../local-aws/start-local-aws';
import { type Deployed, EgressWorld, ENVIRONMENT, REGION } from '../shared/egress-check/support/egress-world';
import { FaultyFront, fault, hang, type Reply, reset } from '../shared/egress-check/support/faulty-front';
import { type Bundle, buildBundle } from '../support/bundle';

const OTHER = 'us-east-1';

let world: EgressWorld;
let front: FaultyFront;
let bundle: Bundle;
let deployed: Deployed;
beforeAll(async () => {
  world = await EgressWorld.start();
  front = await FaultyFront.start(world.endpoint);
  bundle = await buildBundle('egress-check');
}, 90_000);
beforeEach(async () => {
  front.clear();
  await world.reset();
  deployed = await world.deploy('zonal');
});
afterAll(async () => {
  bundle?.remove();
  await front?.stop();
  await world?.stop();
});

const CALL = `
const { handler } = require(process.env.FILE);
const deadline = Date.now() + Number(process.env.TIMEOUT);
const invocation = { getRemainingTimeInMillis: () => deadline - Date.now() };
handler(JSON.parse(process.env.EVENT), invocation).then(
  (answer) => console.log('ANSWER ' + JSON.stringify(answer)),
  ({ name, message }) => console.log('ANSWER ' + JSON.stringify({ name, message })),
).finally(() => process.exit(0));
`;

interface Outcome {
  readonly answer: Record<string, unknown> & { checked?: boolean; differences?: object[]; unreadable?: object[] };
  /** Log lines of our own. */
  readonly lines: Record<string, unknown>[];
  /** Metrics by name. */
  readonly metrics: Record<string, unknown>;
}

async function invoke(variables: NodeJS.ProcessEnv = {}, event: unknown = {}, timeout = 60_000): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH,
    NODE_PATH: `${process.cwd()}/node_modules`,
    ...clientVariables(front.url, REGION),
    EXCHANGE_KEYS_ENVIRONMENT: ENVIRONMENT,
    EXCHANGE_KEYS_ALLOWLIST_REGIONS: REGION,
    EXCHANGE_KEYS_NETWORKS: deployed.names.map((name) => `${REGION}=${name}`).join(','),
    FILE: bundle.file,
    EVENT: JSON.stringify(event),
    TIMEOUT: String(timeout),
    ...variables,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', CALL], { env });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const emf = parsed.filter((line) => '_aws' in line);
  return {
    answer: JSON.parse(stdout.split('ANSWER ')[1]),
    lines: parsed.filter((line) => !('_aws' in line)),
    metrics: Object.assign({ lines: emf.length }, ...emf.map(({ _aws, ...values }) => values)),
  };
}

const metrics = (differences: number, checked: number) => ({
  lines: 1,
  Ring: ENVIRONMENT,
  EgressDifferences: differences,
  EgressChecked: checked,
});

test('expects nothing but the AWS SDK of the Lambda runtime, and is small', () => {
  expect(bundle.externals.filter((name) => !name.startsWith('@aws-sdk/') && !isBuiltin(name))).toEqual([]);
  expect(bundle.bytes).toBeLessThan(1_000_000);
});

test('everything as published', async () => {
  const { answer, metrics: published, lines } = await invoke();
  expect(answer).toEqual({ checked: true, differences: [], unreadable: [] });
  expect(published).toEqual(metrics(0, 1));
  expect(lines).toEqual([]);
});

test('an event of EC2 is a reason to look, and nothing it says is believed', async () => {
  await world.ssm.send(new DeleteParameterCommand({ Name: deployed.names[0] }));
  const event = { source: 'aws.ec2', detail: { eventName: 'ReleaseAddress', region: OTHER, differences: [] } };
  const { answer, metrics: published, lines } = await invoke({}, event);
  const difference = { code: 'NETWORK_MISSING', region: REGION, subject: deployed.names[0] };
  expect(answer).toMatchObject({ checked: true, differences: [difference], unreadable: [] });
  expect(published).toEqual(metrics(1, 1));
  expect(lines).toMatchObject([{ message: 'egress difference', ...difference }]);
});

test('a region whose addresses every key must allow does not publish them, and has no network that could miss them', async () => {
  const variables = { EXCHANGE_KEYS_ALLOWLIST_REGIONS: `${REGION},${OTHER}` };
  const { answer, metrics: published } = await invoke(variables);
  const difference = { code: 'ALLOWLIST_MISSING', region: OTHER, subject: `${ENVIRONMENT} ${OTHER}` };
  expect(answer).toMatchObject({ checked: true, differences: [difference], unreadable: [] });
  expect(published).toEqual(metrics(1, 1));
});

describe('one region is out of reach', () => {
  test.each<[string, string, Reply]>([
    ['the connection is closed', 'AWS_CALL_FAILED', reset],
    ['throttled', 'AWS_CALL_FAILED', fault(400, 'ThrottlingException')],
    ['not allowed', 'AWS_NOT_ALLOWED', fault(403, 'AccessDeniedException')],
    ['no answer', 'EGRESS_CHECK_LATE', hang],
  ])('%s: the other one is told', async (_, code, reply) => {
    front.on({ region: OTHER }, reply);
    await world.ssm.send(new DeleteParameterCommand({ Name: deployed.names[0] }));
    const variables = { EXCHANGE_KEYS_ALLOWLIST_REGIONS: `${REGION},${OTHER}` };
    const timeout = code === 'EGRESS_CHECK_LATE' ? 12_000 : 60_000;
    const { answer, metrics: published, lines } = await invoke(variables, {}, timeout);
    expect(answer).toMatchObject({
      checked: false,
      differences: [{ code: 'NETWORK_MISSING', region: REGION }],
      unreadable: [{ region: OTHER, code }],
    });
    expect(published).toEqual(metrics(1, 0));
    expect(lines).toMatchObject([
      { message: 'egress difference' },
      { message: 'region unreadable', region: OTHER, code },
    ]);
  });
});

describe('settings', () => {
  test('that are malformed: nothing was checked, and that is published', async () => {
    const { answer, metrics: published } = await invoke({ EXCHANGE_KEYS_NETWORKS: 'nonsense' });
    expect(answer).toMatchObject({
      name: 'Refusal',
      message: expect.stringMatching(/\[FUNCTION_SETTING_MALFORMED\]$/),
    });
    expect(published).toEqual(metrics(0, 0));
  });

  test('without the ring there is nothing to publish under', async () => {
    const { answer, metrics: published } = await invoke({ EXCHANGE_KEYS_ENVIRONMENT: '' });
    expect(answer).toMatchObject({ message: expect.stringMatching(/\[FUNCTION_SETTING_MISSING\]$/) });
    expect(published).toEqual({ lines: 0 });
  });
});
