// Decides what probes may call: echo services that are independent of each other, and hosts that prove a way out is closed.
import * as ipaddr from 'ipaddr.js';
import { InputError } from '../errors';
import { parseBaseUrl } from '../exchange/base-url';
import { quoted } from '../quoted';
import { CLOSED_PATHS, type ClosedPath } from './verify-settings';

/** One answer proves nothing: a second service of somebody else must agree. */
export const FEWEST_ECHO_SERVICES = 2;

/** Hosts as a user gives them; a loopback host may have a port. */
export type ClosedPathHosts = { readonly [Name in ClosedPath['name']]?: string };

/** What each kind of host is. */
const HOST_FORMS: Readonly<Record<ClosedPath['name'], { is: (host: string) => boolean; form: string }>> = {
  direct: {
    is: (host) => ipaddr.IPv4.isValidFourPartDecimal(host),
    form: 'an IPv4 address that answers on port 80, such as 1.1.1.1',
  },
  ipv6: {
    is: (host) => ipaddr.IPv6.isValid(host),
    form: 'an IPv6 address without brackets that answers on port 443, such as 2606:4700:4700::1111',
  },
  unlisted: {
    is: (host) => /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?$/.test(host),
    form: 'the name of a host that answers on port 443, in lower case, such as example.com',
  },
};

/** A loopback host with its port, an IPv6 address in brackets. */
const LOOPBACK_PORT = /^(?:(127(?:\.[0-9]{1,3}){3}|localhost)|\[(::1)\]):([1-9][0-9]{0,4})$/;

/**
 * The host names of the echo services, in their order; a name or an address without brackets.
 * @throws InputError `ECHO_SERVICES_TOO_FEW`, `ECHO_SERVICE_MALFORMED`, `ECHO_SERVICES_NOT_INDEPENDENT`.
 */
export function echoServiceHosts(services: readonly string[]): string[] {
  if (services.length < FEWEST_ECHO_SERVICES) {
    throw new InputError(
      'ECHO_SERVICES_TOO_FEW',
      `${services.length} echo service${services.length === 1 ? ' is' : 's are'} given, and an address is believed when ${FEWEST_ECHO_SERVICES} agree; name at least ${FEWEST_ECHO_SERVICES}, run by different people`,
    );
  }
  const parsed = services.map(parseEchoService);
  for (const [index, { owner }] of parsed.entries()) {
    const first = parsed.findIndex((other) => other.owner === owner);
    if (first === index) continue;
    throw new InputError(
      'ECHO_SERVICES_NOT_INDEPENDENT',
      `echo services ${quoted(services[first])} and ${quoted(services[index])} are both of '${owner}', so that one mistake is believed twice; replace one by a service of somebody else`,
    );
  }
  return parsed.map(({ hostname }) => hostname);
}

function parseEchoService(text: string): { readonly hostname: string; readonly owner: string } {
  try {
    const { hostname, port } = parseBaseUrl(text);
    // only loopback addresses have another port
    return { hostname, owner: port === 443 ? ownerOf(hostname) : `${hostname}:${port}` };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problem = error.message
      .replace(/^base URL: /, '')
      .replace(/; (remove them|remove the port|write https:\/\/)$/, '');
    throw new InputError(
      'ECHO_SERVICE_MALFORMED',
      `echo service: ${problem}; write an address such as https://checkip.amazonaws.com that answers with the caller's address as text`,
    );
  }
}

/** Below which anybody registers names in a country. */
const SHARED_SUFFIX = /\.(ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$/;

/** What somebody registered, as far as a name tells it: `b.example` of `a.b.example`, `b.co.uk` of `a.b.co.uk`. */
function ownerOf(hostname: string): string {
  if (ipaddr.isValid(hostname)) return hostname;
  const labels = hostname.split('.');
  return labels.slice(SHARED_SUFFIX.test(hostname) ? -3 : -2).join('.');
}

/**
 * Every way out that must be closed, with the user's hosts in place of ours; none can be left out.
 * @throws InputError `CLOSED_PATH_MALFORMED`.
 */
export function closedPaths(hosts: ClosedPathHosts = {}): ClosedPath[] {
  return Object.values(CLOSED_PATHS).map((usual) => {
    const given = hosts[usual.name];
    return given === undefined ? usual : { ...usual, ...parseHost(usual.name, given) };
  });
}

function parseHost(name: ClosedPath['name'], text: string): { host: string; port?: number } {
  const { is, form } = HOST_FORMS[name];
  const [, plain, bracketed, port] = LOOPBACK_PORT.exec(text) ?? [];
  const host = plain ?? bracketed ?? text;
  if (is(host) && (port === undefined || Number(port) <= 65_535)) {
    return { host, ...(port !== undefined && { port: Number(port) }) };
  }
  throw new InputError(
    'CLOSED_PATH_MALFORMED',
    `closed path '${name}': ${quoted(text)} is not ${form}; a port can be given with a loopback address only`,
  );
}
