import fc from 'fast-check';
import { type AllowlistDocumentPolicy, parseAllowlistDocument } from '../../../contract/allowlist';
import { codeOf, refusalOf } from '../refusal';
import { anyDocument, type Json, partsOf, withPart } from './arbitraries';

const ENTRY_A = {
  availabilityZone: 'eu-west-1a',
  allocationId: 'eipalloc-0123456789abcdef0',
  address: '52.210.1.10',
  cidr: '52.210.1.10/32',
  role: 'active',
};
const ENTRY_B = {
  availabilityZone: 'eu-west-1b',
  allocationId: 'eipalloc-0123456789abcdef1',
  address: '52.210.1.9',
  cidr: '52.210.1.9/32',
  role: 'standby',
};
const DOCUMENT = {
  schemaVersion: 1,
  environment: 'prod',
  region: 'eu-west-1',
  cidrs: ['52.210.1.9/32', '52.210.1.10/32'],
  entries: [ENTRY_A, ENTRY_B],
};

const parse = (value: unknown, policy?: AllowlistDocumentPolicy) =>
  parseAllowlistDocument(JSON.stringify(value), policy);
const without = (value: object, key: string) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

describe('accepted is', () => {
  test('a document, its lists sorted', () => {
    const reversed = { ...DOCUMENT, cidrs: [...DOCUMENT.cidrs].reverse(), entries: [ENTRY_B, ENTRY_A] };
    expect(parse(reversed, { environment: 'prod', region: 'eu-west-1' })).toEqual(DOCUMENT);
  });

  test('a block that contains the addresses', () => {
    expect(parse({ ...DOCUMENT, cidrs: ['52.210.1.0/28'] }).cidrs).toEqual(['52.210.1.0/28']);
  });

  test('a documentation address outside production, a loopback address of a local AWS API', () => {
    const at = (address: string, environment: string) => ({
      ...DOCUMENT,
      environment,
      cidrs: [`${address}/32`],
      entries: [{ ...ENTRY_A, address, cidr: `${address}/32` }],
    });
    expect(parse(at('203.0.113.10', 'dev')).environment).toBe('dev');
    expect(codeOf(() => parse(at('203.0.113.10', 'prod')))).toBe('ALLOWLIST_DOCUMENTATION');
    expect(parse(at('127.0.0.9', 'prod'), { localAws: true }).cidrs).toEqual(['127.0.0.9/32']);
    expect(codeOf(() => parse(at('127.0.0.9', 'prod')))).toBe('ALLOWLIST_LOOPBACK');
  });

  test('an extra environment', () => {
    const document = { ...DOCUMENT, environment: 'demo' };
    expect(parse(document, { environments: { demo: { production: false } } }).environment).toBe('demo');
  });
});

const entryWith = (change: object) => ({ ...DOCUMENT, entries: [{ ...ENTRY_A, ...change }, ENTRY_B] });

const REFUSED: [what: string, value: unknown, policy: AllowlistDocumentPolicy, code: string, message: string][] = [
  ['an array', [], {}, 'ALLOWLIST_DOCUMENT_WRONG_TYPE', '$: an array was given; write an object'],
  ['null', null, {}, 'ALLOWLIST_DOCUMENT_WRONG_TYPE', '$: null was given; write an object'],
  [
    'a later version with other keys',
    { schemaVersion: 2, ranges: [] },
    {},
    'ALLOWLIST_DOCUMENT_SCHEMA_VERSION',
    "$.schemaVersion: '2' is unknown, allowed is 1; upgrade cdk-exchange-keys where the document is read",
  ],
  [
    'the version as a text',
    { ...DOCUMENT, schemaVersion: '1' },
    {},
    'ALLOWLIST_DOCUMENT_SCHEMA_VERSION',
    '$.schemaVersion: \'"1"\' is unknown, allowed is 1; upgrade cdk-exchange-keys where the document is read',
  ],
  [
    'no version',
    without(DOCUMENT, 'schemaVersion'),
    {},
    'ALLOWLIST_DOCUMENT_MISSING_KEY',
    "$: key 'schemaVersion' is missing; add it",
  ],
  [
    'an unknown key',
    { ...DOCUMENT, note: '' },
    {},
    'ALLOWLIST_DOCUMENT_UNKNOWN_KEY',
    "$: key 'note' is unknown, allowed are schemaVersion, environment, region, cidrs, entries; remove it",
  ],
  [
    'an unknown key of an entry',
    entryWith({ Role: 'active' }),
    {},
    'ALLOWLIST_DOCUMENT_UNKNOWN_KEY',
    "$.entries[0]: key 'Role' is unknown, allowed are availabilityZone, allocationId, address, cidr, role; remove it",
  ],
  [
    'a missing key of an entry',
    { ...DOCUMENT, entries: [ENTRY_A, without(ENTRY_B, 'role')] },
    {},
    'ALLOWLIST_DOCUMENT_MISSING_KEY',
    "$.entries[1]: key 'role' is missing; add it",
  ],
  [
    'a text in place of a list',
    { ...DOCUMENT, cidrs: '52.210.1.9/32' },
    {},
    'ALLOWLIST_DOCUMENT_WRONG_TYPE',
    '$.cidrs: a value of type string was given; write an array',
  ],
  [
    'a number in place of a text',
    { ...DOCUMENT, region: 1 },
    {},
    'ALLOWLIST_DOCUMENT_WRONG_TYPE',
    '$.region: a value of type number was given; write a string',
  ],
  [
    'no entries',
    { ...DOCUMENT, entries: [] },
    {},
    'ALLOWLIST_DOCUMENT_EMPTY',
    '$.entries: the array is empty; a region has one item at least',
  ],
  [
    'a malformed environment',
    { ...DOCUMENT, environment: 'Prod' },
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.environment: 'Prod' is malformed; write 2 to 16 lower-case letters and digits, a letter first",
  ],
  [
    'a malformed region',
    { ...DOCUMENT, region: 'eu-west' },
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.region: 'eu-west' is malformed; write a region name such as 'eu-west-1'",
  ],
  [
    'an address in place of a range',
    { ...DOCUMENT, cidrs: ['52.210.1.9'] },
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.cidrs[0]: '52.210.1.9' is malformed; write an IPv4 range such as '203.0.113.10/32'",
  ],
  [
    'a malformed zone',
    entryWith({ availabilityZone: 'A' }),
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.entries[0].availabilityZone: 'A' is malformed; write a zone name such as 'eu-west-1a'",
  ],
  [
    'a malformed allocation id',
    entryWith({ allocationId: 'eipalloc-1' }),
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.entries[0].allocationId: 'eipalloc-1' is malformed; write 'eipalloc-' and 8 or 17 lower-case hexadecimal digits",
  ],
  [
    'a malformed address',
    entryWith({ address: '052.210.1.10' }),
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.entries[0].address: '052.210.1.10' is malformed; write an IPv4 address such as '203.0.113.10'",
  ],
  [
    'an unknown role',
    entryWith({ role: 'passive' }),
    {},
    'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    "$.entries[0].role: 'passive' is malformed; write 'active' or 'standby'",
  ],
  [
    'another environment',
    DOCUMENT,
    { environment: 'dev' },
    'ALLOWLIST_DOCUMENT_OTHER_ENVIRONMENT',
    "$.environment: 'prod' is not the environment that was asked for, 'dev'; read the document of 'dev'",
  ],
  [
    'another region',
    DOCUMENT,
    { region: 'us-east-1' },
    'ALLOWLIST_DOCUMENT_OTHER_REGION',
    "$.region: 'eu-west-1' is not the region that was asked for, 'us-east-1'; read the document of 'us-east-1'",
  ],
  [
    'an unknown environment',
    { ...DOCUMENT, environment: 'live' },
    {},
    'ENVIRONMENT_UNKNOWN',
    "$.environment: environment 'live' is unknown, allowed are dev, test, staging, prod; write 'prod'",
  ],
  [
    'a zone of another region',
    entryWith({ availabilityZone: 'eu-west-2a' }),
    {},
    'AVAILABILITY_ZONE_OF_OTHER_REGION',
    "$.entries[0].availabilityZone: availability zone 'eu-west-2a' is in region 'eu-west-2', not in 'eu-west-1'; write a zone such as 'eu-west-1a'",
  ],
  [
    'a zone twice',
    { ...DOCUMENT, entries: [ENTRY_A, { ...ENTRY_B, availabilityZone: 'eu-west-1a' }] },
    {},
    'ALLOWLIST_DOCUMENT_DUPLICATE',
    "$.entries[1].availabilityZone: 'eu-west-1a' is already in $.entries[0]; remove one of them",
  ],
  [
    'an allocation id twice',
    { ...DOCUMENT, entries: [ENTRY_A, { ...ENTRY_B, allocationId: ENTRY_A.allocationId }] },
    {},
    'ALLOWLIST_DOCUMENT_DUPLICATE',
    "$.entries[1].allocationId: 'eipalloc-0123456789abcdef0' is already in $.entries[0]; remove one of them",
  ],
  [
    'an address twice',
    { ...DOCUMENT, entries: [ENTRY_A, { ...ENTRY_B, address: ENTRY_A.address }] },
    {},
    'ALLOWLIST_DOCUMENT_DUPLICATE',
    "$.entries[1].address: '52.210.1.10' is already in $.entries[0]; remove one of them",
  ],
  [
    'an entry whose range is not its address',
    entryWith({ cidr: '52.210.1.11/32' }),
    {},
    'ALLOWLIST_DOCUMENT_CIDR_NOT_ADDRESS',
    "$.entries[0].cidr: '52.210.1.11/32' is not the address '52.210.1.10' as a /32; write '52.210.1.10/32'",
  ],
  [
    'host bits',
    { ...DOCUMENT, cidrs: ['52.210.1.9/28'] },
    {},
    'CIDR_HOST_BITS_SET',
    "$.cidrs[0]: '52.210.1.9/28' has host bits set; write '52.210.1.0/28' for the range or '52.210.1.9/32' for the address",
  ],
  [
    'a private range',
    { ...DOCUMENT, cidrs: [...DOCUMENT.cidrs, '10.0.0.0/24'] },
    {},
    'ALLOWLIST_PRIVATE',
    "$.cidrs[2]: '10.0.0.0/24' is in the private (RFC 1918) range 10.0.0.0/8, which an exchange never sees; use the public egress address",
  ],
  [
    'a range twice',
    { ...DOCUMENT, cidrs: [...DOCUMENT.cidrs, '52.210.1.9/32'] },
    {},
    'ALLOWLIST_DUPLICATE',
    "$.cidrs: '52.210.1.9/32' is on the allowlist twice; remove one of them",
  ],
  [
    'too many ranges',
    DOCUMENT,
    { maxEntries: 1 },
    'ALLOWLIST_TOO_MANY_ENTRIES',
    '$.cidrs: the allowlist has 2 entries, allowed are 1; remove some, or use one range that holds them',
  ],
  [
    'an entry in no range',
    { ...DOCUMENT, cidrs: ['52.210.1.10/32'] },
    {},
    'ALLOWLIST_DOCUMENT_ENTRY_NOT_COVERED',
    "$.entries[1].cidr: '52.210.1.9/32' is in none of $.cidrs; add it there",
  ],
  [
    'a range without an entry',
    { ...DOCUMENT, cidrs: [...DOCUMENT.cidrs, '52.210.1.11/32'] },
    {},
    'ALLOWLIST_DOCUMENT_CIDR_WITHOUT_ENTRY',
    "$.cidrs[2]: '52.210.1.11/32' contains the address of no entry; remove it",
  ],
];

describe('refused is', () => {
  test.each(REFUSED)('%s', (_what, value, policy, code, message) => {
    expect(refusalOf(() => parse(value, policy))).toEqual({ code, message });
  });

  test('a text that is not JSON', () => {
    const { code, message } = refusalOf(() => parseAllowlistDocument('{"schemaVersion":1', {}));
    expect(code).toBe('ALLOWLIST_DOCUMENT_NOT_JSON');
    expect(message).toMatch(/^the allowlist document is not JSON \(.+\); publish it again$/);
  });
});

/* Each run tries every part of a document. */
describe('no valid document is still accepted', () => {
  const policy = { environment: 'prod' };
  const refuses = (value: Json) =>
    codeOf(() => parse(value, { ...policy, region: (value as { region: string }).region })) !== undefined;

  test('with any one key removed, renamed or added', () => {
    fc.assert(
      fc.property(anyDocument, fc.string({ minLength: 1 }), (document, name) => {
        const value = document as unknown as Json;
        for (const at of partsOf(value)) {
          const broken = withPart(value, at, (part) => {
            if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
            return { ...part, [`${name}!`]: 'x' };
          });
          if (JSON.stringify(broken) !== JSON.stringify(value)) expect(refuses(broken)).toBe(true);
          const key = at.at(-1);
          if (typeof key !== 'string' || /^\d+$/.test(key)) continue;
          const removed = withPart(value, at.slice(0, -1), (part) => without(part as object, key) as Json);
          expect(refuses(removed)).toBe(true);
          const renamed = withPart(
            removed,
            at.slice(0, -1),
            (part) => ({ ...(part as object), [`${key}s`]: '' }) as Json,
          );
          expect(refuses(renamed)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('with any one part replaced by a value of another type, or by a text that is none of its forms', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const value = document as unknown as Json;
        const region = document.region;
        for (const at of partsOf(value)) {
          for (const other of [null, true, 0, 2, [], {}, '', ' ', 'x']) {
            const broken = withPart(value, at, () => other);
            expect(codeOf(() => parse(broken, { ...policy, region }))).toBeDefined();
          }
          const padded = withPart(value, at, (part) => (typeof part === 'string' ? `${part} ` : null));
          expect(codeOf(() => parse(padded, { ...policy, region }))).toBeDefined();
        }
      }),
      { numRuns: 25 },
    );
  });

  test('with any one part that another part repeats changed to another valid value', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const value = document as unknown as Json;
        const expected = { ...policy, region: document.region };
        const changes: [place: (string | number)[], other: Json][] = [
          [['environment'], 'dev'],
          [['region'], 'eu-west-2'],
          ...document.cidrs.map((_, index): [(string | number)[], Json] => [['cidrs', index], '52.210.9.9/32']),
          ...document.entries.flatMap((_, index): [(string | number)[], Json][] => [
            [['entries', index, 'availabilityZone'], 'eu-west-2a'],
            [['entries', index, 'address'], '52.210.9.9'],
            [['entries', index, 'cidr'], '52.210.9.9/32'],
          ]),
        ];
        for (const [at, other] of changes) {
          expect(
            codeOf(() =>
              parse(
                withPart(value, at, () => other),
                expected,
              ),
            ),
          ).toBeDefined();
        }
      }),
      { numRuns: 25 },
    );
  });
});
