// What `diff` and `verify` say of lock and deployed state: nothing after `lock` has run, and each difference alone.
import fc from 'fast-check';
import { compareLock } from '../../../../bin/cli/allowlist/compare-lock';
import { type LockRole, mergeDeployed } from '../../../../contract/lock';
import { anyDocuments, document } from '../../../contract/allowlist-formats/arbitraries';
import { anyLock } from '../../../contract/lock/arbitraries';
import { draining, entry, lockOf } from '../../../contract/lock/fixture';

const REGION = 'eu-west-1';
const today = '2026-11-22';

/** Zone a of the region with the address of `entry('a', 1)`. */
const deployed = (change: object = {}) => {
  const found = document(REGION, { a: ['52.210.0.1', 'active'] });
  const entries = [{ ...found.entries[0], allocationId: entry('a', 1).allocationId, ...change }];
  return { regions: [REGION], documents: [{ ...found, entries }] };
};

test.each([
  ['equal', lockOf(entry('a', 1)), deployed(), []],
  ['no lock', undefined, deployed(), ['ADDRESS_NOT_LOCKED eu-west-1a 52.210.0.1']],
  ['moved', lockOf(entry('b', 1)), deployed(), ['ADDRESS_MOVED eu-west-1a 52.210.0.1']],
  [
    'another id',
    lockOf(entry('a', 1, { allocationId: 'eipalloc-00000000' })),
    deployed(),
    ['ADDRESS_REALLOCATED eu-west-1a 52.210.0.1'],
  ],
  [
    'another role',
    lockOf(entry('a', 1)),
    deployed({ role: 'standby' }),
    ['ADDRESS_ROLE_DIFFERS eu-west-1a 52.210.0.1'],
  ],
  ['active while it drains', lockOf(draining('a', 1)), deployed(), ['ADDRESS_ROLE_DIFFERS eu-west-1a 52.210.0.1']],
  ['standby while it drains', lockOf(draining('a', 1)), deployed({ role: 'standby' }), []],
  ['gone while it drains', lockOf(entry('a', 1), draining('b', 2)), deployed(), []],
  ['not deployed', lockOf(entry('a', 1), entry('b', 2)), deployed(), ['ADDRESS_NOT_DEPLOYED eu-west-1b 52.210.0.2']],
  [
    'replaced',
    lockOf(entry('a', 2)),
    deployed(),
    ['ADDRESS_NOT_DEPLOYED eu-west-1a 52.210.0.2', 'ADDRESS_NOT_LOCKED eu-west-1a 52.210.0.1'],
  ],
  [
    'not read',
    lockOf(entry('a', 1), draining('b', 2)),
    { regions: ['us-east-1'], documents: [] },
    ['LOCK_REGION_NOT_READ eu-west-1a 52.210.0.1'],
  ],
])('%s', (_, lock, state, expected) => {
  const found = compareLock(lock, state);
  expect(found.map(({ code, availabilityZone, address }) => `${code} ${availabilityZone} ${address}`)).toEqual(
    expected,
  );
  for (const { words, region } of found) {
    expect(words).toMatch(/^eu-west-1. 52\.210\.0\.\d: .*; /);
    expect(region).toBe(REGION);
  }
});

const everywhere = (documents: ReturnType<typeof document>[]) => ({
  regions: documents.map(({ region }) => region),
  documents,
});

test('a lock that was just written has no differences', () => {
  fc.assert(
    fc.property(anyDocuments(), (documents) => {
      const { document: lock } = mergeDeployed(undefined, documents, { today });
      expect(compareLock(lock, everywhere(documents))).toEqual([]);
    }),
  );
});

test('what `lock` would add or change is a difference, and nothing else is', () => {
  fc.assert(
    fc.property(anyLock, anyDocuments(), (lock, documents) => {
      const regions = [...new Set([...Object.keys(lock.regions), ...documents.map(({ region }) => region)])];
      let changes: ReturnType<typeof mergeDeployed>['changes'];
      try {
        const removedRegions = Object.keys(lock.regions).filter(
          (name) => !documents.some(({ region }) => region === name),
        );
        ({ changes } = mergeDeployed(lock, documents, { today, removedRegions }));
      } catch {
        return fc.pre(false); // a state that `lock` refuses altogether
      }
      const differing = new Set(compareLock(lock, { regions, documents }).map(({ address }) => address));
      expect([...differing].sort()).toEqual([...new Set(changes.map(({ address }) => address))].sort());
    }),
  );
});

test('every role of the lock is held against every deployed one', () => {
  const differs = (locked: LockRole, role: string) =>
    compareLock(lockOf(locked === 'draining' ? draining('a', 1) : entry('a', 1, { role: locked })), deployed({ role }))
      .length > 0;
  const roles = (['active', 'standby', 'draining'] as const).flatMap((locked) =>
    ['active', 'standby'].filter((role) => differs(locked, role)).map((role) => `${locked} ${role}`),
  );
  expect(roles).toEqual(['active standby', 'standby active', 'draining active']);
});
