// Request records and deliveries of CloudWatch Logs as they really look.
import { gzipSync } from 'node:zlib';
import {
  EndpointCategory,
  KEY_EVENT,
  type KeyReport,
  KeySource,
  Outcome,
  REQUEST_EVENT,
  type RequestRecord,
} from '../../../../contract/watch';

export const VERSION = 'a1b2c3d4-0000-4000-8000-000000000001';

/** A record about which there is nothing to find in the world of these tests. */
export function requestRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    event: REQUEST_EVENT,
    schema: 1,
    timestamp: Date.now(),
    keyName: 'prod-trader-bot-a',
    keyId: '0123456789ab',
    keyVersion: VERSION,
    exchange: 'xxkk',
    sourceIp: '127.0.0.1',
    category: EndpointCategory.READ,
    method: 'GET',
    endpoint: '/v1/account',
    status: 200,
    outcome: Outcome.OK,
    latencyMs: 31,
    ...changes,
  };
}

/** A report that the current version is held. */
export function keyReport(changes: Partial<KeyReport> = {}): KeyReport {
  return {
    event: KEY_EVENT,
    schema: 1,
    timestamp: Date.now(),
    keyName: 'prod-trader-bot-a',
    keyId: '0123456789ab',
    keyVersion: VERSION,
    exchange: 'xxkk',
    source: KeySource.FILE,
    ...changes,
  };
}

/** One entry of a delivery. */
export interface Entry {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

let lines = 0;

/** An entry with an id of its own, as long as those of CloudWatch Logs. */
export function entry(record: object | string): Entry {
  const id = String(++lines).padStart(56, '3');
  return { id, timestamp: Date.now(), message: typeof record === 'string' ? record : JSON.stringify(record) };
}

/** The event of a delivery. */
export function delivery(entries: readonly unknown[], changes: object = {}): { awslogs: { data: string } } {
  const envelope = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: 'exchange-keys-prod-requests',
    logStream: 'bot-a',
    subscriptionFilters: ['exchange-keys'],
    logEvents: entries,
    ...changes,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(envelope)).toString('base64') } };
}

export function deliver(...records: (object | string)[]): { awslogs: { data: string } } {
  return delivery(records.map(entry));
}
