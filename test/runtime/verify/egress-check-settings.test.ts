// What the stack tells the egress check: every region once, and nothing that could be misread.
import { egressCheckSettings } from '../../../runtime/verify/egress-check-settings';

const A = '/exchange-keys/prod/egress/eu-west-1/network/Network.A';
const B = '/exchange-keys/prod/egress/eu-west-1/network/Network.B';
const C = '/exchange-keys/prod/egress/us-east-1/network/Network.C';

const VARIABLES = {
  AWS_REGION: 'eu-west-1',
  EXCHANGE_KEYS_ENVIRONMENT: 'prod',
  EXCHANGE_KEYS_ALLOWLIST_REGIONS: 'eu-west-1,ap-south-1',
  EXCHANGE_KEYS_NETWORKS: `eu-west-1=${A}, eu-west-1=${B},us-east-1=${C}`,
};

test('regions of allowlists and of networks, each once', () => {
  const { regions, expectedNetworks, environment, localAws } = egressCheckSettings(VARIABLES);
  expect(regions).toEqual(['eu-west-1', 'ap-south-1', 'us-east-1']);
  expect([...expectedNetworks]).toEqual([
    ['eu-west-1', [A, B]],
    ['us-east-1', [C]],
  ]);
  expect({ environment, localAws }).toEqual({ environment: 'prod', localAws: false });
});

test('a local AWS', () => {
  expect(egressCheckSettings({ ...VARIABLES, AWS_ENDPOINT_URL: 'http://127.0.0.1:5000' }).localAws).toBe(true);
});

test.each(['AWS_REGION', 'EXCHANGE_KEYS_ENVIRONMENT', 'EXCHANGE_KEYS_ALLOWLIST_REGIONS', 'EXCHANGE_KEYS_NETWORKS'])(
  'without %s',
  (name) => {
    expect(() => egressCheckSettings({ ...VARIABLES, [name]: undefined })).toThrow(
      expect.objectContaining({ code: 'FUNCTION_SETTING_MISSING', message: expect.stringContaining(name) }),
    );
  },
);

test.each([
  'eu-west-1',
  A,
  `=${A}`,
  `ireland=${A}`,
  'eu-west-1=',
  'eu-west-1=name',
  `eu-west-1=${A}=b`,
  `eu-west-1=${A},`,
])('networks %j', (text) => {
  expect(() => egressCheckSettings({ ...VARIABLES, EXCHANGE_KEYS_NETWORKS: text })).toThrow(
    expect.objectContaining({
      code: 'FUNCTION_SETTING_MALFORMED',
      message: expect.stringMatching(
        /^environment variable EXCHANGE_KEYS_NETWORKS has '.*', allowed are items such as 'eu-west-1=\/exchange-keys\/…' separated by commas; deploy the ring again$/,
      ),
    }),
  );
});
