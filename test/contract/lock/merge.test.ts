import type { AllowlistDocument, AllowlistRole } from '../../../contract/allowlist';
import { type LockDocument, type MergeOptions, mergeDeployed } from '../../../contract/lock';
import { codeOf, refusalOf } from '../refusal';
import { addressOf, allocationOf } from './arbitraries';
import { draining, entry, lockIn, lockOf } from './fixture';

type Deployed = [letter: string, n: number, role?: AllowlistRole];
const deployed = (...zones: Deployed[]): AllowlistDocument => deployedIn('eu-west-1', ...zones);
const deployedIn = (region: string, ...zones: Deployed[]): AllowlistDocument => ({
  schemaVersion: 1,
  environment: 'prod',
  region,
  cidrs: zones.map(([, n]) => `${addressOf(n)}/32`),
  entries: zones.map(([letter, n, role = 'active']) => ({
    availabilityZone: region + letter,
    allocationId: allocationOf(n),
    address: addressOf(n),
    cidr: `${addressOf(n)}/32`,
    role,
  })),
});
const merge = (lock: LockDocument | undefined, documents: AllowlistDocument[], options: Partial<MergeOptions> = {}) => {
  const { document, changes } = mergeDeployed(lock, documents, { today: '2026-11-22', ...options });
  return { document, words: changes.map(({ kind, words }) => `${kind}: ${words}`) };
};

const A = entry('a', 1, { reason: 'r', approvedBy: 'PR 1' });
const B = entry('b', 2, { role: 'standby' });
const LOCK = lockOf(A, B);

test('the first lock has what is deployed, of every region, told to nobody', () => {
  const first = merge(undefined, [deployedIn('us-east-1', ['a', 7]), deployed(['a', 1], ['b', 2, 'standby'])]);
  const fresh = { since: '2026-11-22', told: {} };
  expect(first.document).toEqual(
    lockIn({
      'eu-west-1': [entry('a', 1, fresh), { ...B, ...fresh }],
      'us-east-1': [entry('a', 7, { ...fresh, availabilityZone: 'us-east-1a' })],
    }),
  );
  expect(first.words).toContain(
    "added: eu-west-1b 52.210.0.2: added as standby; allowlist it at every exchange, then run 'exchange-keys allowlist told'",
  );
});

test('nothing changes when what is deployed is locked', () => {
  expect(merge(LOCK, [deployed(['a', 1], ['b', 2, 'standby'])])).toEqual({ document: LOCK, words: [] });
});

test('a role follows; day, exchanges, reason and approval stay', () => {
  expect(merge(LOCK, [deployed(['a', 1, 'standby'], ['b', 2])])).toEqual({
    document: lockOf({ ...A, role: 'standby' }, { ...B, role: 'active' }),
    words: [
      'role-changed: eu-west-1a 52.210.0.1: standby, was active',
      'role-changed: eu-west-1b 52.210.0.2: active, was standby',
    ],
  });
});

test('an address that is gone drains for 30 days, beside the one that took its place', () => {
  expect(merge(LOCK, [deployed(['a', 9], ['b', 2, 'standby'])])).toEqual({
    document: lockOf(
      entry('a', 9, { since: '2026-11-22', told: {} }),
      { ...A, role: 'draining', retireAfter: '2026-12-22' },
      B,
    ),
    words: [
      "draining: eu-west-1a 52.210.0.1: draining, was active, to be gone by 2026-12-22; remove it at xxkk, then run 'exchange-keys allowlist dropped' for each",
      "added: eu-west-1a 52.210.0.9: added as active; allowlist it at every exchange, then run 'exchange-keys allowlist told'",
    ],
  });
});

test('the days are chosen, over the end of a leap year’s February', () => {
  const after = (today: string, retireDays: number) =>
    merge(LOCK, [deployed(['a', 1])], { today, retireDays }).document.regions['eu-west-1'][1].retireAfter;
  expect(after('2028-02-28', 1)).toBe('2028-02-29');
  expect(after('2028-02-28', 2)).toBe('2028-03-01');
});

test('what drains keeps its day', () => {
  const lock = lockOf(A, draining('b', 2));
  expect(merge(lock, [deployed(['a', 1])]).document).toEqual(lock);
});

test('a temporary address that leaves keeps a day to come; a day that has passed gives exchanges time', () => {
  const after = (retireAfter: string) =>
    merge(lockOf(A, { ...B, retireAfter }), [deployed(['a', 1])]).document.regions['eu-west-1'][1].retireAfter;
  expect(after('2026-11-23')).toBe('2026-11-23');
  expect(after('2026-11-22')).toBe('2026-12-22');
});

test('a temporary address that stays keeps its day in another role', () => {
  const lock = lockOf(A, { ...B, retireAfter: '2027-01-01' });
  expect(merge(lock, [deployed(['a', 1], ['b', 2])]).document).toEqual(
    lockOf(A, { ...B, role: 'active', retireAfter: '2027-01-01' }),
  );
});

describe('a standby address', () => {
  const documents = [deployed(['a', 1], ['b', 2, 'standby'])];
  const drained = { ...B, role: 'draining' as const, retireAfter: '2026-12-22' };

  test('drains when that is wanted, and goes on draining while it is deployed', () => {
    const { document, words } = merge(LOCK, documents, { drain: [B.address] });
    expect(document).toEqual(lockOf(A, drained));
    expect(words).toHaveLength(1);
    expect(merge(document, documents)).toEqual({ document, words: [] });
  });

  test('is restored when that is wanted, without its day', () => {
    expect(merge(lockOf(A, drained), documents, { restore: [B.address] })).toEqual({
      document: LOCK,
      words: ['restored: eu-west-1b 52.210.0.2: standby again, was draining; make sure that xxkk still lets it in'],
    });
  });

  test('that drains and yet is active is active: the lock says what is', () => {
    expect(merge(lockOf(A, drained), [deployed(['a', 1], ['b', 2])]).document).toEqual(
      lockOf(A, { ...B, role: 'active' }),
    );
  });

  test('that drains and comes to another zone is standby there', () => {
    expect(merge(lockOf(A, drained), [deployed(['a', 1], ['c', 2, 'standby'])])).toEqual({
      document: lockOf(A, { ...B, availabilityZone: 'eu-west-1c' }),
      words: [
        'moved: eu-west-1c 52.210.0.2: moved here from eu-west-1b',
        'restored: eu-west-1c 52.210.0.2: standby again, was draining; make sure that xxkk still lets it in',
      ],
    });
  });
});

test('the same address with another allocation id is the same to every exchange', () => {
  const document = deployed(['a', 1], ['b', 2, 'standby']);
  const entries = document.entries.map((each) =>
    each.address === A.address ? { ...each, allocationId: allocationOf(9) } : each,
  );
  expect(merge(LOCK, [{ ...document, entries }])).toEqual({
    document: lockOf({ ...A, allocationId: allocationOf(9) }, B),
    words: [
      'reallocated: eu-west-1a 52.210.0.1: has allocation id eipalloc-00000000000000009, before eipalloc-00000000000000001',
    ],
  });
});

test('what no exchange knows is dropped when that is wanted, and only then', () => {
  const lock = lockOf(A, draining('b', 2, { told: {} }));
  expect(merge(lock, [deployed(['a', 1])]).document).toEqual(lock);
  expect(merge(lock, [deployed(['a', 1])], { drop: [B.address] })).toEqual({
    document: lockOf(A),
    words: ['dropped: eu-west-1b 52.210.0.2: dropped from the lock'],
  });
});

test('a region that is gone drains, and leaves the lock with its last address', () => {
  const lock = lockIn({ 'eu-west-1': [A], 'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a', told: {} })] });
  const { document } = merge(lock, [deployed(['a', 1])], { removedRegions: ['us-east-1'] });
  expect(document.regions['us-east-1'].map(({ role }) => role)).toEqual(['draining']);
  const options = { removedRegions: ['us-east-1'], drop: [addressOf(7)] };
  expect(merge(document, [deployed(['a', 1])], options).document).toEqual(lockIn({ 'eu-west-1': [A] }));
});

test('a region that could not be read and only drains does not change', () => {
  const lock = lockIn({ 'eu-west-1': [A], 'us-east-1': [draining('a', 7, { availabilityZone: 'us-east-1a' })] });
  expect(merge(lock, [deployed(['a', 1])])).toEqual({ document: lock, words: [] });
});

describe('refused is', () => {
  const both = [deployed(['a', 1], ['b', 2, 'standby'])];
  const free = lockOf(A, draining('b', 2, { told: {} }));
  const REFUSED: [what: string, () => unknown, code: string, message: string][] = [
    [
      'nothing to lock',
      () => merge(undefined, []),
      'LOCK_NOTHING_DEPLOYED',
      "nothing is deployed, so there is nothing to lock; deploy, then run 'exchange-keys allowlist lock'",
    ],
    [
      'a document of another environment',
      () => merge(LOCK, [{ ...both[0], environment: 'dev' }]),
      'LOCK_DEPLOYED_OTHER_ENVIRONMENT',
      "the document of eu-west-1 is of environment 'dev', the lock of 'prod'; use one lock per environment",
    ],
    [
      'a region read twice',
      () => merge(LOCK, [...both, ...both]),
      'LOCK_DEPLOYED_TWICE',
      "'eu-west-1' is in the documents of what is deployed twice; read one document per region of one account",
    ],
    [
      'an allocation with another address',
      () =>
        merge(lockOf(A), [
          { ...deployed(['a', 9]), entries: [{ ...deployed(['a', 9]).entries[0], allocationId: allocationOf(1) }] },
        ]),
      'LOCK_ALLOCATION_OTHER_ADDRESS',
      "'eipalloc-00000000000000001' is '52.210.0.1' in the lock and '52.210.0.9' deployed, yet an allocation never changes its address; " +
        'check the account and the environment of the lock',
    ],
    [
      'a region that was not read',
      () => merge(LOCK, []),
      'LOCK_REGION_NOT_READ',
      "region 'eu-west-1' has '52.210.0.1' in the lock and no allowlist document was read from it; " +
        "run 'exchange-keys allowlist lock' again when it can be read, or with '--removed-region eu-west-1' if it is no longer deployed",
    ],
    [
      'a removed region that is not in the lock',
      () => merge(LOCK, both, { removedRegions: ['us-east-1'] }),
      'LOCK_REGION_UNKNOWN',
      "removed region 'us-east-1' is not in the lock, known are eu-west-1; name one of these",
    ],
    [
      'a removed region that is there',
      () => merge(LOCK, both, { removedRegions: ['eu-west-1'] }),
      'LOCK_REGION_STILL_DEPLOYED',
      "region 'eu-west-1' was named as removed, but its allowlist document is there; delete the stacks of its network and of its addresses first, which keeps the addresses themselves",
    ],
    [
      'draining what is active',
      () => merge(LOCK, both, { drain: [A.address] }),
      'LOCK_DRAIN_ACTIVE',
      "address '52.210.0.1' is active; make its zone standby and deploy, then run 'exchange-keys allowlist lock --drain 52.210.0.1'",
    ],
    [
      'restoring what is not deployed',
      () => merge(free, [deployed(['a', 1])], { restore: [B.address] }),
      'LOCK_NOT_DEPLOYED',
      "address '52.210.0.2' is not deployed in any region that was read, so it drains already and cannot be restored; leave it out",
    ],
    [
      'dropping what is deployed',
      () => merge(free, both, { drop: [B.address] }),
      'LOCK_DROP_DEPLOYED',
      "address '52.210.0.2' is still deployed; remove its zone from the template and deploy, then drop it",
    ],
    [
      'dropping what an exchange knows',
      () => merge(lockOf(A, draining('b', 2)), [deployed(['a', 1])], { drop: [B.address] }),
      'LOCK_DROP_STILL_KNOWN',
      "address '52.210.0.2' is still let in by xxkk; remove it there, run 'exchange-keys allowlist dropped', then drop it",
    ],
    [
      'two wishes for one address',
      () => merge(LOCK, both, { drain: [B.address], restore: [B.address] }),
      'LOCK_NAMED_TWICE',
      "address '52.210.0.2' is to be drained, restored or dropped more than once; name it once",
    ],
    [
      'an address that is not in the lock',
      () => merge(LOCK, both, { drop: ['52.210.0.77'] }),
      'LOCK_ADDRESS_UNKNOWN',
      "address '52.210.0.77' is not in the lock, known are 52.210.0.1, 52.210.0.2; run 'exchange-keys allowlist lock' if it is deployed",
    ],
    [
      'a number of days that is none',
      () => merge(LOCK, both, { retireDays: 0.5 }),
      'LOCK_RETIRE_DAYS',
      'retireDays is 0.5; write a whole number from 1 to 365',
    ],
  ];
  test.each(REFUSED)('%s', (_what, call, code, message) => {
    expect(refusalOf(call)).toEqual({ code, message });
  });

  test('dropping from a region that was not read, though it drains there', () => {
    const lock = lockIn({
      'eu-west-1': [A],
      'us-east-1': [draining('a', 7, { availabilityZone: 'us-east-1a', told: {} })],
    });
    expect(codeOf(() => merge(lock, [deployed(['a', 1])], { drop: [addressOf(7)] }))).toBe('LOCK_REGION_NOT_READ');
  });

  test.each([0, 366, Number.NaN])('%s days', (retireDays) => {
    expect(codeOf(() => merge(LOCK, both, { retireDays }))).toBe('LOCK_RETIRE_DAYS');
  });
});
