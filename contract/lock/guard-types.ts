// What the guard is given of a template, and what it answers.
import type { AllowlistRole } from '../allowlist';

/** A region of the app, as synth knows it. */
export interface GuardedTemplate {
  readonly region: string;
  readonly zones: readonly GuardedZone[];
  /** By zone, the allocation ids known at synth: the adopted ones. */
  readonly allocationIds?: { readonly [zone: string]: string };
  /** Exchanges that must know an address before traffic leaves from it. Without it, that is not checked. */
  readonly requiredExchanges?: readonly string[];
  /** `2026-11-22` */
  readonly today: string;
}

export interface GuardedZone {
  /** e.g. `eu-west-1a` */
  readonly name: string;
  readonly role: AllowlistRole;
}

export type LockFindingCode =
  | 'LOCK_ZONE_DROPPED'
  | 'LOCK_ZONE_STILL_KNOWN'
  | 'LOCK_ADDRESS_REPLACED'
  | 'LOCK_ADDRESS_MOVED'
  | 'LOCK_ZONE_WITHOUT_ENTRY'
  | 'LOCK_ZONE_DRAINING'
  | 'LOCK_NOT_TOLD'
  | 'LOCK_ENTRY_EXPIRED';

/** Why a template may not be deployed. */
export interface LockFinding {
  readonly code: LockFindingCode;
  readonly message: string;
}
