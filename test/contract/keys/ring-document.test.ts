import fc from 'fast-check';
import { parseRingDocument, type RingDocument } from '../../../contract/keys';
import { refusal } from '../../support/config-error';

const RING: RingDocument = {
  schema: 1,
  environment: 'prod',
  region: 'eu-west-1',
  intakeRoleArn: 'arn:aws:iam::111122223333:role/Intake',
  rotationFunction: 'rotation',
  rotationLogGroup: 'rotation-logs',
  caretakerFunction: 'caretaker',
  caretakerLogGroup: 'caretaker-logs',
  requestTopicArn: 'arn:aws:sns:eu-west-1:111122223333:requests',
};
const FIELDS = Object.keys(RING).filter((name) => name !== 'schema') as (keyof RingDocument)[];

test('a whole document is read as it is', () => {
  expect(parseRingDocument(JSON.stringify(RING))).toEqual(RING);
});

test('fields of a later version do no harm', () => {
  expect(parseRingDocument(JSON.stringify({ ...RING, more: 1 }))).toMatchObject(RING);
});

test('a document without any one of its fields is refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), fc.constantFrom(undefined, null, '', 1, [], {}), (field, value) => {
      refusal('RING_DOCUMENT_MALFORMED', () => parseRingDocument(JSON.stringify({ ...RING, [field]: value })));
    }),
  );
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '1',
  '{}',
  JSON.stringify({ ...RING, schema: 2 }),
  JSON.stringify({ ...RING, schema: '1' }),
])('%j is refused', (text) => {
  refusal('RING_DOCUMENT_MALFORMED', () => parseRingDocument(text));
});
