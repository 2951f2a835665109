// The log of the Lambda functions: only fields named here are ever written, so no event reaches it by accident.
import { Logger } from '@aws-lambda-powertools/logger';

const ALLOWED = [
  'requestType',
  'resourceId',
  'outcome',
  'code',
  'milliseconds',
  'keyName',
  'versionId',
  'token',
  'step',
  'operation',
  'errorClass',
  'exchangeCode',
  'fingerprint',
  'label',
  'ageDays',
  'finding',
  'subject',
  'at',
  'detail',
  'sourceIp',
  'endpoint',
  'category',
  'exchange',
  'records',
  'region',
  'zone',
  'check',
] as const;

/** A sentence may be longer than a name. */
const LONGEST: { readonly [K in (typeof ALLOWED)[number]]?: number } = { detail: 300 };

/** What one log line may carry. */
export type LogFields = { readonly [K in (typeof ALLOWED)[number]]?: string | number | undefined };

let logger: Logger | undefined;

/** Writes one line; anything but the allowed fields with short plain values is left out. */
export function log(message: string, fields: LogFields): void {
  logger ??= new Logger({ serviceName: 'exchange-keys' });
  logger.info(message, allowed(fields));
}

/** The part of `fields` that may be logged. */
export function allowed(fields: LogFields): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const name of ALLOWED) {
    const value = fields[name];
    if (typeof value === 'number') kept[name] = value;
    if (typeof value === 'string') kept[name] = value.slice(0, LONGEST[name] ?? 100);
  }
  return kept;
}
