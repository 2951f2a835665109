// What a workload may say of a request, and the refusal of what could not be sent as it was checked and signed.

import { InputError } from '../../../contract/errors';
import { quoted } from '../../../contract/quoted';
import type { FilledRequest } from '../../../protocol/authenticate';
import { jsonText } from '../../../protocol/signing/json-text';
import { LoaderError } from '../shared/loader-error';

/** A request to the exchange. */
export interface ExchangeRequestInit {
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`, in capitals. @default 'GET' */
  readonly method?: string;
  /** Parameters of the query by name, not encoded; those that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Fields of the body by name, sent as the exchange's signing template says, as JSON without one. Not with GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** More headers; not those that authenticate the request or frame it. */
  readonly headers?: Readonly<Record<string, string>> | Headers;
  /** Whether the exchange carries the same request out only once (a client order id): then it may be repeated with a new key. */
  readonly idempotent?: boolean;
  /** Ends the request. */
  readonly signal?: AbortSignal | null;
  /** Milliseconds until it must be over, repetitions included. @default - `timeoutMs` of the client */
  readonly timeoutMs?: number;
}

const KNOWN: readonly (keyof ExchangeRequestInit)[] = [
  'method',
  'query',
  'body',
  'headers',
  'idempotent',
  'signal',
  'timeoutMs',
];
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What frames or routes a request, authenticates it, or makes another method or path of it. */
const RESERVED =
  /^(host|content-length|content-encoding|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|via|authorization|cookie|proxy-.*|forwarded|x-forwarded-.*|x-http-method.*|x-method-override|x-original-.*|x-rewrite-url)$/i;
const LONGEST_TIMEOUT_MS = 3_600_000;

/**
 * A copy whose values stay as they are, while what was given may have getters, each read another value.
 * @throws LoaderError `REQUEST_MALFORMED`.
 */
export function copyOf(init: ExchangeRequestInit): ExchangeRequestInit & { readonly method: string } {
  if (!isPlain(init)) throw malformed('the options are not an object from names to values');
  const unknown = Object.keys(init).find((name) => !KNOWN.some((known) => known === name));
  // `fetch` has others, and one that is silently ignored would be missed
  if (unknown !== undefined) throw malformed(`option ${quoted(unknown)} is not known; known are ${KNOWN.join(', ')}`);
  const { method = 'GET', ...others } = init;
  if (typeof method !== 'string') throw malformed('the method is no text');
  return { ...others, method };
}

/**
 * What is sent: copies as well, so that a repetition sends the same.
 * @param taken names of headers that are not the caller's to set, in small letters.
 * @throws LoaderError `REQUEST_MALFORMED`; names of parameters are shown, values are not.
 */
export function checkInit(
  { method, query = {}, body, headers = {}, signal, timeoutMs }: ExchangeRequestInit,
  taken: ReadonlySet<string>,
): Pick<FilledRequest, 'query' | 'body'> & { readonly headers: Record<string, string> } {
  if (timeoutMs !== undefined && !isDuration(timeoutMs)) {
    throw malformed(`timeoutMs is not a number from 1 to ${LONGEST_TIMEOUT_MS}`);
  }
  if (signal && !(signal instanceof AbortSignal)) throw malformed('signal is not an AbortSignal');
  if (!isPlain(query)) throw malformed('query is not an object from names to values');
  if (body !== undefined && !isPlain(body)) throw malformed('body is not an object from names to values');
  if (method === 'GET' && body !== undefined) throw malformed('GET carries no body; use query or another method');
  return { query: textsOf(query), body: body && jsonOf(body), headers: headersOf(headers, taken) };
}

const isDuration = (value: unknown) => typeof value === 'number' && value > 0 && value <= LONGEST_TIMEOUT_MS;

function headersOf(
  headers: NonNullable<ExchangeRequestInit['headers']>,
  taken: ReadonlySet<string>,
): Record<string, string> {
  if (!(headers instanceof Headers) && !isPlain(headers)) {
    throw malformed('headers are not an object from names to values');
  }
  const entries: [string, unknown][] = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const seen = new Set<string>();
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) throw malformed('the name of a header is not one');
    if (RESERVED.test(name) || taken.has(lower)) {
      throw malformed(`header ${quoted(name)} is the client's own to set; leave it out`);
    }
    if (seen.has(lower)) throw malformed(`header ${quoted(name)} is there twice`);
    if (typeof value !== 'string' || !/^([!-~]([\t -~]*[!-~])?)?$/.test(value)) {
      throw malformed(`header ${quoted(name)} is not printable ASCII on one line`);
    }
    seen.add(lower);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function textsOf(query: object): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => {
      const isScalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
      if (!isScalar) throw malformed(`parameter ${quoted(name)} of the query is no text, finite number or boolean`);
      const text = String(value);
      if (name === '' || [name, text].some((one) => /\p{Surrogate}/u.test(one))) {
        throw malformed('a parameter of the query has no name, or half a surrogate pair');
      }
      return [name, text];
    }),
  );
}

/** As JSON has it. */
function jsonOf(body: object): Record<string, unknown> {
  try {
    const copy: unknown = JSON.parse(jsonText(body));
    // what a `toJSON` makes of it
    if (isPlain(copy)) return copy as Record<string, unknown>;
  } catch {
    // what stands in the way may be quoted by the error
  }
  throw malformed('the body has a value that JSON does not have, or refers to itself');
}

function malformed(problem: string): LoaderError {
  return new LoaderError('REQUEST_MALFORMED', `the request cannot be sent: ${problem}`);
}

/** Runs a rule of contract or protocol. */
export function asLoaderError<T>(rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    if (error instanceof InputError) throw new LoaderError(error.code, error.message);
    throw error;
  }
}
