import fc from 'fast-check';
import { type AllowlistDocument, type AllowlistEntry, diffAllowlists } from '../../../contract/allowlist';
import { refusalOf } from '../refusal';
import { anyDocument } from './arbitraries';

const entry = (letter: string, host: number, role: AllowlistEntry['role'] = 'active'): AllowlistEntry => ({
  availabilityZone: `eu-west-1${letter}`,
  allocationId: `eipalloc-${host.toString(16).padStart(17, '0')}`,
  address: `52.210.1.${host}`,
  cidr: `52.210.1.${host}/32`,
  role,
});
const document = (...entries: AllowlistEntry[]): AllowlistDocument => ({
  schemaVersion: 1,
  environment: 'prod',
  region: 'eu-west-1',
  cidrs: entries.map(({ cidr }) => cidr),
  entries,
});
const NOTHING = { added: [], removed: [], roleChanged: [], moved: [], replaced: [], cidrsAdded: [], cidrsRemoved: [] };

test('an address in a new zone is added, and to register', () => {
  expect(diffAllowlists(document(entry('a', 1)), document(entry('a', 1), entry('b', 2)))).toEqual({
    ...NOTHING,
    added: [entry('b', 2)],
    cidrsAdded: ['52.210.1.2/32'],
  });
});

test('an address of a zone that is left is removed', () => {
  expect(diffAllowlists(document(entry('a', 1), entry('b', 2)), document(entry('a', 1)))).toEqual({
    ...NOTHING,
    removed: [entry('b', 2)],
    cidrsRemoved: ['52.210.1.2/32'],
  });
});

test('a failover changes roles, and nothing at the exchange', () => {
  const before = document(entry('a', 1), entry('b', 2, 'standby'));
  const after = document(entry('a', 1, 'standby'), entry('b', 2));
  expect(diffAllowlists(before, after)).toEqual({
    ...NOTHING,
    roleChanged: [
      { before: entry('a', 1), after: entry('a', 1, 'standby') },
      { before: entry('b', 2, 'standby'), after: entry('b', 2) },
    ],
  });
});

test('an address in another zone is moved', () => {
  expect(diffAllowlists(document(entry('a', 1)), document(entry('b', 1)))).toEqual({
    ...NOTHING,
    moved: [{ before: entry('a', 1), after: entry('b', 1) }],
  });
});

test('two addresses that trade zones are moved, and each zone has another address', () => {
  const before = document(entry('a', 1), entry('b', 2));
  const after = document(entry('a', 2), entry('b', 1));
  expect(diffAllowlists(before, after)).toEqual({
    ...NOTHING,
    moved: [
      { before: entry('b', 2), after: entry('a', 2) },
      { before: entry('a', 1), after: entry('b', 1) },
    ],
    replaced: [
      { before: entry('a', 1), after: entry('a', 2) },
      { before: entry('b', 2), after: entry('b', 1) },
    ],
  });
});

test('another address in a zone is replaced, added and removed', () => {
  expect(diffAllowlists(document(entry('a', 1)), document(entry('a', 2)))).toEqual({
    ...NOTHING,
    added: [entry('a', 2)],
    removed: [entry('a', 1)],
    replaced: [{ before: entry('a', 1), after: entry('a', 2) }],
    cidrsAdded: ['52.210.1.2/32'],
    cidrsRemoved: ['52.210.1.1/32'],
  });
});

test('an allocation id with another address is another address', () => {
  const changed = { ...entry('a', 1), address: '52.210.1.9', cidr: '52.210.1.9/32' };
  const diff = diffAllowlists(document(entry('a', 1)), document(changed));
  expect([diff.added, diff.removed]).toEqual([[changed], [entry('a', 1)]]);
});

test.each([{ environment: 'dev' }, { region: 'us-east-1' }])('a document with %j is not comparable', (other) => {
  const after = { ...document(entry('a', 1)), ...other };
  expect(refusalOf(() => diffAllowlists(document(entry('a', 1)), after))).toEqual({
    code: 'ALLOWLIST_DIFF_OF_OTHERS',
    message:
      `allowlists of prod in eu-west-1 and of ${after.environment} in ${after.region} have nothing to compare; ` +
      'compare two documents of the same environment and region',
  });
});

describe('for any two documents', () => {
  const two = fc
    .tuple(anyDocument, anyDocument)
    .map(([before, after]) => [before, { ...after, region: before.region }]);

  test('a document does not differ from itself', () => {
    fc.assert(fc.property(anyDocument, (same) => expect(diffAllowlists(same, same)).toEqual(NOTHING)));
  });

  test('what is added in one direction is removed in the other', () => {
    fc.assert(
      fc.property(two, ([before, after]) => {
        const forth = diffAllowlists(before, after);
        const back = diffAllowlists(after, before);
        expect([forth.added, forth.cidrsAdded]).toEqual([back.removed, back.cidrsRemoved]);
        expect(forth.moved).toHaveLength(back.moved.length);
        expect(forth.roleChanged).toHaveLength(back.roleChanged.length);
      }),
    );
  });

  test('the entries before, less the removed, plus the added, are the addresses after', () => {
    const addresses = (entries: readonly AllowlistEntry[]) => entries.map(({ address }) => address).sort();
    fc.assert(
      fc.property(two, ([before, after]) => {
        const { added, removed } = diffAllowlists(before, after);
        const kept = before.entries.filter((entry) => !removed.includes(entry));
        expect(addresses([...kept, ...added])).toEqual(addresses(after.entries));
      }),
    );
  });
});
