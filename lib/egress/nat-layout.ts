// How many NAT gateways a network has, and of which kind.

/** Where traffic is translated to the static addresses. Changing it replaces NAT gateways, never addresses. */
export enum NatLayout {
  /**
   * One zonal NAT gateway per availability zone, in a public subnet of that zone: a zone's failure stays in the zone.
   * About 33 USD per zone and month, plus traffic.
   */
  ZONAL = 'zonal',

  /**
   * One regional NAT gateway in manual mode: the addresses are listed per zone and AWS adds none of its own. No public
   * subnets; zones are added and removed in place. Charged per zone like ZONAL. (Automatic mode, in which AWS
   * allocates addresses that no exchange knows, cannot be chosen.)
   */
  REGIONAL = 'regional',

  /**
   * One zonal NAT gateway for all zones, for cheap environments: needs exactly one active address, and workloads in
   * the other zones lose their way out when that zone fails. Refused in production unless acknowledged.
   */
  SINGLE = 'single',
}
