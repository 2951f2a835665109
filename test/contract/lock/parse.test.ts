import { lockHash, type ParseLockPolicy, parseLock, serializeLock } from '../../../contract/lock';
import { codeOf, refusalOf } from '../refusal';
import { draining, entry, lockIn, lockOf } from './fixture';

const LOCK = lockOf(entry('a', 1), entry('b', 2, { role: 'standby' }));
const parse = (value: unknown, policy?: ParseLockPolicy) => parseLock(JSON.stringify(value), policy);
/** With the hash that fits, so that only what is tested is wrong. */
const sealed = (value: typeof LOCK) => ({ ...value, hash: lockHash(value) });
const withFirst = (change: object) =>
  sealed({ ...LOCK, regions: { 'eu-west-1': [{ ...entry('a', 1), ...change }, LOCK.regions['eu-west-1'][1]] } });

describe('a merge that was not finished is refused', () => {
  test.each(['<<<<<<< HEAD', '=======', '>>>>>>> branch', '||||||| base', '=======\r'])('at %j', (marker) => {
    const text = serializeLock(LOCK).split('\n');
    text.splice(4, 0, marker);
    expect(refusalOf(() => parseLock(text.join('\n')))).toEqual({
      code: 'LOCK_MERGE_CONFLICT',
      message:
        `egress.lock.json has the merge-conflict marker '${marker.slice(0, 7)}' in line 5; take the whole file of one side ` +
        "with 'git checkout --theirs', run 'exchange-keys allowlist lock', then enter again what the other side had entered: what drains, and " +
        'what exchanges were told and have dropped',
    });
  });
});

test('a text that is not JSON is refused', () => {
  const { code, message } = refusalOf(() => parseLock('{"schemaVersion":1'));
  expect(code).toBe('LOCK_NOT_JSON');
  expect(message).toMatch(/^egress\.lock\.json is not JSON \(.+\); revert the edit that broke it$/);
});

test('an edit by hand is refused, unless it is to be written again', () => {
  const edited = { ...LOCK, regions: { 'eu-west-1': [entry('a', 1)] } };
  const { code, message } = refusalOf(() => parse(edited));
  expect(code).toBe('LOCK_EDITED');
  expect(message).toBe(
    `$.hash: '${LOCK.hash}' does not fit the content, whose hash is '${lockHash(edited)}': the lock was edited by hand or merged; ` +
      "revert the edit, or read it and run 'exchange-keys allowlist lock --accept-edited'",
  );
  expect(parse(edited, { acceptEdited: true })).toEqual(lockOf(entry('a', 1)));
});

describe('a key that is there twice', () => {
  const text = serializeLock(LOCK);
  const twice: [what: string, text: string][] = [
    ['a region', text.replace('"regions": {', '"regions": { "eu-west-1": [],')],
    ['a field', text.replace('"told": {', '"told": { "other": "2026-01-01" }, "told": {')],
    ['an escaped name of the same', text.replace('"regions": {', '"regions": { "eu-west-\\u0031": [],')],
  ];
  test.each(twice)('is refused: %s', (_what, given) => {
    expect(codeOf(() => parseLock(given))).toBe('LOCK_AMBIGUOUS');
    expect(codeOf(() => parseLock(given, { acceptEdited: true }))).toBe('LOCK_AMBIGUOUS');
  });

  test('blanks are no matter', () => {
    expect(parseLock(text.replace(/\n */g, '\r\n\t'))).toEqual(LOCK);
    expect(parseLock(JSON.stringify(LOCK))).toEqual(LOCK);
  });
});

test('another order of the same content is no edit', () => {
  const turned = { ...LOCK, regions: { 'eu-west-1': [...LOCK.regions['eu-west-1']].reverse() } };
  expect(parse(turned)).toEqual(LOCK);
});

test('a documentation address outside production, a loopback address of a local AWS API', () => {
  const at = (address: string, environment: string) => sealed({ ...lockOf(entry('a', 1, { address })), environment });
  expect(parse(at('203.0.113.10', 'dev')).environment).toBe('dev');
  expect(codeOf(() => parse(at('203.0.113.10', 'prod')))).toBe('ALLOWLIST_DOCUMENTATION');
  expect(parse(at('127.0.0.9', 'prod'), { localAws: true }).environment).toBe('prod');
  expect(refusalOf(() => parse(at('127.0.0.9', 'prod')))).toEqual({
    code: 'ALLOWLIST_LOOPBACK',
    message:
      "$.regions.eu-west-1[0].address: '127.0.0.9/32' is in the loopback range 127.0.0.0/8, which an exchange never sees; " +
      'use the public egress address',
  });
});

test('an extra environment', () => {
  const lock = sealed({ ...LOCK, environment: 'demo' });
  expect(codeOf(() => parse(lock))).toBe('ENVIRONMENT_UNKNOWN');
  expect(parse(lock, { environments: { demo: { production: false } } }).environment).toBe('demo');
});

const REFUSED: [what: string, value: unknown, policy: ParseLockPolicy, code: string, message: string][] = [
  ['an array', [], {}, 'LOCK_WRONG_TYPE', '$: an array was given; write an object'],
  [
    'a later version with other keys',
    { schemaVersion: 2, zones: [] },
    {},
    'LOCK_SCHEMA_VERSION',
    "$.schemaVersion: '2' is unknown, allowed is 1; upgrade cdk-exchange-keys where the lock is read",
  ],
  [
    'no environment',
    { schemaVersion: 1, hash: LOCK.hash, regions: {} },
    {},
    'LOCK_MISSING_KEY',
    "$: key 'environment' is missing; add it",
  ],
  [
    'an unknown key of an entry',
    withFirst({ note: 'x' }),
    {},
    'LOCK_UNKNOWN_KEY',
    "$.regions.eu-west-1[0]: key 'note' is unknown, allowed are availabilityZone, allocationId, address, role, since, told, retireAfter, reason, approvedBy; remove it",
  ],
  [
    'a region without entries',
    { ...LOCK, regions: { 'eu-west-1': [] } },
    {},
    'LOCK_EMPTY_REGION',
    '$.regions.eu-west-1: the array is empty; a region has one item at least',
  ],
  [
    'a name that is no region',
    { ...LOCK, regions: { europe: LOCK.regions['eu-west-1'] } },
    {},
    'LOCK_MALFORMED_VALUE',
    "$.regions: name 'europe' is malformed; write a region name such as 'eu-west-1'",
  ],
  [
    'a role in capitals',
    withFirst({ role: 'Active' }),
    {},
    'LOCK_MALFORMED_VALUE',
    "$.regions.eu-west-1[0].role: 'Active' is malformed; write 'active', 'standby' or 'draining'",
  ],
  [
    'a reason on two lines',
    withFirst({ reason: 'one\ntwo' }),
    {},
    'LOCK_MALFORMED_VALUE',
    "$.regions.eu-west-1[0].reason: 'one\\u000atwo' is malformed; write 1 to 200 printable characters on one line",
  ],
  [
    'a reason that turns the direction of the text',
    withFirst({ reason: 'a\u202eb' }),
    {},
    'LOCK_MALFORMED_VALUE',
    "$.regions.eu-west-1[0].reason: 'a\\u202eb' is malformed; write 1 to 200 printable characters on one line",
  ],
  [
    'a name that is no exchange',
    withFirst({ told: { XXKK: '2026-10-02' } }),
    {},
    'LOCK_MALFORMED_VALUE',
    "$.regions.eu-west-1[0].told: name 'XXKK' is malformed; write lower-case words of letters and digits joined by hyphens, at most 31 characters, a letter first",
  ],
  [
    'told on no day',
    withFirst({ told: { xxkk: 'yes' } }),
    {},
    'LOCK_MALFORMED_VALUE',
    "$.regions.eu-west-1[0].told.xxkk: 'yes' is malformed; write a day such as '2026-11-22'",
  ],
  [
    'told on a day that is not in the calendar',
    withFirst({ told: { xxkk: '2026-02-30' } }),
    {},
    'DAY_MALFORMED',
    "$.regions.eu-west-1[0].told: xxkk '2026-02-30' is not a day; write it as YYYY-MM-DD, for example 2026-11-22",
  ],
  [
    'since a day that is not in the calendar',
    withFirst({ since: '2026-13-01' }),
    {},
    'DAY_MALFORMED',
    "$.regions.eu-west-1[0]: since '2026-13-01' is not a day; write it as YYYY-MM-DD, for example 2026-11-22",
  ],
  [
    'to be gone on a day that is not in the calendar',
    withFirst({ retireAfter: '2027-02-29' }),
    {},
    'DAY_MALFORMED',
    "$.regions.eu-west-1[0]: retireAfter '2027-02-29' is not a day; write it as YYYY-MM-DD, for example 2026-11-22",
  ],
  [
    'another environment',
    LOCK,
    { environment: 'staging' },
    'LOCK_OTHER_ENVIRONMENT',
    "$.environment: 'prod' is not the environment that was asked for, 'staging'; use the lock of 'staging'",
  ],
  [
    'an address twice, in two regions',
    lockIn({
      'eu-west-1': [entry('a', 1)],
      'eu-west-2': [entry('a', 2, { availabilityZone: 'eu-west-2a', address: entry('a', 1).address })],
    }),
    {},
    'LOCK_DUPLICATE',
    "$.regions.eu-west-2[0].address: '52.210.0.1' is already in $.regions.eu-west-1[0]; revert the edit or merge that wrote it twice",
  ],
  [
    'an allocation id twice',
    lockOf(entry('a', 1), draining('a', 2, { allocationId: entry('a', 1).allocationId })),
    {},
    'LOCK_DUPLICATE',
    "$.regions.eu-west-1[1].allocationId: 'eipalloc-00000000000000001' is already in $.regions.eu-west-1[0]; revert the edit or merge that wrote it twice",
  ],
  [
    'two addresses of a zone that do not drain',
    lockOf(entry('a', 1), entry('a', 2, { role: 'standby' })),
    {},
    'LOCK_ZONE_TWICE',
    "$.regions.eu-west-1[1]: zone 'eu-west-1a' already has $.regions.eu-west-1[0], and one address of a zone at most is not draining; revert the edit or merge that wrote both",
  ],
  [
    'a zone of another region',
    lockOf(entry('a', 1, { availabilityZone: 'us-east-1a' })),
    {},
    'AVAILABILITY_ZONE_OF_OTHER_REGION',
    "$.regions.eu-west-1[0].availabilityZone: availability zone 'us-east-1a' is in region 'us-east-1', not in 'eu-west-1'; write a zone such as 'eu-west-1a'",
  ],
  [
    'a private address',
    withFirst({ address: '10.0.0.1' }),
    {},
    'ALLOWLIST_PRIVATE',
    "$.regions.eu-west-1[0].address: '10.0.0.1/32' is in the private (RFC 1918) range 10.0.0.0/8, which an exchange never sees; use the public egress address",
  ],
  [
    'to be gone on its first day',
    withFirst({ retireAfter: '2026-10-01' }),
    {},
    'LOCK_RETIRE_AFTER_NOT_AFTER_SINCE',
    "$.regions.eu-west-1[0].retireAfter: '2026-10-01' is not after since, '2026-10-01'; write a later day",
  ],
  [
    'draining without an end',
    withFirst({ role: 'draining' }),
    {},
    'LOCK_DRAINING_WITHOUT_RETIRE_AFTER',
    "$.regions.eu-west-1[0]: '52.210.0.1' is draining and has no retireAfter; revert the edit",
  ],
];

test.each(REFUSED)('refused is %s', (_what, value, policy, code, message) => {
  expect(refusalOf(() => parse(value, policy))).toEqual({ code, message });
});
