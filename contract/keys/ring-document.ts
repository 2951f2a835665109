// What the operator's command must know of a ring: the document in its SSM parameter.
import { InputError } from '../errors';

export interface RingDocument {
  readonly schema: 1;
  readonly environment: string;
  /** Home region. */
  readonly region: string;
  /** Role to assume for `key put`, `key rotate`. */
  readonly intakeRoleArn: string;
  readonly rotationFunction: string;
  readonly rotationLogGroup: string;
  readonly caretakerFunction: string;
  readonly caretakerLogGroup: string;
  /** Where people are asked to create or delete a key. */
  readonly requestTopicArn: string;
}

const FIELDS = [
  'environment',
  'region',
  'intakeRoleArn',
  'rotationFunction',
  'rotationLogGroup',
  'caretakerFunction',
  'caretakerLogGroup',
  'requestTopicArn',
] as const satisfies readonly (keyof RingDocument)[];

/** @throws InputError `RING_DOCUMENT_MALFORMED`. */
export function parseRingDocument(text: string): RingDocument {
  let value: Record<string, unknown> | null = null;
  try {
    value = JSON.parse(text);
  } catch {
    // falls through to the refusal: what was there is not worth showing
  }
  const complete =
    value?.schema === 1 && FIELDS.every((name) => typeof value?.[name] === 'string' && value[name] !== '');
  if (complete) return value as unknown as RingDocument;
  throw new InputError(
    'RING_DOCUMENT_MALFORMED',
    `the ring's parameter is not a document of schema 1 with ${FIELDS.join(', ')}; deploy the ring again, or upgrade this command`,
  );
}
