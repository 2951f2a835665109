// One line of a workload's request log: what is known of a request to an exchange, never the request itself.

import { EndpointCategory } from '../exchange/endpoint-category';
import { isKeyReport, KEY_EVENT, KEY_REPORT_FIELDS, type KeyReport } from './key-report';
import { Outcome } from './outcome';
import { isEndpoint, isExchangeName, isKeyId, isKeyName, isVersionId } from './record-names';

/** `event` of every request record. Subscription filters look for this text. */
export const REQUEST_EVENT = 'exchange.request';
/** `event` of a heartbeat, which the watch itself writes. */
export const HEARTBEAT_EVENT = 'exchange.heartbeat';

/** Longest line, in characters; a longer one is a bad record without being read. */
export const LONGEST_RECORD = 2048;
/** Most requests that one aggregate may stand for. */
export const LARGEST_COUNT = 1_000_000;

/** One request, or `count` equal ones of the same minute. */
export interface RequestRecord {
  readonly event: typeof REQUEST_EVENT;
  readonly schema: 1;
  /** When it was sent (of an aggregate: the first one), milliseconds since 1970. */
  readonly timestamp: number;
  /** `prod-trader-bot-a` */
  readonly keyName: string;
  /** First 12 hexadecimal digits of the SHA-256 of the API key: names the key and does not give it away. */
  readonly keyId: string;
  /** Version id of the secret that the key came from. */
  readonly keyVersion: string;
  /** Name of the exchange's configuration, `xxkk`. */
  readonly exchange: string;
  /** The address the request left from, IPv4 or IPv6. */
  readonly sourceIp: string;
  readonly category: EndpointCategory;
  /** `GET`, `POST`, …; `WS` for a message on a WebSocket. */
  readonly method: string;
  /** Which endpoint: a name or a path without parameters, never a query string. */
  readonly endpoint: string;
  /** HTTP status; 0 when there was no answer or nothing was sent. */
  readonly status: number;
  /** The exchange's own code, if its answer had one. */
  readonly exchangeCode?: string;
  readonly outcome: Outcome;
  /** Milliseconds until the answer; of an aggregate the longest. */
  readonly latencyMs: number;
  /** How many requests the line stands for. @default 1 */
  readonly count?: number;
}

/** Written by the watch every few minutes, to be seen at the other end of the whole path. */
export interface HeartbeatRecord {
  readonly event: typeof HEARTBEAT_EVENT;
  readonly schema: 1;
  readonly timestamp: number;
}

/** Why a line is no record. */
export enum BadRecordReason {
  TOO_LONG = 'too-long',
  NOT_JSON = 'not-json',
  NOT_A_RECORD = 'not-a-record',
  UNKNOWN_SCHEMA = 'unknown-schema',
  MISSING_FIELD = 'missing-field',
  UNKNOWN_FIELD = 'unknown-field',
  MALFORMED_FIELD = 'malformed-field',
  WRONG_CLOCK = 'wrong-clock',
}

export type ReadRecord = RequestRecord | KeyReport | HeartbeatRecord | BadRecordReason;

const OUTCOMES: ReadonlySet<unknown> = new Set(Object.values(Outcome));
const CATEGORIES: ReadonlySet<unknown> = new Set(Object.values(EndpointCategory));
const METHODS: ReadonlySet<unknown> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'WS']);
const CODE = /^[!-~]{1,64}$/;
const LONGEST_ADDRESS = 45;
const LONGEST_LATENCY_MS = 3_600_000;

/** Every field but the optional ones. */
const REQUIRED = {
  event: true,
  schema: true,
  timestamp: true,
  keyName: true,
  keyId: true,
  keyVersion: true,
  exchange: true,
  sourceIp: true,
  category: true,
  method: true,
  endpoint: true,
  status: true,
  outcome: true,
  latencyMs: true,
} as const satisfies Partial<Record<keyof RequestRecord, true>>;
const REQUIRED_FIELDS = Object.keys(REQUIRED) as readonly (keyof RequestRecord)[];
const OPTIONAL_FIELDS: readonly (keyof RequestRecord)[] = ['exchangeCode', 'count'];

const whole = (value: unknown, from: number, to: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

/** Reads one line. Never throws: what cannot be read is a reason. Addresses and clocks are the reader's to judge. */
export function readRecord(line: string): ReadRecord {
  if (line.length > LONGEST_RECORD) return BadRecordReason.TOO_LONG;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return BadRecordReason.NOT_JSON;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return BadRecordReason.NOT_A_RECORD;
  const { event } = value as { event?: unknown };
  if (event === REQUEST_EVENT)
    return isRequest(value as RequestRecord)
      ? (value as RequestRecord)
      : whyNot(value, REQUIRED_FIELDS, OPTIONAL_FIELDS);
  if (event === KEY_EVENT) return checkReport(value, line);
  if (event === HEARTBEAT_EVENT) return checkHeartbeat(value as HeartbeatRecord, line);
  return BadRecordReason.NOT_A_RECORD;
}

/** Written out, field by field: this runs for every line of a log, and a loop over names takes several times as long. */
function isRequest(value: RequestRecord): boolean {
  const { exchangeCode, count, status, latencyMs, sourceIp } = value;
  const fields = REQUIRED_FIELDS.length + (exchangeCode === undefined ? 0 : 1) + (count === undefined ? 0 : 1);
  return (
    value.schema === 1 &&
    whole(value.timestamp, 0, Number.MAX_SAFE_INTEGER) &&
    isKeyName(value.keyName) &&
    isKeyId(value.keyId) &&
    isVersionId(value.keyVersion) &&
    isExchangeName(value.exchange) &&
    typeof sourceIp === 'string' &&
    sourceIp.length <= LONGEST_ADDRESS &&
    CATEGORIES.has(value.category) &&
    METHODS.has(value.method) &&
    isEndpoint(value.endpoint) &&
    (status === 0 || whole(status, 100, 599)) &&
    OUTCOMES.has(value.outcome) &&
    typeof latencyMs === 'number' &&
    latencyMs >= 0 &&
    latencyMs <= LONGEST_LATENCY_MS &&
    (exchangeCode === undefined || (typeof exchangeCode === 'string' && CODE.test(exchangeCode))) &&
    (count === undefined || whole(count, 1, LARGEST_COUNT)) &&
    countFields(value) === fields
  );
}

function countFields(value: object): number {
  let fields = 0;
  for (const _ in value) fields++;
  return fields;
}

/** What to look at first in a line that is no record. */
function whyNot(value: object, required: readonly string[], optional: readonly string[] = []): BadRecordReason {
  if ((value as RequestRecord).schema !== 1) return BadRecordReason.UNKNOWN_SCHEMA;
  const isKnown = (name: string) => required.includes(name) || optional.includes(name);
  if (!Object.keys(value).every(isKnown)) return BadRecordReason.UNKNOWN_FIELD;
  return required.every((name) => Object.hasOwn(value, name))
    ? BadRecordReason.MALFORMED_FIELD
    : BadRecordReason.MISSING_FIELD;
}

/** One that names its event twice could hide a request: nothing in a report may hold that text. */
function checkReport(value: object, line: string): ReadRecord {
  if (!isKeyReport(value)) return whyNot(value, KEY_REPORT_FIELDS);
  return line.includes(REQUEST_EVENT) ? BadRecordReason.MALFORMED_FIELD : value;
}

/**
 * The ring's own log alone delivers heartbeats; of a workload's, lines that hold the text of another event: a name twice
 * can hide it.
 */
function checkHeartbeat(value: HeartbeatRecord, line: string): ReadRecord {
  if (value.schema !== 1) return BadRecordReason.UNKNOWN_SCHEMA;
  const known = countFields(value) === 3 && !line.includes(REQUEST_EVENT) && !line.includes(KEY_EVENT);
  return known && whole(value.timestamp, 0, Number.MAX_SAFE_INTEGER) ? value : BadRecordReason.MALFORMED_FIELD;
}
