// What the probes, the egress check and the trading gate count: whether the right network is let in and the wrong one is not.

/** The second dimension of `INSIDE_DECIDED`: the availability zone. */
export const ZONE_DIMENSION = 'Zone';

/** Published in namespace `ExchangeKeys`, dimension `Ring`, by every run, also with 0. */
export enum VerifyMetric {
  /** Of one zone, dimensions `Ring` and `Zone`: 1 when nothing of an inside probe was left unknown, good or bad; otherwise 0. */
  INSIDE_DECIDED = 'InsideDecided',
  /** Addresses that are not the zone's, and signed reads that the exchange refused because of the address, seen from the inside. */
  INSIDE_FAILED = 'InsideFailed',
  /** Probe keys whose allowlist at the exchange is not the published one; one that lacks standby addresses alone does not count. */
  ALLOWLIST_DIFFERENCES = 'AllowlistDifferences',
  /** Ways out of a workload subnet that should be closed and are open. */
  PATHS_OPEN = 'PathsOpen',
  /** 1 when the exchange gave the outside probe a clear answer for every key, good or bad; otherwise 0. */
  OUTSIDE_DECIDED = 'OutsideDecided',
  /** Probe keys that the exchange let in from an address that is not allowlisted. */
  OUTSIDE_FAILED = 'OutsideFailed',
  /** Addresses, NAT gateways and routes that are not as published. */
  EGRESS_DIFFERENCES = 'EgressDifferences',
  /** 1 when every region could be read; otherwise 0. */
  EGRESS_CHECKED = 'EgressChecked',
  /** 1 when the trading gate is open; otherwise 0. */
  TRADING_ALLOWED = 'TradingAllowed',
}
