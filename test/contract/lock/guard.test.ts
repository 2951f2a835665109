import { type GuardedTemplate, guardRegions, guardTemplate, type LockDocument } from '../../../contract/lock';
import { codeOf } from '../refusal';
import { allocationOf } from './arbitraries';
import { draining, entry, lockIn, lockOf } from './fixture';

type Zones = { [letter: string]: 'active' | 'standby' };
const template = (zones: Zones, more: Partial<GuardedTemplate> = {}): GuardedTemplate => ({
  region: 'eu-west-1',
  zones: Object.entries(zones).map(([letter, role]) => ({ name: `eu-west-1${letter}`, role })),
  today: '2026-11-22',
  ...more,
});
const adopting = (letters: { [letter: string]: number }) => ({
  allocationIds: Object.fromEntries(
    Object.entries(letters).map(([letter, n]) => [`eu-west-1${letter}`, allocationOf(n)]),
  ),
});
const codes = (lock: LockDocument, given: GuardedTemplate) => guardTemplate(lock, given).map(({ code }) => code);

const A = entry('a', 1);
const B = entry('b', 2, { role: 'standby' });
const LOCK = lockOf(A, B);

describe('let through is', () => {
  const PASSED: [what: string, lock: LockDocument, given: GuardedTemplate][] = [
    ['what is locked', LOCK, template({ a: 'active', b: 'standby' })],
    ['either role for a locked address', LOCK, template({ a: 'standby', b: 'active' })],
    ['a region of which nothing is known yet', lockIn({}), template({ a: 'active' })],
    [
      'a new region that no exchange has to know',
      lockIn({ 'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a' })] }),
      template({ a: 'active' }),
    ],
    [
      'a new region as standby',
      lockIn({ 'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a' })] }),
      template({ a: 'standby' }, { requiredExchanges: ['xxkk'] }),
    ],
    [
      'the first region of all, before any exchange knows anything',
      lockIn({}),
      template({ a: 'active' }, { requiredExchanges: ['xxkk'] }),
    ],
    ['a new zone as standby', LOCK, template({ a: 'active', b: 'standby', c: 'standby' })],
    ['the locked address, adopted', LOCK, template({ a: 'active', b: 'standby' }, adopting({ a: 1, b: 2 }))],
    [
      'leaving out what no exchange knows any more',
      lockOf(A, draining('b', 2, { told: {} })),
      template({ a: 'active' }),
    ],
    ['what drains, as standby', lockOf(A, draining('b', 2)), template({ a: 'active', b: 'standby' })],
    [
      'a new address where the old one drains and is unknown',
      lockOf(A, draining('b', 2, { told: {} })),
      template({ a: 'active', b: 'standby' }, adopting({ b: 9 })),
    ],
    [
      'the last step of a move',
      lockOf(A, draining('b', 2)),
      template({ a: 'active', c: 'standby' }, adopting({ c: 2 })),
    ],
    ['an address every exchange knows', LOCK, template({ a: 'active', b: 'standby' }, { requiredExchanges: ['xxkk'] })],
    ['a last day', lockOf(entry('a', 1, { retireAfter: '2026-11-23' })), template({ a: 'active' })],
    [
      'taking an expired address out of service',
      lockOf(entry('a', 1, { retireAfter: '2026-11-01' })),
      template({ a: 'standby' }),
    ],
    [
      'leaving out an expired address that no exchange knows',
      lockOf(A, draining('b', 2, { retireAfter: '2026-11-01', told: {} })),
      template({ a: 'active' }),
    ],
    [
      'another address where an expired one was',
      lockOf(A, draining('b', 2, { retireAfter: '2026-11-01', told: {} })),
      template({ a: 'active', b: 'standby' }, adopting({ b: 9 })),
    ],
  ];
  test.each(PASSED)('%s', (_what, lock, given) => {
    expect(guardTemplate(lock, given)).toEqual([]);
  });
});

const LET_GO =
  'or let it go in steps: make it standby and deploy, run ' +
  "'exchange-keys allowlist lock --drain 52.210.0.2', remove the address at every exchange, run 'exchange-keys allowlist dropped', " +
  'then remove the zone';
const LATER = "or agree on a later day with 'exchange-keys allowlist lock --retire-after'";

const FOUND: [what: string, lock: LockDocument, given: GuardedTemplate, code: string, message: string][] = [
  [
    'a dropped zone',
    LOCK,
    template({ a: 'active' }),
    'LOCK_ZONE_DROPPED',
    `zone 'eu-west-1b' with the standby address '52.210.0.2' is in the lock and not in the template; put it back, ${LET_GO}`,
  ],
  [
    'a dropped zone whose address an exchange knows',
    lockOf(A, draining('b', 2, { told: { xxkk: '2026-10-02', kraken: '2026-10-02' } })),
    template({ a: 'active' }),
    'LOCK_ZONE_STILL_KNOWN',
    "zone 'eu-west-1b' is not in the template, but its address '52.210.0.2' is still let in by kraken, xxkk; " +
      "remove the address there and run 'exchange-keys allowlist dropped', then remove the zone",
  ],
  [
    'another address in a zone',
    LOCK,
    template({ a: 'active', b: 'standby' }, adopting({ a: 1, b: 9 })),
    'LOCK_ADDRESS_REPLACED',
    "zone 'eu-west-1b' adopts 'eipalloc-00000000000000009', in the lock it has 'eipalloc-00000000000000002' (52.210.0.2); put that back, " +
      "or let the old one go first: make the zone standby and deploy, run 'exchange-keys allowlist lock --drain 52.210.0.2', remove the " +
      "address at every exchange, run 'exchange-keys allowlist dropped', then adopt the new one as standby",
  ],
  [
    'an address in another zone',
    LOCK,
    template({ a: 'active', c: 'standby' }, adopting({ c: 2 })),
    'LOCK_ADDRESS_MOVED',
    "zone 'eu-west-1c' adopts 'eipalloc-00000000000000002', which is '52.210.0.2' of zone 'eu-west-1b' in the lock; put it back, or move it " +
      "in two deployments: make 'eu-west-1b' standby, deploy, run 'exchange-keys allowlist lock --drain 52.210.0.2'; then adopt it in " +
      "'eu-west-1c' as standby, deploy, and run 'exchange-keys allowlist lock'",
  ],
  [
    'traffic in a zone without an address that is known',
    LOCK,
    template({ a: 'active', b: 'standby', c: 'active' }),
    'LOCK_ZONE_WITHOUT_ENTRY',
    "zone 'eu-west-1c' is active and has no entry in the lock; deploy it as standby first, then run 'exchange-keys allowlist lock', " +
      'allowlist its address, and make it active',
  ],
  [
    'traffic from an address that drains',
    lockOf(A, draining('b', 2)),
    template({ a: 'active', b: 'active' }),
    'LOCK_ZONE_DRAINING',
    "zone 'eu-west-1b' is active, but its address '52.210.0.2' drains; keep the zone standby, deploy, " +
      "and run 'exchange-keys allowlist lock --restore 52.210.0.2' if the address is to be used again",
  ],
  [
    'traffic before every exchange has confirmed',
    LOCK,
    template({ a: 'active', b: 'standby' }, { requiredExchanges: ['kraken', 'xxkk', 'constructor'] }),
    'LOCK_NOT_TOLD',
    "zone 'eu-west-1a' is active, but its address '52.210.0.1' is not confirmed by kraken, constructor; allowlist it there, " +
      "run 'exchange-keys allowlist told', and keep the zone standby until then",
  ],
  [
    'an active address past its day',
    lockOf(entry('a', 1, { retireAfter: '2026-11-22' })),
    template({ a: 'active' }),
    'LOCK_ENTRY_EXPIRED',
    `the active address '52.210.0.1' of zone 'eu-west-1a' was to be gone by 2026-11-22, today is 2026-11-22; make the zone standby and deploy, ${LATER}`,
  ],
  [
    'a standby address past its day',
    lockOf(A, { ...B, retireAfter: '2026-11-01' }),
    template({ a: 'active', b: 'standby' }),
    'LOCK_ENTRY_EXPIRED',
    "the standby address '52.210.0.2' of zone 'eu-west-1b' was to be gone by 2026-11-01, today is 2026-11-22; " +
      `run 'exchange-keys allowlist lock --drain 52.210.0.2', ${LATER}`,
  ],
  [
    'an address past its day that an exchange knows',
    lockOf(A, draining('a', 2, { retireAfter: '2026-11-01' })),
    template({ a: 'active' }),
    'LOCK_ENTRY_EXPIRED',
    "the draining address '52.210.0.2' of zone 'eu-west-1a' was to be gone by 2026-11-01, today is 2026-11-22; " +
      `remove it at xxkk and run 'exchange-keys allowlist dropped', ${LATER}`,
  ],
  [
    'a zone past its day',
    lockOf(A, draining('b', 2, { retireAfter: '2026-11-01', told: {} })),
    template({ a: 'active', b: 'standby' }),
    'LOCK_ENTRY_EXPIRED',
    "the draining address '52.210.0.2' of zone 'eu-west-1b' was to be gone by 2026-11-01, today is 2026-11-22; " +
      `remove the zone from the template and deploy, then run 'exchange-keys allowlist lock --drop 52.210.0.2', ${LATER}`,
  ],
];

test('a new region under a lock does not begin with traffic that an exchange has not heard of', () => {
  const away = lockIn({ 'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a' })] });
  const given = template({ a: 'active', b: 'standby' }, { requiredExchanges: ['xxkk'] });
  expect(codes(away, given)).toEqual(['LOCK_ZONE_WITHOUT_ENTRY']);
});

test.each(FOUND)('found is %s', (_what, lock, given, code, message) => {
  expect(guardTemplate(lock, given)).toEqual([{ code, message }]);
});

describe('found is also', () => {
  test('two addresses that trade zones', () => {
    expect(codes(LOCK, template({ a: 'active', b: 'standby' }, adopting({ a: 2, b: 1 })))).toEqual([
      'LOCK_ADDRESS_MOVED',
      'LOCK_ADDRESS_MOVED',
    ]);
  });

  test('an address that drains elsewhere, to carry traffic at once', () => {
    const lock = lockOf(A, draining('b', 2));
    expect(codes(lock, template({ a: 'active', c: 'active' }, adopting({ c: 2 })))).toEqual([
      'LOCK_ADDRESS_MOVED',
      'LOCK_ZONE_WITHOUT_ENTRY',
    ]);
  });

  test('an address that drains elsewhere, in place of one that does not', () => {
    const lock = lockOf(A, draining('b', 2, { told: {} }));
    expect(codes(lock, template({ a: 'standby' }, adopting({ a: 2 })))).toEqual(['LOCK_ADDRESS_REPLACED']);
  });

  test('an address of another region', () => {
    const other = draining('a', 7, { availabilityZone: 'us-east-1a', told: {} });
    const lock = lockIn({ 'eu-west-1': [A], 'us-east-1': [other] });
    expect(codes(lock, template({ a: 'active', b: 'standby' }, adopting({ b: 7 })))).toEqual(['LOCK_ADDRESS_MOVED']);
  });

  test('another address where one drains that an exchange still knows', () => {
    const lock = lockOf(A, draining('b', 2));
    expect(codes(lock, template({ a: 'active', b: 'standby' }, adopting({ b: 9 })))).toEqual(['LOCK_ADDRESS_REPLACED']);
  });

  test('a region that the app no longer has', () => {
    const lock = lockIn({ 'eu-west-1': [A], 'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a' })] });
    expect(guardRegions(lock, ['eu-west-1'], '2026-11-22').map(({ code }) => code)).toEqual(['LOCK_ZONE_DROPPED']);
    expect(guardRegions(lock, ['eu-west-1', 'us-east-1'], '2026-11-22')).toEqual([]);
  });
});

test('a day that is none is refused', () => {
  expect(codeOf(() => guardTemplate(LOCK, template({}, { today: 'today' })))).toBe('DAY_MALFORMED');
});
