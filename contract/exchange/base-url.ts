// Decides where an exchange's API may be: TLS on port 443, and for tests anything on a loopback address.
import * as ipaddr from 'ipaddr.js';
import { InputError } from '../errors';
import { quoted } from '../quoted';

export interface BaseUrl {
  readonly tls: boolean;
  /** Name, IPv4 address, or IPv6 address without brackets; lower case. */
  readonly hostname: string;
  readonly port: number;
  /** As in `URL.host`: with brackets, and with the port if it is not the default one. */
  readonly host: string;
  /** Without trailing slash; empty if there is none. */
  readonly path: string;
}

const FORM =
  /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9][0-9]{0,4}))?((?:\/[a-z0-9_~.-]*[a-z0-9_~-])*)\/?$/i;
const NAME = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?$/;
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const LOOPBACK = new RegExp(`^(localhost|::1|127(\\.${OCTET}){3})$`);

/**
 * The parts of a base URL. Stricter than the URL standard: whatever two readers could understand differently is refused.
 * @throws InputError `EXCHANGE_BASE_URL`.
 */
export function parseBaseUrl(text: string): BaseUrl {
  // What is in one of these could be a credential.
  const shown = /[@?#]/.test(text) ? 'it' : quoted(text);
  if (/[@?#]/.test(text)) throw refused('it has credentials, a query or a fragment; remove them');
  const [, scheme, bracketed = '', portText, path] = FORM.exec(text) ?? [];
  if (scheme === undefined || !isHost(bracketed.toLowerCase()))
    throw refused(`${shown} is not a URL such as https://api.xxkk.example`);
  const tls = scheme.toLowerCase() === 'https';
  const name = bracketed.toLowerCase();
  const hostname = name.replace(/^\[|\]$/g, '');
  const loopback = LOOPBACK.test(hostname);
  const standard = tls ? 443 : 80;
  const port = portText === undefined ? standard : Number(portText);
  if (!tls && !loopback) {
    throw refused(`${shown} is without TLS, which only loopback addresses may be; write https://`);
  }
  if (port > 65_535 || (port !== 443 && !loopback)) {
    throw refused(`${shown} has port ${port}, the network lets out 443 only; remove the port`);
  }
  return { tls, hostname, port, host: port === standard ? name : `${name}:${port}`, path };
}

/** A name whose last part is no number, or an address as it is usually written. */
function isHost(host: string): boolean {
  const [, address] = /^\[(.+)\]$/.exec(host) ?? [];
  if (address !== undefined) return ipaddr.IPv6.isValid(address) && ipaddr.IPv6.parse(address).toString() === address;
  return NAME.test(host) || ipaddr.IPv4.isValidFourPartDecimal(host);
}

function refused(problem: string): InputError {
  return new InputError('EXCHANGE_BASE_URL', `base URL: ${problem}`);
}
