// The lock that the examples are told with: prod, one region, three zones.
import { type LockDocument, type LockEntry, sealLock } from '../../../contract/lock';
import { addressOf, allocationOf } from './arbitraries';

/** The n-th address, active in zone a of eu-west-1, told to xxkk. */
export const entry = (letter: string, n: number, change: Partial<LockEntry> = {}): LockEntry => ({
  availabilityZone: `eu-west-1${letter}`,
  allocationId: allocationOf(n),
  address: addressOf(n),
  role: 'active',
  since: '2026-10-01',
  told: { xxkk: '2026-10-02' },
  ...change,
});

export const draining = (letter: string, n: number, change: Partial<LockEntry> = {}): LockEntry =>
  entry(letter, n, { role: 'draining', retireAfter: '2026-12-31', ...change });

export const lockOf = (...entries: LockEntry[]): LockDocument => lockIn({ 'eu-west-1': entries });

export const lockIn = (regions: LockDocument['regions']): LockDocument =>
  sealLock({ schemaVersion: 1, environment: 'prod', regions });
