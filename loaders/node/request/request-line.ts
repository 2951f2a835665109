// Makes the request record of one request: every value is brought into the form that the watch reads, none is taken on trust.

import type { EndpointCategory } from '../../../contract/exchange/endpoint-category';
import { type Outcome, REQUEST_EVENT, type RequestRecord } from '../../../contract/watch';
import { parseSourceAddress } from '../../../contract/watch/source-address';
import { WITHHELD } from '../../../protocol/request-outcome';

/** What a record says of the key. */
export interface RecordedKey {
  readonly keyName: string;
  readonly fingerprint: string;
  readonly keyVersion: string;
  readonly exchange: string;
}

/** What became of one request. */
export interface RecordedRequest {
  readonly key: RecordedKey;
  /** Undefined: not known. */
  readonly sourceIp: string | undefined;
  readonly category: EndpointCategory;
  readonly method: string;
  readonly endpoint: string;
  readonly status: number;
  /** As `requestOutcome` gives it: without anything of the key. */
  readonly exchangeCode: string | undefined;
  readonly outcome: Outcome;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly latencyMs: number;
}

/**
 * Stands for an address that is not known. No allowlist holds it, so the watch tells it as a new source address of the key; a
 * text that is no address would be told as a bad line of nobody.
 */
export const UNKNOWN_ADDRESS = '0.0.0.0';
const LONGEST_ADDRESS = 45;
const LONGEST_LATENCY_MS = 3_600_000;

export function requestRecord({ key, exchangeCode, sourceIp, ...request }: RecordedRequest): RequestRecord {
  const { category, method, endpoint, status, outcome, sentAt, latencyMs } = request;
  const { keyName, fingerprint, keyVersion, exchange } = key;
  return {
    event: REQUEST_EVENT,
    schema: 1,
    timestamp: wholeNumber(sentAt, Number.MAX_SAFE_INTEGER),
    keyName,
    keyId: fingerprint,
    keyVersion,
    exchange,
    sourceIp: isAddress(sourceIp) ? sourceIp : UNKNOWN_ADDRESS,
    category,
    method,
    endpoint,
    status: status >= 100 && status <= 599 ? status : 0,
    ...(exchangeCode !== undefined && { exchangeCode: codeOf(exchangeCode) }),
    outcome,
    // a clock can be set while a request is on its way
    latencyMs: wholeNumber(latencyMs + 0.5, LONGEST_LATENCY_MS),
  };
}

/** From 0 to `most`; 0 for what a broken clock says. */
function wholeNumber(value: number, most: number): number {
  return value > 0 ? Math.min(Math.floor(value), most) : 0;
}

let lastAddress: string | undefined;

/** A workload mostly keeps its address. */
function isAddress(text: string | undefined): text is string {
  if (text === undefined) return false;
  if (text === lastAddress) return true;
  if (text.length > LONGEST_ADDRESS || parseSourceAddress(text) === undefined) return false;
  lastAddress = text;
  return true;
}

/** A code with blanks stays readable; whatever else does not fit is not shown. */
function codeOf(code: string): string {
  return /^[ -~]{1,64}$/.test(code) ? code.replaceAll(' ', '_') : WITHHELD;
}
