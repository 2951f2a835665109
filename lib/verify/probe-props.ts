// What the probes of a ring are told, as the user says it.

/**
 * Other hosts to try for the ways out that must be closed. Each can be replaced, none can be left out. A loopback address
 * may have a port after a colon, for a local AWS.
 */
export interface ClosedPathHosts {
  /**
   * IPv4 address that answers on port 80, which the workload security group does not let out.
   * @default '1.1.1.1'
   */
  readonly direct?: string;
  /**
   * IPv6 address that answers on port 443, without brackets.
   * @default '2606:4700:4700::1111'
   */
  readonly ipv6?: string;
  /**
   * Name that answers on port 443 and is not in the network's `dnsAllowlist`; tried where the network has one.
   * @default 'example.com'
   */
  readonly unlisted?: string;
}

/** What proves, every five minutes, that the exchange lets the right network in and no other. */
export interface ProbeProps {
  /**
   * Addresses that answer `https` with the caller's address as text, e.g. `https://checkip.amazonaws.com`: at least two, run
   * by different people, because an address is believed when they agree. A network with a `dnsAllowlist` must resolve them.
   */
  readonly echoServices: string[];
  /**
   * Sub-account of the probe key at each exchange, by the exchange's name: one without funds. Needed for an exchange whose
   * operations name an account.
   * @default - the account of the management key
   */
  readonly accounts?: { readonly [exchange: string]: string };
  /**
   * Team that answers for the probe keys: one word.
   * @default - the owner of the ring
   */
  readonly owner?: string;
  /**
   * Other hosts to try for the ways out that must be closed.
   * @default - the hosts that `ClosedPathHosts` names
   */
  readonly closedPaths?: ClosedPathHosts;
}
