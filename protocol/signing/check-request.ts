// Refuses requests that could not be sent exactly as signed. Messages hold names of parameters, never values.

import { InputError } from '../../contract/errors';
import { quoted } from '../../contract/quoted';
import type { UnsignedRequest } from './signing';
import type { Field } from './url-encoding';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const HOST = /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/;
/** RFC 3986, `path-absolute` and empty segments. */
const PATH = /^\/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;

/** What HTTP or the URL standard would refuse or rewrite. The path is not shown: it may hold the id of a key. */
export function checkRequest({ method, host, path, query, body }: UnsignedRequest): void {
  if (!METHODS.includes(method)) throw unusable(`the method is none of ${METHODS.join(', ')}`);
  if (!HOST.test(host)) throw unusable('the host is not a host name, with a port or without');
  if (!PATH.test(path)) {
    throw unusable("the path does not begin with '/' or has a character that must be percent-encoded");
  }
  // Clients resolve dot segments, also percent-encoded ones, and would send another path than the one signed.
  if (new URL(`https://host${path}`).pathname !== path) throw unusable("the path has a segment '.' or '..'");
  if (method === 'GET' && body !== undefined && Object.values(body).some((value) => value !== undefined)) {
    throw unusable('GET carries no body; send the fields in the query or use another method');
  }
  for (const fields of [query, body]) {
    if (fields === undefined) continue;
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      throw unusable('query and body are objects, from names to values');
    }
  }
}

/** Every name is there once, and every name and value is text that UTF-8 has. */
export function checkFields(fields: readonly Field[], where: 'query' | 'body'): void {
  const names = new Set<string>();
  for (const [name, value] of fields) {
    if (name === '') throw unusable(`the ${where} has a parameter without a name`);
    if (!wellFormed(name)) throw unusable(`the ${where} has a parameter whose name has half a surrogate pair`);
    if (!wellFormed(value)) throw unusable(`parameter ${quoted(name)} of the ${where} has half a surrogate pair`);
    if (names.has(name)) throw twice(name, where);
    names.add(name);
  }
}

/**
 * A query that is signed before encoding must not be readable in two ways: 'a=1&b=2' may be one parameter or two, and
 * the signature of one would be good for the other.
 */
export function checkUnambiguous(fields: readonly Field[]): void {
  for (const [name, value] of fields) {
    if (/[&=\p{Cc}]/u.test(name) || /[&\p{Cc}]/u.test(value)) {
      throw unusable(
        `parameter ${quoted(name)} has '&', '=' or a control character in it, and the exchange signs the query before encoding; such a request has two meanings`,
      );
    }
  }
}

/** A parameter that the request has and the template adds. */
export function twice(name: string, where: 'query' | 'body'): InputError {
  return unusable(
    `parameter ${quoted(name)} is in the ${where} twice; leave it to the signing template or remove it there`,
  );
}

export function unusable(problem: string): InputError {
  return new InputError('SIGNING_REQUEST_UNUSABLE', `the request cannot be signed: ${problem}`);
}

function wellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
