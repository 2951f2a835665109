import { atPath, readItems, readObject, readString } from '../../../contract/allowlist/json-reader';
import { InputError } from '../../../contract/errors';
import { refusalOf } from '../refusal';

test('a refusal names the path', () => {
  const refuse = () => {
    throw new InputError('SOME_CODE', "'x' is wrong");
  };
  expect(refusalOf(() => atPath('$.cidrs[0]', refuse))).toEqual({
    code: 'SOME_CODE',
    message: "$.cidrs[0]: 'x' is wrong",
  });
});

test('an error that is no refusal stays what it is', () => {
  const defect = new TypeError('defect');
  const fail = () => {
    throw defect;
  };
  expect(() => atPath('$', fail)).toThrow(defect);
});

test('items are read with their own path', () => {
  expect(readItems(['a', 'b'], '$.x', (item, path) => `${item} at ${path}`)).toEqual(['a at $.x[0]', 'b at $.x[1]']);
});

test('an inherited key is neither known nor there', () => {
  expect(refusalOf(() => readObject({}, '$', ['toString'])).code).toBe('ALLOWLIST_DOCUMENT_MISSING_KEY');
  expect(refusalOf(() => readObject(JSON.parse('{"__proto__": {}}'), '$', [])).code).toBe(
    'ALLOWLIST_DOCUMENT_UNKNOWN_KEY',
  );
});

test('a string that only contains the form is refused', () => {
  expect(refusalOf(() => readString('ab\n', '$.x', /^ab$/, "'ab'"))).toEqual({
    code: 'ALLOWLIST_DOCUMENT_MALFORMED_VALUE',
    message: "$.x: 'ab\\u000a' is malformed; write 'ab'",
  });
});
