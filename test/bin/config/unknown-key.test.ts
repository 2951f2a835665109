// What was probably meant by a key that is not allowed where it stands.
import { explainUnknownKey } from '../../../bin/config/unknown-key';
import { problemsOf, refusal, VALID } from './temp-config';

const REGION = ['regions', 'eu-west-1'];
const NETWORK = [...REGION, 'network'];

test('a misspelt key, with its position and nothing of its value', () => {
  const text = 'environment: dev\nregions:\n  eu-west-1:\n    availabiltyZones: [hunter2]\n';
  expect(refusal(text).code).toBe('CONFIG_UNKNOWN_KEY');
  // That no zone is named follows from the typo and is not said.
  expect(problemsOf(text)).toEqual([
    "4:5: unknown key 'availabiltyZones' at regions.eu-west-1.availabiltyZones; did you mean 'availabilityZones'?",
  ]);
});

test('a misspelt required key is not called missing as well', () => {
  expect(problemsOf(VALID.replace('environment', 'enviroment'))).toHaveLength(1);
  expect(problemsOf(`${VALID}    addresses: { sorce: adopt }\n`)).toHaveLength(1);
});

test.each([
  ['vpc_cidr', NETWORK, "unknown key 'vpc_cidr' at regions.eu-west-1.network.vpc_cidr; did you mean 'vpcCidr'?"],
  ['DNS-Allow-List', NETWORK, "did you mean 'dnsAllowlist'?"],
  ['vpcCidr', REGION, "unknown key 'vpcCidr' at regions.eu-west-1.vpcCidr; 'vpcCidr' belongs under 'network'"],
  ['vpcCidr', [], "'vpcCidr' belongs under 'regions.<region>.network'"],
  ['network', ['regions'], "'network' belongs under 'regions.<region>'"],
  ['environment', NETWORK, "'environment' belongs at the top level"],
  ['standbyAvailabilityZones', NETWORK, "'standbyAvailabilityZones' belongs under 'regions.eu-west-1'"],
  ['subnetId', NETWORK, "'subnetId' belongs under 'regions.eu-west-1.network.existing.zones.<zone>'"],
  ['availabilityZones', [], "belongs under 'regions.<region>' or under 'regions.<region>.network'"],
  ['vpcCird', REGION, "did you mean 'vpcCidr'? 'vpcCidr' belongs under 'network'"],
  ['ownr', ['regions', 'eu-west-1', 'addresses'], "did you mean 'owner'? 'owner' belongs at the top level"],
  ['frobnicate', [...REGION, 'addresses'], 'allowed at regions.eu-west-1.addresses: source, allocationIds, ipamPoolId'],
])('%s at %j', (key, parent, expected) => {
  expect(explainUnknownKey(key, parent).text).toContain(expected);
});

test('a key where names are expected is told where it belongs', () => {
  const text = `${VALID}  network: {}\n`;
  expect(problemsOf(text)).toEqual([
    "5:3: unknown key 'network' at regions.network; 'network' belongs under 'regions.<region>'",
  ]);
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a key like any other', (key) => {
  expect(problemsOf(`${key}: { a: 1 }\n${VALID}`)).toEqual([expect.stringMatching(`^1:1: unknown key '${key}' at`)]);
});
