// Refuses what the probes of a ring could prove nothing with: echo services of one owner, hosts that the network hides.
import { IConstruct } from 'constructs';
import { parseWord } from '../../contract/keys';
import { type ClosedPath, closedPaths, echoServiceHosts } from '../../contract/verify';
import { requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { EgressNetwork, IEgressNetwork } from '../egress';
import { ProbeProps } from './probe-props';

/** What the probes are told, checked. */
export interface CheckedProbes {
  readonly echoServices: readonly string[];
  readonly closedPaths: readonly ClosedPath[];
  readonly owner: string;
  /** By exchange. */
  readonly accounts: { readonly [exchange: string]: string };
}

export function checkProbes(
  ring: IConstruct,
  props: ProbeProps,
  { network, owner }: { readonly network: IEgressNetwork; readonly owner: string },
): CheckedProbes {
  const echoServices = requireConcrete(ring, 'probes.echoServices', props.echoServices ?? []);
  for (const service of echoServices) requireConcrete(ring, 'probes.echoServices', service);
  const hosts = checked(ring, 'probes.echoServices', () => echoServiceHosts(echoServices));
  for (const host of hosts) requireEchoService(ring, network, host);
  const accounts = Object.entries(props.accounts ?? {}).map(([exchange, account]) => {
    const prop = `probes.accounts.${exchange}`;
    return [exchange, checked(ring, prop, () => parseWord('account', requireConcrete(ring, prop, account)))];
  });
  const prop = 'probes.owner';
  return {
    echoServices,
    closedPaths: chooseClosedPaths(ring, props, network),
    owner: checked(ring, prop, () => parseWord('owner', requireConcrete(ring, prop, props.owner ?? owner))),
    accounts: Object.fromEntries(accounts),
  };
}

function requireEchoService(ring: IConstruct, network: IEgressNetwork, host: string): void {
  if (!isName(host) || !(network instanceof EgressNetwork) || network._resolves(host)) return;
  throw new ConfigError(
    'ECHO_SERVICE_NOT_RESOLVABLE',
    `echo service '${host}' is not in 'dnsAllowlist' of the network, so that no inside probe could reach it; add the host to it`,
    ring,
  );
}

/** An unlisted host is one only where there is a list. */
function chooseClosedPaths(ring: IConstruct, { closedPaths: hosts }: ProbeProps, network: IEgressNetwork) {
  for (const [name, host] of Object.entries(hosts ?? {})) requireConcrete(ring, `probes.closedPaths.${name}`, host);
  const paths = checked(ring, 'probes.closedPaths', () => closedPaths(hosts));
  if (!(network instanceof EgressNetwork) || !network._hasDnsAllowlist) {
    return paths.filter(({ name }) => name !== 'unlisted');
  }
  const listed = paths.find(({ name, host }) => name === 'unlisted' && network._resolves(host));
  if (!listed) return paths;
  throw new ConfigError(
    'CLOSED_PATH_LISTED',
    `'probes.closedPaths.unlisted' is '${listed.host}', which 'dnsAllowlist' of the network holds, so that it is rightly reached; name a host that is not in it`,
    ring,
  );
}

const isName = (host: string) => /[a-z]/i.test(host) && !host.includes(':');
