// In which ways what EC2 shows can differ from what is published: a closed list of codes, to search for and to count.

export const EGRESS_PROBLEM_CODES = [
  /** Networks are published, the allowlist they leave by is not. */
  'ALLOWLIST_MISSING',
  /** A network that must be published is not. */
  'NETWORK_MISSING',

  /** The allocation does not exist (any more); every exchange's entry for it is a hole. */
  'ADDRESS_GONE',
  /** The allocation has another public address than the one published. */
  'ADDRESS_CHANGED',
  /** An active address that no NAT gateway uses. */
  'ADDRESS_UNATTACHED',
  /** An active address that something else uses: an instance, a network interface, another NAT gateway. */
  'ADDRESS_ELSEWHERE',
  /** The address is offered to another account. */
  'ADDRESS_IN_TRANSFER',
  /** A network leaves by an address that the allowlist does not have. */
  'ADDRESS_NOT_LISTED',
  /** A range is published whose other addresses are anybody's. */
  'RANGE_NOT_OURS',
  /** A standby address carries traffic, or a network is about to use it. */
  'STANDBY_IN_USE',

  'VPC_GONE',
  'SUBNET_GONE',
  /** The subnet is in another VPC or zone. */
  'SUBNET_ELSEWHERE',
  /** What starts in the subnet gets a public address of its own. */
  'SUBNET_PUBLIC_ADDRESSES',
  /** The subnet has IPv6, or does not say. */
  'SUBNET_IPV6',
  /** The subnet uses another route table, none, or one that is about to change. */
  'ROUTE_TABLE_OTHER',
  /** A route that is neither local, nor to a gateway endpoint, nor the way out. */
  'ROUTE_EXTRA',
  /** No default route to the NAT gateway. */
  'ROUTE_MISSING',
  /** The default route to the NAT gateway is not active. */
  'ROUTE_INACTIVE',
  /** Routes of a virtual private gateway come in by themselves. */
  'ROUTE_PROPAGATED',

  'NAT_GATEWAY_GONE',
  'NAT_GATEWAY_NOT_AVAILABLE',
  /** In another VPC, private, or of a mode that is not known. */
  'NAT_GATEWAY_KIND',
  /** AWS may add zones and addresses by itself. */
  'NAT_GATEWAY_AUTOMATIC',
  /** The zone's traffic does not leave by exactly the one address. */
  'NAT_GATEWAY_ADDRESS',
  /** The address is being given to the gateway, or taken away. */
  'NAT_GATEWAY_ADDRESS_STATUS',
] as const;

export type EgressProblemCode = (typeof EGRESS_PROBLEM_CODES)[number];

/** One difference. */
export interface Difference {
  readonly code: EgressProblemCode;
  /** Id of what differs, or name of the parameter: `eipalloc-…`, `nat-…`, `rtb-…`. */
  readonly subject: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

/** One difference in one region. */
export interface EgressProblem extends Difference {
  readonly region: string;
}
