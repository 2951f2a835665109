// The property reader names what is missing, malformed or unknown, at any depth.
import { parseVpcId } from '../../../contract/aws-ids';
import { list, type Reader, record, text } from '../../../runtime/shared/properties';
import { Refusal } from '../../../runtime/shared/refusal';

interface Sample {
  readonly VpcId: string;
  readonly Items: readonly { readonly Name: string }[];
}

const anything = text('a name', () => undefined);
const sample: Reader<Sample> = record<Sample>({
  VpcId: text('a VPC id', parseVpcId),
  Items: list(record<{ Name: string }>({ Name: anything }), 2),
});
const valid = { VpcId: 'vpc-0123456789abcdef0', Items: [{ Name: 'a' }] };

const refusal = (value: unknown) => {
  try {
    sample(value, '');
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('not refused');
};

test('a valid value is read', () => {
  expect(sample(valid, '')).toEqual(valid);
});

test.each<[string, unknown, string]>([
  ['missing', { Items: valid.Items }, "property 'VpcId' is missing; expected a VPC id"],
  ['null', { ...valid, VpcId: null }, "property 'VpcId' is 'null'; expected a VPC id"],
  ['a number', { ...valid, VpcId: 1 }, "property 'VpcId' is '1'; expected a VPC id"],
  [
    'malformed',
    { ...valid, VpcId: 'vpc-1' },
    "property 'VpcId' is malformed: 'vpc-1' is not a VPC id; write 'vpc-' and",
  ],
  ['an empty list', { ...valid, Items: [] }, "property 'Items' is '[]'; expected a list of 1 to 2 items"],
  ['no list', { ...valid, Items: {} }, "property 'Items' is '{}'; expected a list of 1 to 2 items"],
  ['too long a list', { ...valid, Items: [1, 2, 3] }, "property 'Items' is '[1,2,3]'; expected a list of 1 to 2 items"],
  ['an item that is no object', { ...valid, Items: ['a'] }, "property 'Items[0]' is 'a'; expected an object"],
  ['an item that is a list', { ...valid, Items: [[]] }, "property 'Items[0]' is '[]'; expected an object"],
  [
    'a field of an item',
    { ...valid, Items: [...valid.Items, {}] },
    "property 'Items[1].Name' is missing; expected a name",
  ],
  ['inherited', Object.create(valid), "property 'VpcId' is missing; expected a VPC id"],
])('%s is refused', (_, value, message) => {
  expect(refusal(value).code).toBe('PROPERTY_INVALID');
  expect(refusal(value).message).toContain(message);
});

test.each<[string, unknown, string]>([
  [
    'at the top',
    { ...valid, Extra: 'x' },
    "property 'Extra' is 'x' but is not known; remove it, the known ones are 'VpcId', 'Items'",
  ],
  [
    'in an item',
    { ...valid, Items: [{ Name: 'a', name: 'b' }] },
    "property 'Items[0].name' is 'b' but is not known; remove it",
  ],
  ['of every object', { ...valid, constructor: 'x' }, "property 'constructor' is 'x' but is not known"],
])('an unknown property %s is refused', (_, value, message) => {
  expect(refusal(value).code).toBe('PROPERTY_UNKNOWN');
  expect(refusal(value).message).toContain(message);
});

test('a fault in a parser is not taken for a malformed value', () => {
  const broken = text('anything', () => {
    throw new TypeError('broken');
  });
  expect(() => broken('a', 'A')).toThrow(TypeError);
});
