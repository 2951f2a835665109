// What the operator's command must know of a ring: the document in its SSM parameter.
import { readCompleteDocument } from '../complete-document';
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
  const document = readCompleteDocument<RingDocument>(text, FIELDS);
  if (document) return document;
  throw new InputError(
    'RING_DOCUMENT_MALFORMED',
    `the ring's parameter is not a document of schema 1 with ${FIELDS.join(', ')}; deploy the ring again, or upgrade this command`,
  );
}
