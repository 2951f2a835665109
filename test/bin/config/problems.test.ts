// Every way a value can be wrong: position, path, value, what is allowed and what to change.
import { problemsOf, refusal, VALID } from './temp-config';

const region = (line: string): string => `${VALID}    ${line}\n`;
const network = (line: string): string => `${VALID}    network:\n      ${line}\n`;
const top = (line: string): string => `${line}\n${VALID}`;

const ZONE_WORDS =
  'must be the name of an availability zone such as eu-west-1a (not a region, a zone id such as euw1-az1 or a Local Zone)';
const DIGITS_WORDS = "must be the 12 digits of an AWS account id, without dashes, such as '111122223333'";

const key = (line: string): string =>
  `${VALID}ring: { homeRegion: eu-west-1, owner: desk-1, exchangeFile: x.yaml, operators: [arn:aws:iam::111122223333:role/O], breakGlassRole: arn:aws:iam::111122223333:role/B }\n` +
  `keys:\n  A: { purpose: bot, instance: a, permissions: [read], ${line} }\n`;

test.each([
  [
    'keys without a ring',
    `${VALID}keys:\n  A: { purpose: bot, instance: a, permissions: [read] }\n`,
    "needs 'ring'; add it",
  ],
  ['an overlap below all tiers', key('overlapHours: 12'), 'is the number 12; allowed: whole numbers from 24 to 48'],
  ['an overlap above all tiers', key('overlapHours: 72'), 'is the number 72; allowed: whole numbers from 24 to 48'],
  [
    'two ways to refresh',
    key('refresh: { pollingMinutes: 1, redeployHours: 2 }'),
    'keys.A.refresh has more than one key; give one of pollingMinutes, redeployHours',
  ],
  ['a permission in other words', key('tier: Low'), "did you mean 'low'? allowed: low, medium, high"],
  [
    'a number as account',
    top('account: 012345678901'),
    `1:10: account is the number 012345678901, it ${DIGITS_WORDS}; YAML reads unquoted digits as a number, ` +
      "which loses leading zeros: quote it, account: '012345678901'",
  ],
  ['an octal account', top('account: 0o17'), "quote it, account: '0o17'"],
  ['a short account', top("account: '0123'"), `1:10: account is '0123'; it ${DIGITS_WORDS}`],
  [
    'a boolean as text',
    top('owner: true'),
    "1:8: owner is true, it must be a text usable as the value of a tag: letters, digits, spaces and _ . : / = + @ -; YAML reads it as true or false: quote it, owner: 'true'",
  ],
  ['a mapping as text', top('owner: {}'), '1:8: owner is a mapping, it must be a text'],
  ['a bad tag value', top("owner: 'a;b'"), "1:8: owner is 'a;b'; it must be a text usable as the value of a tag"],
  ['a long tag value', top(`owner: ${'x'.repeat(257)}`), '1:8: owner has 257 characters; at most 256 are allowed'],
  ['an empty environment', VALID.replace('dev', "''"), "1:14: environment is ''; it must not be empty"],
  [
    'a word as boolean',
    top('peering: yes'),
    "1:10: peering is 'yes', it must be true or false; write true or false, without quotes",
  ],
  [
    'a text as list',
    region('acknowledgeAddressLoss: eu-west-1a'),
    "5:29: regions.eu-west-1.acknowledgeAddressLoss is 'eu-west-1a', it must be a list; put brackets around it, even for one: [...]",
  ],
  [
    'a list as mapping',
    region('network: []'),
    '5:14: regions.eu-west-1.network is an empty list, it must be a mapping',
  ],
  ['no regions', 'environment: dev\nregions: {}\n', '2:10: regions is empty; name at least one'],
  ['a bad zone', region('standbyAvailabilityZones: [euw1-az1]'), `Zones[0] is 'euw1-az1'; it ${ZONE_WORDS}`],
  [
    'a zone twice',
    region('standbyAvailabilityZones: [eu-west-1a, eu-west-1b, eu-west-1a]'),
    "5:56: regions.eu-west-1.standbyAvailabilityZones[2] is 'eu-west-1a', which the list has already as item 1; remove one",
  ],
  [
    'a region that is none',
    VALID.replace('eu-west-1:', 'eu-west-1a:'),
    "3:3: the name 'eu-west-1a' at regions.eu-west-1a must be a region such as eu-west-1, us-gov-west-1 or ap-southeast-2",
  ],
  [
    'no zone',
    VALID.replace('[eu-west-1a]', '[]'),
    '4:5: no availability zone at regions.eu-west-1; name at least one in availabilityZones or ' +
      'standbyAvailabilityZones, such as availabilityZones: [eu-west-1a]',
  ],
  [
    'no environment',
    VALID.replace('environment: dev\n', ''),
    "1:1: missing required key 'environment' at the top level; add it, such as environment: dev",
  ],
  [
    'addresses without a source',
    region('addresses: {}'),
    "5:16: missing required key 'source' at regions.eu-west-1.addresses; add it, such as source: allocate",
  ],
  [
    'adopt without ids',
    region('addresses: { source: adopt }'),
    "5:16: missing required key 'allocationIds' at regions.eu-west-1.addresses, source 'adopt' needs it; " +
      'add it, such as allocationIds: { eu-west-1a: eipalloc-0123456789abcdef0 }',
  ],
  ['ipam-pool without a pool', region('addresses: { source: ipam-pool }'), "missing required key 'ipamPoolId'"],
  [
    'ids without adopt',
    region('addresses: { source: allocate, allocationIds: { x: y } }'),
    "5:36: 'allocationIds' at regions.eu-west-1.addresses.allocationIds cannot be combined with source 'allocate'; " +
      'remove it or change source',
  ],
  ['a pool without ipam-pool', region('addresses: { source: allocate, ipamPoolId: 3 }'), "'ipamPoolId' at"],
  [
    'an address as allocation id',
    region('addresses: { source: adopt, allocationIds: { eu-west-1a: 203.0.113.7 } }'),
    "allocationIds.eu-west-1a is '203.0.113.7'; it must be an allocation id, not an address: eipalloc- followed by",
  ],
  [
    'an allocation id of no zone',
    region('addresses: { source: adopt, allocationIds: { eu-west-1: eipalloc-01234567 } }'),
    `5:50: the name 'eu-west-1' at regions.eu-west-1.addresses.allocationIds.eu-west-1 ${ZONE_WORDS}`,
  ],
  [
    'an unknown source',
    region('addresses: { source: adpot }'),
    "5:26: regions.eu-west-1.addresses.source is 'adpot'; did you mean 'adopt'? allowed: allocate, adopt, ipam-pool",
  ],
  [
    'an unknown layout',
    network('layout: mesh'),
    "6:15: regions.eu-west-1.network.layout is 'mesh'; allowed: zonal, regional, single",
  ],
  ['a number as layout', network('layout: 1'), 'layout is the number 1, it must be a text'],
  [
    'an unknown endpoint',
    network('interfaceEndpoints: [secretmanager]'),
    "6:28: regions.eu-west-1.network.interfaceEndpoints[0] is 'secretmanager'; did you mean 'secretsmanager'? allowed: secretsm",
  ],
  [
    'a bad CIDR',
    network('vpcCidr: 10.0.0/16'),
    "6:16: regions.eu-west-1.network.vpcCidr is '10.0.0/16'; it must be an IPv4 network in CIDR notation, four numbers " +
      'from 0 to 255 and a prefix length, such as 10.0.0.0/16',
  ],
  ['an octet of 256', network('vpcCidr: 10.0.256.0/16'), "vpcCidr is '10.0.256.0/16'; it must be"],
  ['a prefix of 33', network('vpcCidr: 10.0.0.0/33'), "vpcCidr is '10.0.0.0/33'; it must be"],
  [
    'a URL as domain',
    network('dnsAllowlist: ["https://xxkk.example/"]'),
    'it must be a domain name such as api.xxkk.example',
  ],
  [
    'an empty allowlist',
    network('dnsAllowlist: []'),
    'network.dnsAllowlist is empty; name at least one, or remove the key',
  ],
  ['no reason', network("acknowledgeSingleNat: ' '"), "acknowledgeSingleNat is ' '; it must give the reason in words"],
  [
    'existing without its keys',
    network('existing: {}'),
    "6:17: missing required key 'vpcId' at regions.eu-west-1.network.existing; add it, such as vpcId: vpc-0123456789abcdef0",
  ],
  [
    'an existing zone without a route table',
    network(
      'existing: { vpcId: vpc-01234567, zones: { eu-west-1a: { subnetId: subnet-01234567, natGatewayId: nat-1 } } }',
    ),
    "missing required key 'routeTableId' at regions.eu-west-1.network.existing.zones.eu-west-1a",
  ],
])('%s', (_what, text, expected) => {
  expect(problemsOf(text).filter((line) => line.includes(expected))).toHaveLength(1);
});

test.each([
  'layout: zonal',
  'availabilityZones: [eu-west-1a]',
  'acknowledgeSingleNat: x',
  'vpcCidr: 10.0.0.0/16',
  'interfaceEndpoints: []',
  'dnsAllowlist: [a.example]',
])('an existing network excludes %s, and that is said once', (line) => {
  const [key] = line.split(':');
  const text = network(
    `existing: { vpcId: vpc-01234567, zones: { eu-west-1a: { subnetId: subnet-01234567, routeTableId: rtb-01234567, natGatewayId: nat-01234567 } } }\n      ${line}`,
  );
  expect(refusal(text).code).toBe('CONFIG_CONFLICTING_KEYS');
  expect(problemsOf(text)).toEqual([
    `7:7: '${key}' at regions.eu-west-1.network.${key} cannot be combined with 'existing'; remove one of the two`,
  ]);
});

test.each([
  [
    'regions',
    'environment: dev\nregions:\n',
    "2:1: regions is null, nothing follows the key 'regions'; its value must be a mapping",
  ],
  [
    'a region',
    VALID.replace(/ {4}.*\n/, ''),
    "3:3: regions.eu-west-1 is null, nothing follows the key 'eu-west-1'; its value must be a mapping; if it is not needed, remove it",
  ],
  [
    'an optional key',
    top('owner: ~'),
    "1:1: owner is null, nothing follows the key 'owner'; its value must be a text usable as the value of a tag: letters, digits, spaces and _ . : / = + @ -; if it is not needed, remove it",
  ],
  [
    'a list item',
    VALID.replace('[eu-west-1a]', '\n      - eu-west-1a\n      -\n'),
    '6:8: regions.eu-west-1.availabilityZones[1] is null, nothing follows the list item;',
  ],
  [
    'source',
    region('addresses: { source: }'),
    "5:18: regions.eu-west-1.addresses.source is null, nothing follows the key 'source'; its value must be a text",
  ],
])('null at %s is a problem of its own', (_what, text, expected) => {
  expect(refusal(text).code).toBe('CONFIG_NULL_VALUE');
  expect(problemsOf(text)).toEqual([expect.stringContaining(expected)]);
});

test('a key twice names the first line, wherever it is, and the other problems are told as well', () => {
  const text = `${VALID}    availabilityZones: [eu-west-1b]\nfoo: { a: 1, a: 2 }\npeering: 3\n`;
  expect(refusal(text).code).toBe('CONFIG_DUPLICATE_KEY');
  expect(problemsOf(text).map((line) => line.slice(0, 70))).toEqual([
    "5:5: duplicate key 'availabilityZones' at regions.eu-west-1.availabili",
    expect.stringContaining("6:1: unknown key 'foo'"),
    "6:14: duplicate key 'a' at foo.a, first on line 6; keep one",
    expect.stringContaining('7:10: peering is the number 3'),
  ]);
});

test('all problems are told in file order, one line each, after their count; the first gives the code', () => {
  const text = 'peering: 1\nenvironment:\nregions:\n  eu-west-1: { addresses: {}, vpcCidr: x }\nextra: 1\n';
  const { code, message } = refusal(text);
  expect(code).toBe('CONFIG_INVALID_VALUE');
  const [count, ...lines] = message.split('\n');
  expect(count).toBe('6 problems in exchange-keys.yaml');
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'exchange-keys.yaml:1:10',
    'exchange-keys.yaml:2:1',
    'exchange-keys.yaml:4:14',
    'exchange-keys.yaml:4:27',
    'exchange-keys.yaml:4:31',
    'exchange-keys.yaml:5:1',
  ]);
  expect(refusal(top('peering: 1')).message).toMatch(/^1 problem in exchange-keys.yaml\n.*$/);
});

test('a problem behind an alias is told where the alias is, without its value', () => {
  expect(problemsOf(top('owner: &a o;1\naccount: *a'))[1]).toMatch(
    /^2:10: account is an alias; it must be the 12 digits/,
  );
  expect(problemsOf(top('peering: &a 12\naccount: *a'))[1]).toMatch(
    /^2:10: account is an alias, it .* quote it where it is/,
  );
});

test('control characters and long values do not disturb the message', () => {
  expect(problemsOf(top('owner: "a\\e[31m;\\u202e"'))[0]).toContain("owner is 'a\\u{1b}[31m;\\u{202e}'; it");
  expect(problemsOf(top(`owner: ";${'x'.repeat(100)}"`))[0]).toContain(`';${'x'.repeat(59)}…'`);
  expect(problemsOf(top('account: "1\\n2\\n3"'))[0]).toContain('account is a text of 3 lines; it');
  expect(problemsOf(top('"a b\\n": 1'))[0]).toMatch(
    /^1:1: unknown key 'a b\\u\{a\}' at \['a b\\u\{a\}'\]; allowed at the top level/,
  );
});

test('a problem that a merge key brings in is told where it is written', () => {
  const base = '{ layout: mesh, <<: [{ vpcCidr: x }, { vpcCidr: y, dnsAllowlist: [] }] }';
  const text = `${VALID}    network: &n ${base}\n  us-east-1:\n    availabilityZones: [us-east-1a]\n    network: { <<: *n }\n`;
  expect(problemsOf(text).map((line) => line.split(';')[0])).toEqual([
    "5:27: regions.eu-west-1.network.layout is 'mesh'",
    "5:27: regions.us-east-1.network.layout is 'mesh'",
    "5:49: regions.eu-west-1.network.vpcCidr is 'x'",
    "5:49: regions.us-east-1.network.vpcCidr is 'x'",
    '5:82: regions.eu-west-1.network.dnsAllowlist is empty',
    '5:82: regions.us-east-1.network.dnsAllowlist is empty',
  ]);
});
