import fc from 'fast-check';
import {
  type LockDocument,
  type LockEntry,
  lockHash,
  parseLock,
  sealLock,
  serializeLock,
} from '../../../contract/lock';
import { codeOf } from '../refusal';
import { addressOf, allocationOf, anyLock } from './arbitraries';

const entry = (letter: string, n: number): LockEntry => ({
  told: { xxkk: '2026-10-02', kraken: '2026-10-03' },
  since: '2026-10-01',
  role: 'active',
  address: addressOf(n),
  allocationId: allocationOf(n),
  availabilityZone: `eu-west-1${letter}`,
});
const lock = (...entries: LockEntry[]): LockDocument =>
  sealLock({ schemaVersion: 1, environment: 'prod', regions: { 'eu-west-1': entries } });

test('written is a field a line, in the order of the schema, with the hash', () => {
  expect(serializeLock({ ...lock(entry('a', 1)), hash: 'fnv1a64:0000000000000000' })).toBe(`{
  "schemaVersion": 1,
  "environment": "prod",
  "hash": "fnv1a64:c777a89843c0a001",
  "regions": {
    "eu-west-1": [
      {
        "availabilityZone": "eu-west-1a",
        "allocationId": "eipalloc-00000000000000001",
        "address": "52.210.0.1",
        "role": "active",
        "since": "2026-10-01",
        "told": {
          "kraken": "2026-10-03",
          "xxkk": "2026-10-02"
        }
      }
    ]
  }
}
`);
});

test('what is written is read as the same lock, and written the same again', () => {
  fc.assert(
    fc.property(anyLock, (given) => {
      const text = serializeLock(given);
      expect(parseLock(text, { environment: 'prod' })).toEqual(given);
      expect(serializeLock(parseLock(text))).toBe(text);
    }),
  );
});

test('the order of regions, entries and exchanges does not matter', () => {
  fc.assert(
    fc.property(anyLock, (given) => {
      const turned = (value: object) => Object.fromEntries(Object.entries(value).reverse());
      const regions = Object.fromEntries(
        Object.entries(given.regions)
          .map(([name, entries]): [string, LockEntry[]] => [
            name,
            [...entries].reverse().map((each) => ({ ...each, told: turned(each.told) })),
          ])
          .reverse(),
      );
      expect(serializeLock({ ...given, regions })).toBe(serializeLock(given));
    }),
  );
});

test('an entry more touches its own lines, the hash and a comma at most', () => {
  fc.assert(
    fc.property(anyLock, fc.constantFrom(...'aeh'), (given, letter) => {
      const old = given.regions['eu-west-1'] ?? [entry('b', 900)];
      const more: LockEntry = { ...entry(letter, 901), role: 'draining', retireAfter: '2099-01-01' };
      const before = sealLock({ ...given, regions: { ...given.regions, 'eu-west-1': old } });
      const after = sealLock({ ...given, regions: { ...given.regions, 'eu-west-1': [...old, more] } });
      const lines = (document: LockDocument) =>
        serializeLock(document)
          .split('\n')
          .map((line) => line.replace(/,$/, ''))
          .filter((line) => !line.includes('"hash"'));
      const own = lines(lock(more)).length - lines(lock()).length - 3;
      const [short, long] = [lines(before), lines(after)];
      expect(long.length - short.length).toBe(own);
      const from = short.findIndex((line, index) => line !== long[index]);
      expect([...long.slice(0, from), ...long.slice(from + own)]).toEqual(short);
    }),
  );
});

test('a lock that could not be read is not written', () => {
  expect(codeOf(() => serializeLock(lock(entry('a', 1), entry('a', 2))))).toBe('LOCK_ZONE_TWICE');
  expect(codeOf(() => serializeLock(lock(entry('a', 1)), { environment: 'dev' }))).toBe('LOCK_OTHER_ENVIRONMENT');
  const local = lock({ ...entry('a', 1), address: '127.0.0.9' });
  expect(codeOf(() => serializeLock(local))).toBe('ALLOWLIST_LOOPBACK');
  expect(parseLock(serializeLock(local, { localAws: true }), { localAws: true })).toEqual(local);
});

test('the hash is FNV-1a 64 of the canonical JSON', () => {
  const empty = { schemaVersion: 1, environment: 'prod', regions: {} } as const;
  let sum = 0xcbf29ce484222325n;
  for (const byte of Buffer.from('{"schemaVersion":1,"environment":"prod","regions":{}}')) {
    sum = ((sum ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  expect(lockHash(empty)).toBe(`fnv1a64:${sum.toString(16).padStart(16, '0')}`);
});

test('any one changed field changes the hash', () => {
  const given = { ...entry('a', 1), retireAfter: '2027-01-01', reason: 'r', approvedBy: 'PR 1' };
  const changes: Partial<LockEntry>[] = [
    { availabilityZone: 'eu-west-1b' },
    { allocationId: allocationOf(2) },
    { address: addressOf(2) },
    { role: 'standby' },
    { since: '2026-10-02' },
    { retireAfter: '2027-01-02' },
    { retireAfter: undefined },
    { reason: 'ř' },
    { approvedBy: 'PR 2' },
    { told: {} },
    { told: { ...given.told, xxkk: '2026-10-03' } },
  ];
  const hashes = changes.map((change) => lock({ ...given, ...change }).hash);
  expect(new Set([...hashes, lock(given).hash]).size).toBe(changes.length + 1);
});
