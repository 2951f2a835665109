import { type AllowlistPolicy, checkAllowlist, checkAllowlistEntry, parseCidr } from '../../../contract/cidr';
import { SPECIAL_RANGES } from '../../../contract/cidr/special-ranges';
import { refusalOf } from '../refusal';

const PROD: AllowlistPolicy = { environment: 'prod' };
const NEVER = 'which an exchange never sees; use the public egress address';

const NON_PUBLIC: [entry: string, code: string, relation: string][] = [
  ['10.1.2.3', 'ALLOWLIST_PRIVATE', "'10.1.2.3/32' is in the private (RFC 1918) range 10.0.0.0/8"],
  ['172.31.255.255', 'ALLOWLIST_PRIVATE', "'172.31.255.255/32' is in the private (RFC 1918) range 172.16.0.0/12"],
  ['192.168.0.0/24', 'ALLOWLIST_PRIVATE', "'192.168.0.0/24' is in the private (RFC 1918) range 192.168.0.0/16"],
  ['8.0.0.0/6', 'ALLOWLIST_PRIVATE', "'8.0.0.0/6' overlaps the private (RFC 1918) range 10.0.0.0/8"],
  ['127.0.0.1', 'ALLOWLIST_LOOPBACK', "'127.0.0.1/32' is in the loopback range 127.0.0.0/8"],
  ['::1', 'ALLOWLIST_LOOPBACK', "'::1/128' is in the loopback range ::1/128"],
  ['169.254.169.254', 'ALLOWLIST_LINK_LOCAL', "'169.254.169.254/32' is in the link-local range 169.254.0.0/16"],
  ['fe80::1', 'ALLOWLIST_LINK_LOCAL', "'fe80::1/128' is in the link-local range fe80::/10"],
  ['100.64.0.1', 'ALLOWLIST_CGNAT', "'100.64.0.1/32' is in the carrier-grade NAT range 100.64.0.0/10"],
  ['100.0.0.0/8', 'ALLOWLIST_CGNAT', "'100.0.0.0/8' overlaps the carrier-grade NAT range 100.64.0.0/10"],
  ['192.0.2.1', 'ALLOWLIST_DOCUMENTATION', "'192.0.2.1/32' is in the documentation range 192.0.2.0/24"],
  ['198.51.100.1', 'ALLOWLIST_DOCUMENTATION', "'198.51.100.1/32' is in the documentation range 198.51.100.0/24"],
  ['203.0.113.0/28', 'ALLOWLIST_DOCUMENTATION', "'203.0.113.0/28' is in the documentation range 203.0.113.0/24"],
  ['2001:db8::1', 'ALLOWLIST_DOCUMENTATION', "'2001:db8::1/128' is in the documentation range 2001:db8::/32"],
  ['3fff::1', 'ALLOWLIST_DOCUMENTATION', "'3fff::1/128' is in the documentation range 3fff::/20"],
  ['198.19.0.1', 'ALLOWLIST_BENCHMARK', "'198.19.0.1/32' is in the benchmark range 198.18.0.0/15"],
  ['2001:2::1', 'ALLOWLIST_BENCHMARK', "'2001:2::1/128' is in the benchmark range 2001:2::/48"],
  ['2001:20::1', 'ALLOWLIST_ORCHID', "'2001:20::1/128' is in the ORCHID and drone id range 2001:20::/28"],
  ['192.88.99.1', 'ALLOWLIST_6TO4_RELAY', "'192.88.99.1/32' is in the 6to4 relay anycast range 192.88.99.0/24"],
  ['192.175.48.1', 'ALLOWLIST_AS112', "'192.175.48.1/32' is in the AS112 name server range 192.175.48.0/24"],
  ['192.52.193.1', 'ALLOWLIST_AMT', "'192.52.193.1/32' is in the automatic multicast tunneling range 192.52.193.0/24"],
  ['2002::/15', 'ALLOWLIST_IPV4_IN_IPV6', "'2002::/15' overlaps the IPv4-in-IPv6 range 2002::/16"],
  ['192.0.0.8', 'ALLOWLIST_IETF_PROTOCOL', "'192.0.0.8/32' is in the IETF protocol assignment range 192.0.0.0/24"],
  ['2001:1::1', 'ALLOWLIST_IETF_PROTOCOL', "'2001:1::1/128' is in the IETF protocol assignment range 2001::/23"],
  ['fd12:3456::/64', 'ALLOWLIST_UNIQUE_LOCAL', "'fd12:3456::/64' is in the unique local range fc00::/7"],
  ['fec0::1', 'ALLOWLIST_SITE_LOCAL', "'fec0::1/128' is in the site-local (deprecated) range fec0::/10"],
  ['100::1', 'ALLOWLIST_DISCARD', "'100::1/128' is in the discard-only range 100::/64"],
  ['5f00::1', 'ALLOWLIST_SEGMENT_ROUTING', "'5f00::1/128' is in the segment routing range 5f00::/16"],
  ['224.0.0.1', 'ALLOWLIST_MULTICAST', "'224.0.0.1/32' is in the multicast range 224.0.0.0/4"],
  ['ff02::1', 'ALLOWLIST_MULTICAST', "'ff02::1/128' is in the multicast range ff00::/8"],
  ['0.0.0.0', 'ALLOWLIST_UNSPECIFIED', "'0.0.0.0/32' is in the unspecified range 0.0.0.0/8"],
  ['::', 'ALLOWLIST_UNSPECIFIED', "'::/128' is in the unspecified range ::/128"],
  ['255.255.255.255', 'ALLOWLIST_BROADCAST', "'255.255.255.255/32' is in the broadcast range 255.255.255.255/32"],
  ['240.0.0.1', 'ALLOWLIST_RESERVED', "'240.0.0.1/32' is in the reserved range 240.0.0.0/4"],
  ['192.31.196.255', 'ALLOWLIST_AS112', "'192.31.196.255/32' is in the AS112 name server range 192.31.196.0/24"],
  ['2001:4:112::1', 'ALLOWLIST_AS112', "'2001:4:112::1/128' is in the AS112 name server range 2001:4:112::/48"],
  ['2620:4f:8000::1', 'ALLOWLIST_AS112', "'2620:4f:8000::1/128' is in the AS112 name server range 2620:4f:8000::/48"],
  ['2001:3:ffff::1', 'ALLOWLIST_AMT', "'2001:3:ffff::1/128' is in the automatic multicast tunneling range 2001:3::/32"],
  ['2001:10::1', 'ALLOWLIST_ORCHID', "'2001:10::1/128' is in the ORCHID and drone id range 2001:10::/28"],
  ['2001:30::1', 'ALLOWLIST_ORCHID', "'2001:30::1/128' is in the ORCHID and drone id range 2001:30::/28"],
  ['8000::1', 'ALLOWLIST_RESERVED', "'8000::1/128' is in the reserved range 8000::/1"],
  ['1234::1', 'ALLOWLIST_RESERVED', "'1234::1/128' is in the reserved range ::/3"],
  ['4000::1', 'ALLOWLIST_RESERVED', "'4000::1/128' is in the reserved range 4000::/2"],
];

describe('a range that is not public', () => {
  test.each(NON_PUBLIC)('%s is refused with %s', (entry, code, relation) => {
    expect(refusalOf(() => checkAllowlistEntry(entry, PROD))).toEqual({ code, message: `${relation}, ${NEVER}` });
  });

  test('has a case here for every kind', () => {
    expect(new Set(NON_PUBLIC.map(([, code]) => code))).toEqual(new Set(SPECIAL_RANGES.map(({ code }) => code)));
  });
});

describe('accepted is', () => {
  test.each([
    ['52.210.1.2', PROD, '52.210.1.2/32'],
    ['52.210.1.0/24', PROD, '52.210.1.0/24'],
    ['2600:1f18::/64', PROD, '2600:1f18::/64'],
    ['52.210.0.0/16', { ...PROD, minPrefixLengthV4: 16 }, '52.210.0.0/16'],
    ['2600:1f18::/32', { ...PROD, minPrefixLengthV6: 32 }, '2600:1f18::/32'],
    ['203.0.113.10', { environment: 'dev' }, '203.0.113.10/32'],
    ['2001:db8::1', { environment: 'staging' }, '2001:db8::1/128'],
    ['203.0.113.10', { environment: 'demo', environments: { demo: { production: false } } }, '203.0.113.10/32'],
    ['127.9.8.7', { ...PROD, localAws: true }, '127.9.8.7/32'],
  ] as [string, AllowlistPolicy, string][])('%s under %j', (entry, policy, text) => {
    expect(checkAllowlistEntry(entry, policy).text).toBe(text);
  });

  test('a range that is already read', () => {
    const cidr = parseCidr('52.210.1.2');
    expect(checkAllowlistEntry(cidr, PROD)).toBe(cidr);
  });

  test('a list up to its limit, in the order given', () => {
    const entries = Array.from({ length: 20 }, (_, index) => `52.210.1.${20 - index}`);
    expect(checkAllowlist(entries, PROD).map((cidr) => cidr.text)).toEqual(entries.map((entry) => `${entry}/32`));
    expect(checkAllowlist([], PROD)).toEqual([]);
  });
});

describe('refused is', () => {
  const wider = 'is wider than allowed, the shortest';
  test.each([
    [
      '0.0.0.0/0',
      { environment: 'dev', localAws: true, minPrefixLengthV4: 0 },
      'ALLOWLIST_EVERY_ADDRESS',
      "'0.0.0.0/0' allows every IPv4 address, so the key works from anywhere; list the egress addresses",
    ],
    [
      '::/0',
      { environment: 'dev', localAws: true, minPrefixLengthV6: 0 },
      'ALLOWLIST_EVERY_ADDRESS',
      "'::/0' allows every IPv6 address, so the key works from anywhere; list the egress addresses",
    ],
    [
      '52.210.0.0/23',
      PROD,
      'ALLOWLIST_PREFIX_TOO_SHORT',
      `'52.210.0.0/23' ${wider} IPv4 prefix is /24; list narrower ranges`,
    ],
    [
      '52.210.1.0/28',
      { ...PROD, minPrefixLengthV4: 32 },
      'ALLOWLIST_PREFIX_TOO_SHORT',
      `'52.210.1.0/28' ${wider} IPv4 prefix is /32; list narrower ranges`,
    ],
    [
      '2600:1f18::/63',
      PROD,
      'ALLOWLIST_PREFIX_TOO_SHORT',
      `'2600:1f18::/63' ${wider} IPv6 prefix is /64; list narrower ranges`,
    ],
    [
      '203.0.113.10',
      { environment: 'live', environments: { live: { production: true } } },
      'ALLOWLIST_DOCUMENTATION',
      `'203.0.113.10/32' is in the documentation range 203.0.113.0/24, ${NEVER}`,
    ],
    [
      '10.0.0.1',
      { ...PROD, localAws: true },
      'ALLOWLIST_PRIVATE',
      `'10.0.0.1/32' is in the private (RFC 1918) range 10.0.0.0/8, ${NEVER}`,
    ],
  ] as [string, AllowlistPolicy, string, string][])('%s under %j', (entry, policy, code, message) => {
    expect(refusalOf(() => checkAllowlistEntry(entry, policy))).toEqual({ code, message });
  });

  test('a text that is no range', () => {
    expect(refusalOf(() => checkAllowlistEntry('10.1', PROD)).code).toBe('CIDR_SHORTENED');
  });

  test('an unknown environment, even where it would not matter', () => {
    expect(refusalOf(() => checkAllowlistEntry('52.210.1.2', { environment: 'qa' })).code).toBe('ENVIRONMENT_UNKNOWN');
  });

  test('a list that is too long', () => {
    const entries = ['52.210.1.1', '52.210.1.2', '52.210.1.3'];
    expect(refusalOf(() => checkAllowlist(entries, { ...PROD, maxEntries: 2 }))).toEqual({
      code: 'ALLOWLIST_TOO_MANY_ENTRIES',
      message: 'the allowlist has 3 entries, allowed are 2; remove some, or use one range that holds them',
    });
  });

  test('the same range twice, however it is written', () => {
    expect(refusalOf(() => checkAllowlist(['52.210.1.1', parseCidr('52.210.1.1/32')], PROD))).toEqual({
      code: 'ALLOWLIST_DUPLICATE',
      message: "'52.210.1.1/32' is on the allowlist twice; remove one of them",
    });
  });
});
