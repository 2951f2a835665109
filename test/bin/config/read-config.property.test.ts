// Properties of reading: what is valid survives, a typo is recognised, and no text breaks more than the reading.
import fc from 'fast-check';
import { isMap, parseDocument, stringify } from 'yaml';
import type { Config, NetworkConfig, RegionConfig } from '../../../bin/config/config';
import { LEVELS } from '../../../bin/config/levels';
import { InputError } from '../../../contract/errors';
import { isSecretKey } from '../../../contract/secret-words';
import { readText, refusal } from './temp-config';

const NO_KEYS = { requiredKeys: [] };
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('no', 'null', '~', 'true', '012', '1e3', '0x1', '*a', '&a', '!a', '<<', '- a', 'a: b', '# a', '---'),
);
const id = (prefix: string) => fc.stringMatching(/^([0-9a-f]{8}|[0-9a-f]{17})$/).map((digits) => `${prefix}-${digits}`);
const zone = fc.stringMatching(/^(eu|us-gov)-(west|east)-[1-3][a-f]$/);
const zones = (minLength = 0) => fc.uniqueArray(zone, { minLength, maxLength: 4 });
const octet = fc.nat(255);

const created: fc.Arbitrary<NetworkConfig> = fc.record(
  {
    layout: fc.constantFrom('zonal', 'regional', 'single'),
    availabilityZones: zones(1),
    acknowledgeSingleNat: text.filter((reason) => /\S/.test(reason)),
    vpcCidr: fc.tuple(octet, octet, octet, octet, fc.nat(32)).map(([a, b, c, d, n]) => `${a}.${b}.${c}.${d}/${n}`),
    interfaceEndpoints: fc.uniqueArray(fc.constantFrom('secretsmanager', 'kms', 'logs', 'sts', 'ec2')),
    dnsAllowlist: fc.uniqueArray(
      fc.tuple(fc.constantFrom('', '*.'), fc.domain()).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    ),
  },
  NO_KEYS,
);
const existing: fc.Arbitrary<NetworkConfig> = fc.record({
  existing: fc.record({
    vpcId: id('vpc'),
    zones: fc.dictionary(
      zone,
      fc.record({ subnetId: id('subnet'), routeTableId: id('rtb'), natGatewayId: id('nat') }),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    ),
  }),
});
const addresses: fc.Arbitrary<NonNullable<RegionConfig['addresses']>> = fc.oneof(
  fc.record({ source: fc.constant('allocate' as const) }),
  fc.record({
    source: fc.constant('adopt' as const),
    allocationIds: fc.dictionary(zone, id('eipalloc'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  }),
  fc.record({ source: fc.constant('ipam-pool' as const), ipamPoolId: id('ipam-pool') }),
);
const region: fc.Arbitrary<RegionConfig> = fc.record(
  {
    availabilityZones: zones(1),
    standbyAvailabilityZones: zones(),
    addresses,
    acknowledgeAddressLoss: zones(),
    network: fc.oneof(created, existing),
  },
  { requiredKeys: ['availabilityZones'] },
);
const config: fc.Arbitrary<Config> = fc.record(
  {
    environment: text,
    account: fc.stringMatching(/^[0-9]{12}$/),
    owner: fc.stringMatching(/^[\w ./=+@-]{1,20}$/),
    terminationProtection: fc.boolean(),
    peering: fc.boolean(),
    regions: fc.dictionary(fc.stringMatching(/^(eu|us-gov)-(west|east)-[1-9]$/), region, {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    }),
  },
  { requiredKeys: ['environment', 'regions'] },
);

test('a valid configuration survives being written and read', () => {
  fc.assert(
    fc.property(config, (valid) => expect(readText(stringify(valid))).toEqual(valid)),
    { numRuns: 100 },
  );
});

const KEYS = new Set(LEVELS.flatMap(({ keys }) => keys));

const typo = fc.tuple(
  fc.constantFrom('insert', 'delete', 'replace', 'case'),
  fc.nat(),
  fc.stringMatching(/^[a-zA-Z0-9_-]$/),
);
const mistype = (key: string, [kind, at, character]: [string, number, string]): string => {
  const index = at % key.length;
  const [before, hit, after] = [key.slice(0, index), key[index], key.slice(index + 1)];
  if (kind === 'insert') return before + character + hit + after;
  if (kind === 'replace') return before + character + after;
  return kind === 'delete' ? before + after : before + hit.toUpperCase() + after;
};

test('a key with one wrong character is refused, with the right one suggested', () => {
  fc.assert(
    fc.property(config, fc.nat(), typo, (valid, which, slip) => {
      const doc = parseDocument(stringify(valid, { aliasDuplicateObjects: false }));
      const keys: { value: string }[] = [];
      const collect = (node: unknown): void => {
        if (!isMap<{ value: string }>(node)) return;
        for (const pair of node.items) {
          if (KEYS.has(pair.key.value)) keys.push(pair.key);
          collect(pair.value);
        }
      };
      collect(doc.contents);
      const key = keys[which % keys.length];
      const right = key.value;
      key.value = mistype(right, slip);
      fc.pre(!KEYS.has(key.value) && !isSecretKey(key.value));
      const { code, message } = refusal(String(doc));
      expect(message).toMatch(/^1 problem in/);
      expect(code).toBe('CONFIG_UNKNOWN_KEY');
      expect(message).toContain(`unknown key '${key.value}' at `);
      expect(message).toContain(`; did you mean '${right}'?`);
    }),
    { numRuns: 200 },
  );
});

/** Reads; nothing but an `InputError` with positions may come of it. */
const survives = (garbage: string): void => {
  try {
    readText(garbage);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { code, message } = error as InputError;
    expect(code).toMatch(/^CONFIG_[A-Z_]+$/);
    expect(message).toMatch(/^\d+ problems? in exchange-keys\.yaml\nexchange-keys\.yaml:[1-9]\d*:[1-9]\d*: /);
  }
};

test('random text never breaks more than the reading', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), survives), { numRuns: 300 });
});

const TOKENS = ['environment', 'regions', 'eu-west-1', 'apiKey', 'dev', '1', ':', ': ', ' ', '\n', '\n  ', '- ', '? '];
const MARKS = [
  '&a ',
  '*a',
  '<<: ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|',
  '>',
  '\t',
  '!x ',
  '!!str ',
  '---\n',
  '%',
  '#',
  '~',
];

test('random pieces of YAML never break more than the reading', () => {
  const pieces = fc.array(fc.constantFrom(...TOKENS, ...MARKS), { maxLength: 25 }).map((found) => found.join(''));
  fc.assert(fc.property(pieces, survives), { numRuns: 500 });
});

test('a random value at a random place never breaks more than the reading', () => {
  const path = fc.array(fc.nat(), { maxLength: 6 });
  fc.assert(
    fc.property(config, path, fc.jsonValue(), fc.option(fc.string()), (valid, steps, value, extraKey) => {
      let at = structuredClone(valid) as unknown as Record<string, unknown>;
      const root = at;
      for (const [index, step] of steps.entries()) {
        const keys = Object.keys(at);
        if (keys.length === 0) break;
        const key = extraKey !== null && index === steps.length - 1 ? extraKey : keys[step % keys.length];
        const below = at[key];
        if (index < steps.length - 1 && typeof below === 'object' && below !== null) {
          at = below as Record<string, unknown>;
        } else {
          at[key] = value;
          break;
        }
      }
      survives(stringify(root));
    }),
    { numRuns: 300 },
  );
});
