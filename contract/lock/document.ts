// What the lock file of an environment says: which addresses it has, since when, and which exchanges were told of them.

/** The only version this library writes and reads. */
export const LOCK_SCHEMA_VERSION = 1;
/** Its usual name, beside the configuration. */
export const LOCK_FILE = 'egress.lock.json';

/**
 * `active`: traffic leaves from it. `standby`: it may, at any time. `draining`: nothing leaves from it any more, and it stays
 * until every exchange has dropped it.
 */
export type LockRole = 'active' | 'standby' | 'draining';

/** One address. Days are `2026-11-22`, UTC. */
export interface LockEntry {
  /** e.g. `eu-west-1a` */
  readonly availabilityZone: string;
  readonly allocationId: string;
  /** IPv4 in dotted decimal. */
  readonly address: string;
  readonly role: LockRole;
  /** Day on which it came into the lock. */
  readonly since: string;
  /** First day on which it should be gone; a temporary or draining address has one. */
  readonly retireAfter?: string;
  /** Why it is there, or why it goes. */
  readonly reason?: string;
  /** Ticket or pull request of whoever agreed. */
  readonly approvedBy?: string;
  /** By exchange, the day on which it confirmed that it lets the address in. */
  readonly told: { readonly [exchange: string]: string };
}

/** The reviewed list of addresses of one environment, in the user's repository. */
export interface LockDocument {
  readonly schemaVersion: typeof LOCK_SCHEMA_VERSION;
  readonly environment: string;
  /** Of everything else in it, to notice an edit by hand; see `lockHash`. */
  readonly hash: string;
  /** By region, sorted; entries sorted by zone, an address that drains after the one that took its place. */
  readonly regions: { readonly [region: string]: readonly LockEntry[] };
}
