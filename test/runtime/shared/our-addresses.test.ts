// Our addresses: all regions or none.
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../contract/allowlist';
import { functionSettings } from '../../../runtime/shared/function-settings';
import { readOurAddresses, readOurAddressesInUse } from '../../../runtime/shared/our-addresses';
import { createSsmClient } from '../../../runtime/shared/secrets-client';
import { ENVIRONMENT, REGION, RingWorld } from '../keys/support/ring-world';

let world: RingWorld;
beforeAll(async () => {
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset({ management: false }));

const source = (regions: string[], ssm: (region: string) => SSMClient = createSsmClient) => ({
  ...{ environment: ENVIRONMENT, regions, ssm, localAws: true },
});
const texts = async (regions: string[]) => (await readOurAddresses(source(regions))).map(({ text }) => text);

test('every address of every region, each once, sorted', async () => {
  await world.publishAddresses(['127.0.0.9', '127.0.0.1']);
  await world.publishAddresses(['127.0.0.5', '127.0.0.2'], 'eu-central-1');
  await expect(texts([REGION, 'eu-central-1'])).resolves.toEqual([
    '127.0.0.1/32',
    '127.0.0.2/32',
    '127.0.0.5/32',
    '127.0.0.9/32',
  ]);
});

test('those in use are the entries of that role, also where a block is published', async () => {
  await world.publishAddresses(['127.0.0.9', '127.0.0.1'], REGION, ['127.0.0.9']);
  await world.publishAddresses(['127.0.0.17', '127.0.0.18'], 'eu-central-1', ['127.0.0.18'], ['127.0.0.16/29']);
  const { ranges, active } = await readOurAddressesInUse(source([REGION, 'eu-central-1']));
  expect(ranges.map(({ text }) => text)).toEqual(['127.0.0.1/32', '127.0.0.9/32', '127.0.0.16/29']);
  expect(active.map(({ text }) => text)).toEqual(['127.0.0.1/32', '127.0.0.17/32']);
});

test('one region that cannot be read is enough to know nothing', async () => {
  await expect(texts([REGION, 'eu-central-1'])).rejects.toMatchObject({ code: 'OUR_ADDRESSES_UNKNOWN' });
  await expect(texts([])).rejects.toMatchObject({ code: 'OUR_ADDRESSES_UNKNOWN' });
});

test.each([
  ['no JSON', 'x'],
  [
    'no address',
    JSON.stringify({ schemaVersion: 1, environment: ENVIRONMENT, region: REGION, cidrs: [], entries: [] }),
  ],
])('a document with %s', async (_, Value) => {
  const Name = allowlistParameterName(ENVIRONMENT, REGION);
  await createSsmClient(REGION).send(new PutParameterCommand({ Name, Value, Overwrite: true }));
  await expect(texts([REGION])).rejects.toMatchObject({ code: 'OUR_ADDRESSES_UNKNOWN' });
});

test('a loopback address is ours only where AWS itself is on this machine', async () => {
  const real = readOurAddresses({ ...source([REGION]), localAws: false });
  await expect(real).rejects.toMatchObject({ code: 'OUR_ADDRESSES_UNKNOWN' });
});

test('AWS does not answer', async () => {
  const send = async () => {
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  };
  const failing = readOurAddresses(source([REGION], () => ({ send }) as unknown as SSMClient));
  await expect(failing).rejects.toMatchObject({ code: 'AWS_NOT_ALLOWED' });
});

describe('the settings of a function', () => {
  const variables = {
    AWS_REGION: REGION,
    EXCHANGE_KEYS_ENVIRONMENT: 'prod',
    EXCHANGE_KEYS_ALLOWLIST_REGIONS: 'eu-west-1, eu-central-1,eu-west-1',
  };

  test('are all required', () => {
    expect(functionSettings(variables)).toEqual({
      region: REGION,
      environment: 'prod',
      allowlistRegions: ['eu-west-1', 'eu-central-1'],
      localAws: false,
    });
    for (const name of Object.keys(variables)) {
      expect(() => functionSettings({ ...variables, [name]: '' })).toThrow(
        expect.objectContaining({ code: 'FUNCTION_SETTING_MISSING' }),
      );
    }
  });

  test.each([
    ['http://127.0.0.1:4566', true],
    ['http://localhost:4566', true],
    ['https://127.0.0.1.example.com', false],
    ['https://secretsmanager.eu-west-1.amazonaws.com', false],
    ['not a URL', false],
  ])('an AWS at %s is local: %s', (AWS_ENDPOINT_URL, localAws) => {
    expect(functionSettings({ ...variables, AWS_ENDPOINT_URL })).toMatchObject({ localAws });
  });
});
