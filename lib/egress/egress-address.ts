// One egress address as other constructs see it.

/** What an address is for. */
export enum AddressRole {
  /** A network sends traffic from it. */
  ACTIVE = 'active',
  /** Allowlisted, but no network uses it yet. */
  STANDBY = 'standby',
}

/** One egress address; all values but the zone and the role are only known at deployment. */
export interface EgressAddress {
  /** Name of the availability zone, e.g. `eu-west-1a`. */
  readonly availabilityZone: string;
  /** Active or standby. */
  readonly role: AddressRole;
  /** Allocation id of the Elastic IP (token). */
  readonly allocationId: string;
  /** The IPv4 address (token). */
  readonly publicIp: string;
  /** The address as an allowlist entry, `203.0.113.10/32` (token). */
  readonly cidr: string;
}
