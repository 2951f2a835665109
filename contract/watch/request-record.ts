// One line of a workload's request log: what is known of a request to an exchange, never the request itself.

import { Outcome } from './outcome';
import { isExchangeName, isKeyName } from './record-names';

/** What kind of endpoint was called; which permission that takes is decided by `permits`. */
export enum EndpointCategory {
  READ = 'read',
  TRADE = 'trade',
  WITHDRAW = 'withdraw',
}

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

export type ReadRecord = RequestRecord | HeartbeatRecord | BadRecordReason;

const OUTCOMES: ReadonlySet<unknown> = new Set(Object.values(Outcome));
const CATEGORIES: ReadonlySet<unknown> = new Set(Object.values(EndpointCategory));
const METHODS: ReadonlySet<unknown> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'WS']);
const KEY_ID = /^[0-9a-f]{12}$/;
const VERSION = /^[A-Za-z0-9-]{32,64}$/;
const ENDPOINT = /^[A-Za-z0-9][A-Za-z0-9_.:{}/-]{0,99}$|^\/[A-Za-z0-9_.:{}/-]{0,99}$/;
const CODE = /^[!-~]{1,64}$/;
const REQUIRED_FIELDS = 14;

const text = (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value);
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
  return checkRecord(value);
}

function checkRecord(value: unknown): ReadRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return BadRecordReason.NOT_A_RECORD;
  const { event, schema } = value as Partial<RequestRecord>;
  if ((event as string) === HEARTBEAT_EVENT) return checkHeartbeat(value as HeartbeatRecord);
  if (event !== REQUEST_EVENT) return BadRecordReason.NOT_A_RECORD;
  if (schema !== 1) return BadRecordReason.UNKNOWN_SCHEMA;
  let required = 0;
  for (const name in value) {
    const verdict = checkField(name, (value as Record<string, unknown>)[name]);
    if (typeof verdict === 'string') return verdict;
    required += verdict;
  }
  return required === REQUIRED_FIELDS ? (value as RequestRecord) : BadRecordReason.MISSING_FIELD;
}

/** 1 for a good required field, 0 for a good optional one. */
function checkField(name: string, value: unknown): 0 | 1 | BadRecordReason {
  switch (name) {
    case 'event':
    case 'schema':
      return 1;
    case 'timestamp':
      return whole(value, 0, Number.MAX_SAFE_INTEGER) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'keyName':
      return isKeyName(value) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'keyId':
      return text(value, KEY_ID) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'keyVersion':
      return text(value, VERSION) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'exchange':
      return isExchangeName(value) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'sourceIp':
      return typeof value === 'string' && value.length <= 45 ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'category':
      return CATEGORIES.has(value) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'method':
      return METHODS.has(value) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'endpoint':
      return text(value, ENDPOINT) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'status':
      return value === 0 || whole(value, 100, 599) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'outcome':
      return OUTCOMES.has(value) ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'latencyMs':
      return typeof value === 'number' && value >= 0 && value <= 3_600_000 ? 1 : BadRecordReason.MALFORMED_FIELD;
    case 'exchangeCode':
      return text(value, CODE) ? 0 : BadRecordReason.MALFORMED_FIELD;
    case 'count':
      return whole(value, 1, LARGEST_COUNT) ? 0 : BadRecordReason.MALFORMED_FIELD;
    default:
      return BadRecordReason.UNKNOWN_FIELD;
  }
}

function checkHeartbeat(value: HeartbeatRecord): ReadRecord {
  if (value.schema !== 1) return BadRecordReason.UNKNOWN_SCHEMA;
  const known = Object.keys(value).length === 3;
  return known && whole(value.timestamp, 0, Number.MAX_SAFE_INTEGER) ? value : BadRecordReason.MALFORMED_FIELD;
}
