// What the allowlist document of a region says; contract/schema/allowlist-document.schema.json is its JSON Schema.

/** The only version this library writes and reads. */
export const ALLOWLIST_SCHEMA_VERSION = 1;

/** `active`: traffic leaves from it now. `standby`: registered, so that traffic may move to it without a change. */
export type AllowlistRole = 'active' | 'standby';

/** One egress address. */
export interface AllowlistEntry {
  /** e.g. `eu-west-1a`; each zone has one entry at most. */
  readonly availabilityZone: string;
  /** `eipalloc-` and 8 or 17 lower-case hexadecimal digits. */
  readonly allocationId: string;
  /** IPv4 in dotted decimal. */
  readonly address: string;
  /** The address as a /32. */
  readonly cidr: string;
  readonly role: AllowlistRole;
}

/** The egress addresses of one environment in one region. */
export interface AllowlistDocument {
  readonly schemaVersion: typeof ALLOWLIST_SCHEMA_VERSION;
  readonly environment: string;
  readonly region: string;
  /** What to register at the exchange, sorted: the /32s, or the block of an address pool that contains them. */
  readonly cidrs: readonly string[];
  /** Sorted by zone. */
  readonly entries: readonly AllowlistEntry[];
}
