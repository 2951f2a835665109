// What is asked of an exchange: nothing in use is ever removed, nothing it knows is forgotten, and the lock takes what follows.
import fc from 'fast-check';
import type { AllowlistDocument, AllowlistRole } from '../../../contract/allowlist';
import { type ChangeRequest, egressList, requestedChanges } from '../../../contract/allowlist-formats';
import { containsCidr, parseCidr } from '../../../contract/cidr';
import { type LockDocument, type LockEntry, markDropped, markTold } from '../../../contract/lock';
import { addressOf, allocationOf, anyLock } from '../lock/arbitraries';
import { draining, entry, lockOf } from '../lock/fixture';
import { document } from './arbitraries';

const addresses = (list: ChangeRequest['add']) => list.map(({ address }) => address);
const read = (request: ChangeRequest) =>
  Object.fromEntries(Object.entries(request).map(([name, list]) => [name, addresses(list as ChangeRequest['add'])]));
const deployed = (zones: Record<string, [number, AllowlistRole]>, cidrs?: string[]) =>
  egressList([
    document(
      'eu-west-1',
      Object.fromEntries(Object.entries(zones).map(([letter, [n, role]]) => [letter, [addressOf(n), role]])),
      cidrs,
    ),
  ]);
const [ONE, TWO, THREE] = [1, 2, 3].map(addressOf);

test('without a lock everything is to be added', () => {
  const request = requestedChanges(deployed({ b: [2, 'standby'], a: [1, 'active'] }), undefined, 'xxkk');
  expect(read(request)).toEqual({
    add: [ONE, TWO],
    remove: [],
    during: [ONE, TWO],
    after: [ONE, TWO],
    notFound: [],
    notLocked: [ONE, TWO],
    inUseAgain: [],
  });
});

test('added first, removed later; another exchange is none of it', () => {
  const lock = lockOf(entry('a', 1), entry('b', 2, { told: { kraken: '2026-10-02' } }), draining('b', 3));
  const list = deployed({ a: [1, 'active'], b: [2, 'active'] });
  expect(read(requestedChanges(list, lock, 'xxkk'))).toMatchObject({
    add: [TWO],
    remove: [THREE],
    during: [ONE, TWO, THREE],
    after: [ONE, TWO],
    notLocked: [],
  });
  expect(read(requestedChanges(list, lock, 'kraken'))).toMatchObject({ add: [ONE], remove: [], after: [ONE, TWO] });
});

test('an address that drains while it is still deployed as standby leaves', () => {
  const lock = lockOf(entry('a', 1), draining('b', 2));
  const request = requestedChanges(deployed({ a: [1, 'active'], b: [2, 'standby'] }), lock, 'xxkk');
  expect(read(request)).toMatchObject({ add: [], remove: [TWO], after: [ONE], inUseAgain: [] });
  expect(request.remove[0].role).toBe('draining');
});

test.each([
  ['active', { a: [1, 'active'], b: [2, 'active'] }],
  ['standby in another zone', { a: [1, 'active'], c: [2, 'standby'] }],
] as const)('an address that the lock drains, and that is %s, stays', (_, zones) => {
  const lock = lockOf(entry('a', 1), draining('b', 2));
  const list = deployed(zones as unknown as Record<string, [number, AllowlistRole]>);
  expect(read(requestedChanges(list, lock, 'xxkk'))).toMatchObject({
    remove: [],
    after: [ONE, TWO],
    inUseAgain: [TWO],
  });
});

test('an address in use by the lock that no region has is kept, and never asked for', () => {
  const lock = lockOf(entry('a', 1), entry('b', 2), entry('c', 3, { told: {} }));
  expect(read(requestedChanges(deployed({ a: [1, 'active'] }), lock, 'xxkk'))).toMatchObject({
    add: [],
    remove: [],
    after: [ONE, TWO],
    notFound: [TWO],
  });
});

test('an address of the lock is in the block that is published', () => {
  const lock = lockOf(entry('a', 1), draining('b', 2));
  const { remove } = requestedChanges(deployed({ a: [1, 'active'] }, ['52.210.0.0/28']), lock, 'xxkk');
  expect(remove).toEqual([expect.objectContaining({ address: TWO, publishedCidr: '52.210.0.0/28' })]);
});

/** A lock, and a deployment with some of its addresses in any role, and some others. */
const anySituation = anyLock
  .filter(({ regions }) => Object.keys(regions).length > 0)
  .chain((lock) => {
    const locked = Object.entries(lock.regions).flatMap(([region, entries]) =>
      entries.map((each) => ({ region, each })),
    );
    const fate = fc.constantFrom<'gone' | AllowlistRole>('gone', 'active', 'standby');
    return fc.record({
      lock: fc.constant(lock),
      fates: fc.array(fate, { minLength: locked.length, maxLength: locked.length }),
      added: fc.integer({ min: 0, max: 2 }),
    });
  })
  .map(({ lock, fates, added }) => ({ lock, documents: deploy(lock, fates, added) }))
  .filter(({ documents }) => documents.length > 0);

function deploy(lock: LockDocument, fates: readonly ('gone' | AllowlistRole)[], added: number): AllowlistDocument[] {
  let at = 0;
  const all = Object.entries(lock.regions).map(([region, locked], number): AllowlistDocument => {
    const old = locked.flatMap(({ availabilityZone, address, allocationId }) => {
      const role = fates[at++];
      return role === 'gone' ? [] : [{ availabilityZone, allocationId, address, cidr: `${address}/32`, role }];
    });
    const more = Array.from({ length: added }, (_, index) => {
      const address = addressOf(1000 + number * 10 + index);
      const allocationId = allocationOf(1000 + number * 10 + index);
      return {
        availabilityZone: `${region}${'fgh'[index]}`,
        allocationId,
        address,
        cidr: `${address}/32`,
        role: 'active' as const,
      };
    });
    const entries = [...old, ...more];
    return { schemaVersion: 1, environment: 'prod', region, cidrs: entries.map(({ cidr }) => cidr), entries };
  });
  return all.filter(({ entries }) => entries.length > 0);
}

test('over any lock and any deployment', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anySituation, fc.constantFrom('xxkk', 'kraken', 'constructor', 'newcomer'), (situation, exchange) => {
      const { lock, documents } = situation;
      const entries = Object.values(lock.regions).flat();
      const told = entries.filter((each) => Object.hasOwn(each.told, exchange));
      const inLock = (address: string): LockEntry | undefined => entries.find((each) => each.address === address);
      const request = requestedChanges(egressList(documents), lock, exchange);
      const { add, remove, during, after, notLocked, inUseAgain } = read(request);

      for (const { address, role } of documents.flatMap((each) => each.entries)) {
        if (role === 'standby' && inLock(address)?.role === 'draining') continue;
        expect(after).toContain(address);
        expect(remove).not.toContain(address);
      }
      for (const address of remove)
        expect(inLock(address)).toMatchObject({ role: 'draining', told: { [exchange]: expect.anything() } });
      // nothing is forgotten on the way, and nothing asked for that is there
      expect(during.sort()).toEqual([...told.map(({ address }) => address), ...add].sort());
      expect([...after, ...remove].sort()).toEqual(during);
      for (const list of [request.during, request.after]) {
        expect(list.every(({ cidr, publishedCidr }) => containsCidr(parseCidr(publishedCidr), parseCidr(cidr)))).toBe(
          true,
        );
      }
      // the lock takes what the commands then enter
      if (add.length > 0 && notLocked.length + inUseAgain.length === 0) {
        markTold(lock, { exchange, addresses: add, day: '2026-11-22' });
        seen.add('told');
      }
      if (remove.length > 0) {
        markDropped(lock, { exchange, addresses: remove });
        seen.add('dropped');
      }
    }),
    { numRuns: 200 },
  );
  expect([...seen].sort()).toEqual(['dropped', 'told']);
});
