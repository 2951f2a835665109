// What the operator's command must know of a ring's watch: the document in its SSM parameter.
import { readCompleteDocument } from '../complete-document';
import { InputError } from '../errors';

export interface WatchDocument {
  readonly schema: 1;
  readonly environment: string;
  /** Home region of the ring. */
  readonly region: string;
  /** Where workloads write their request records. */
  readonly requestLogGroup: string;
  /** Where the notifier writes one line per finding. */
  readonly findingsLogGroup: string;
  /** DynamoDB table of first-seen pairs and findings. */
  readonly findingsTable: string;
  /** Names of all alarms of the ring begin like this. */
  readonly alarmPrefix: string;
  readonly doNotTradeAlarm: string;
  readonly dashboard: string;
  readonly alarmTopicArn: string;
}

const FIELDS = [
  'environment',
  'region',
  'requestLogGroup',
  'findingsLogGroup',
  'findingsTable',
  'alarmPrefix',
  'doNotTradeAlarm',
  'dashboard',
  'alarmTopicArn',
] as const satisfies readonly (keyof WatchDocument)[];

/** The SSM parameter, e.g. `/exchange-keys/prod/watch`. */
export function watchParameterName(environment: string): string {
  return `/exchange-keys/${environment}/watch`;
}

/** @throws InputError `WATCH_DOCUMENT_MALFORMED`. */
export function parseWatchDocument(text: string): WatchDocument {
  const document = readCompleteDocument<WatchDocument>(text, FIELDS);
  if (document) return document;
  throw new InputError(
    'WATCH_DOCUMENT_MALFORMED',
    `the watch's parameter is not a document of schema 1 with ${FIELDS.join(', ')}; deploy the ring again, or upgrade this command`,
  );
}
