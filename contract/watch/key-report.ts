// One line of a workload's request log: which version of which key it holds. The absence of reports is how an old key is seen to be drained.
import { isExchangeName, isKeyId, isKeyName, isVersionId } from './record-names';

/** `event` of every key report. Subscription filters look for this text. */
export const KEY_EVENT = 'exchange.key';

/** Where a key came from. */
export enum KeySource {
  FILE = 'file',
  SECRETS_MANAGER = 'secrets-manager',
  ENVIRONMENT = 'environment',
}

/** Written when a key is taken over, and every hour while it is held. */
export interface KeyReport {
  readonly event: typeof KEY_EVENT;
  readonly schema: 1;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly keyName: string;
  /** First 12 hexadecimal digits of the SHA-256 of the API key. */
  readonly keyId: string;
  readonly keyVersion: string;
  readonly exchange: string;
  readonly source: KeySource;
}

const SOURCES: ReadonlySet<unknown> = new Set(Object.values(KeySource));

/** Every field; there are no optional ones. */
const REQUIRED = {
  event: true,
  schema: true,
  timestamp: true,
  keyName: true,
  keyId: true,
  keyVersion: true,
  exchange: true,
  source: true,
} as const satisfies Record<keyof KeyReport, true>;
export const KEY_REPORT_FIELDS = Object.keys(REQUIRED) as readonly (keyof KeyReport)[];

/** True for an object that is a key report and nothing else. */
export function isKeyReport(value: object): value is KeyReport {
  const report = value as KeyReport;
  return (
    report.event === KEY_EVENT &&
    report.schema === 1 &&
    Number.isSafeInteger(report.timestamp) &&
    report.timestamp >= 0 &&
    isKeyName(report.keyName) &&
    isKeyId(report.keyId) &&
    isVersionId(report.keyVersion) &&
    isExchangeName(report.exchange) &&
    SOURCES.has(report.source) &&
    Object.keys(report).length === KEY_REPORT_FIELDS.length
  );
}
