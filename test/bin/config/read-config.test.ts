// What a valid file may look like, and what is read from it.
import { readText, VALID } from './temp-config';

const FULL = `# yaml-language-server: $schema=./schema/exchange-keys.schema.json
environment: dev
account: '011122223333'
owner: desk-1
terminationProtection: true
peering: false
regions:
  eu-west-1:
    availabilityZones: [eu-west-1a, eu-west-1b]
    standbyAvailabilityZones: [eu-west-1c]
    addresses:
      source: adopt
      allocationIds: { eu-west-1a: eipalloc-0123456789abcdef0, eu-west-1b: eipalloc-01234567 }
    acknowledgeAddressLoss: [eu-west-1b]
    network:
      layout: single
      availabilityZones: [eu-west-1a]
      acknowledgeSingleNat: 'a desk that may stop'
      vpcCidr: 10.0.0.0/16
      interfaceEndpoints: [secretsmanager, kms, logs, monitoring, sts, ssm, events, sns, sqs, lambda, ec2]
      dnsAllowlist: [api.xxkk.example, '*.xxkk.example', api.xxkk.example.]
  us-gov-west-1:
    standbyAvailabilityZones: [us-gov-west-1a]
    addresses: { source: ipam-pool, ipamPoolId: ipam-pool-0123456789abcdef0 }
    network:
      existing:
        vpcId: vpc-0123456789abcdef0
        zones:
          us-gov-west-1a: { subnetId: subnet-01234567, routeTableId: rtb-01234567, natGatewayId: nat-0123456789abcdef0 }
  ap-southeast-2: { availabilityZones: [ap-southeast-2a], addresses: { source: allocate } }
`;

test('reads every key, filling nothing in', () => {
  const config = readText(FULL);
  expect(config.account).toBe('011122223333');
  expect(Object.keys(config.regions)).toEqual(['eu-west-1', 'us-gov-west-1', 'ap-southeast-2']);
  expect(config.regions['eu-west-1'].network?.vpcCidr).toBe('10.0.0.0/16');
  expect(config.regions['us-gov-west-1'].network).toEqual({
    existing: {
      vpcId: 'vpc-0123456789abcdef0',
      zones: {
        'us-gov-west-1a': {
          subnetId: 'subnet-01234567',
          routeTableId: 'rtb-01234567',
          natGatewayId: 'nat-0123456789abcdef0',
        },
      },
    },
  });
  expect(readText(VALID)).toEqual({
    environment: 'dev',
    regions: { 'eu-west-1': { availabilityZones: ['eu-west-1a'] } },
  });
});

test('the source of the addresses tells their keys apart in the type', () => {
  const { addresses } = readText(FULL).regions['eu-west-1'];
  if (addresses?.source !== 'adopt') throw new Error('expected adopt');
  const ids: Record<string, string> = addresses.allocationIds;
  expect(ids['eu-west-1b']).toBe('eipalloc-01234567');
});

test.each([
  ['a byte order mark', `\ufeff${VALID}`],
  ['CRLF', VALID.replaceAll('\n', '\r\n')],
  ['no line break at the end', VALID.trimEnd()],
  ['comments', `# first\n${VALID}# last\n`],
  ['document markers', `---\n${VALID}...\n`],
  ['a YAML 1.1 directive', `%YAML 1.1\n---\n${VALID}`],
  ['JSON', JSON.stringify({ environment: 'dev', regions: { 'eu-west-1': { availabilityZones: ['eu-west-1a'] } } })],
])('accepts %s', (_what, text) => {
  expect(readText(text).regions['eu-west-1']).toEqual({ availabilityZones: ['eu-west-1a'] });
});

test('accepts anchors, aliases and merge keys', () => {
  const text = `environment: dev
regions:
  eu-west-1:
    availabilityZones: [eu-west-1a]
    network: &network { layout: single, acknowledgeSingleNat: &why cheap }
  us-east-1:
    availabilityZones: [us-east-1a]
    network:
      <<: *network
      layout: zonal
  us-east-2:
    availabilityZones: [us-east-2a]
    network: { acknowledgeSingleNat: *why }
`;
  const { regions } = readText(text);
  expect(regions['us-east-1'].network).toEqual({ layout: 'zonal', acknowledgeSingleNat: 'cheap' });
  expect(regions['us-east-2'].network).toEqual({ acknowledgeSingleNat: 'cheap' });
});

test.each(['no', 'off', 'yes', 'on', 'y', '1e', "'true'", "'012'", '!!str 123'])('reads %s as a text', (written) => {
  const config = readText(VALID.replace('dev', written));
  expect(config.environment).toBe(written.replace('!!str ', '').replaceAll("'", ''));
});
