// Environment variables by which the stack tells the probes, the egress check and the trading gate their work; none is secret.

/** Networks that must be published: `region=parameterName`, separated by commas. */
export const NETWORKS_VARIABLE = 'EXCHANGE_KEYS_NETWORKS';
/** Names of the probe keys, separated by commas, e.g. `prod-probe-xxkk-0`. */
export const PROBE_KEYS_VARIABLE = 'EXCHANGE_KEYS_PROBE_KEYS';
/** Addresses of the echo services, separated by commas: at least two, of different hosts. */
export const ECHO_SERVICES_VARIABLE = 'EXCHANGE_KEYS_ECHO_SERVICES';
/** Availability zone of an inside probe, e.g. `eu-west-1a`. */
export const ZONE_VARIABLE = 'EXCHANGE_KEYS_ZONE';
/** Zone of whose address the traffic of `ZONE_VARIABLE` leaves: the zone itself, unless one NAT gateway serves several. */
export const EXIT_ZONE_VARIABLE = 'EXCHANGE_KEYS_EXIT_ZONE';
/** The address of that zone in the lock; not set where there is no lock. */
export const LOCKED_ADDRESS_VARIABLE = 'EXCHANGE_KEYS_LOCKED_ADDRESS';
/** Ways out that must be closed: a JSON array of `ClosedPath`. */
export const CLOSED_PATHS_VARIABLE = 'EXCHANGE_KEYS_CLOSED_PATHS';
/** Name of the SSM parameter that the trading gate writes. */
export const TRADING_GATE_VARIABLE = 'EXCHANGE_KEYS_TRADING_GATE';
/** Name of the composite alarm. */
export const DO_NOT_TRADE_VARIABLE = 'EXCHANGE_KEYS_DO_NOT_TRADE';
/** Names of the alarms the composite is made of, separated by commas. */
export const STOP_ALARMS_VARIABLE = 'EXCHANGE_KEYS_STOP_ALARMS';

/** How often each probe, and the egress check, runs. */
export const PROBE_MINUTES = 5;
/** How often the trading gate is written. */
export const GATE_MINUTES = 2;
/** For how long what the trading gate says holds; a workload treats an older text as closed. */
export const GATE_VALID_MINUTES = 10;

/** A way out of a workload subnet that must not exist. */
export interface ClosedPath {
  /** `direct`: another port than 443, past the allowed one. `ipv6`: IPv6. `unlisted`: a host that is not in the DNS allowlist. */
  readonly name: 'direct' | 'ipv6' | 'unlisted';
  /** Host name or address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What is tried unless the user says otherwise: hosts that answer everybody who can reach them. */
export const CLOSED_PATHS = {
  direct: { name: 'direct', host: '1.1.1.1', port: 80 },
  ipv6: { name: 'ipv6', host: '2606:4700:4700::1111', port: 443 },
  unlisted: { name: 'unlisted', host: 'example.com', port: 443 },
} as const satisfies Record<string, ClosedPath>;
