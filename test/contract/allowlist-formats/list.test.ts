// Documents of several regions as one list.
import fc from 'fast-check';
import { egressList } from '../../../contract/allowlist-formats';
import { refusalOf } from '../refusal';
import { anyDocuments, document } from './arbitraries';

const IRELAND = document('eu-west-1', { a: ['34.240.0.1', 'active'], b: ['34.240.0.2', 'standby'] }, ['34.240.0.0/28']);
const VIRGINIA = document('us-east-1', { a: ['52.0.0.9', 'standby'] });

test('by region and zone, with the range that is published', () => {
  const { cidrs, entries } = egressList([VIRGINIA, IRELAND]);
  expect(cidrs).toEqual(['34.240.0.0/28', '52.0.0.9/32']);
  expect(entries.map(({ availabilityZone, publishedCidr }) => [availabilityZone, publishedCidr])).toEqual([
    ['eu-west-1a', '34.240.0.0/28'],
    ['eu-west-1b', '34.240.0.0/28'],
    ['us-east-1a', '52.0.0.9/32'],
  ]);
});

test('of one role: the addresses alone, since a block holds those of the other', () => {
  const { cidrs, entries } = egressList([IRELAND, VIRGINIA], 'standby');
  expect(cidrs).toEqual(['34.240.0.2/32', '52.0.0.9/32']);
  expect(entries.map(({ address, publishedCidr }) => [address, publishedCidr])).toEqual([
    ['34.240.0.2', '34.240.0.2/32'],
    ['52.0.0.9', '52.0.0.9/32'],
  ]);
});

test('the roles together are everything', () => {
  fc.assert(
    fc.property(anyDocuments(), (documents) => {
      const of = (role?: 'active' | 'standby') => {
        const some = documents.some(({ entries }) =>
          entries.some((entry) => role === undefined || entry.role === role),
        );
        return some ? egressList(documents, role).entries.map(({ address }) => address) : [];
      };
      expect([...of('active'), ...of('standby')].sort()).toEqual(of().sort());
    }),
  );
});

test.each([
  ['no address of the role', [VIRGINIA], 'active', 'ALLOWLIST_NO_ADDRESS', "no address of 'prod' is active"],
  ['no document', [], undefined, 'ALLOWLIST_NO_ADDRESS', 'no address is in the allowlists'],
  [
    'two environments',
    [VIRGINIA, { ...IRELAND, environment: 'dev' }],
    undefined,
    'ALLOWLIST_OTHER_ENVIRONMENTS',
    'prod and dev',
  ],
  [
    'an address in two regions',
    [VIRGINIA, document('eu-west-1', { c: ['52.0.0.9', 'active'] })],
    undefined,
    'ALLOWLIST_ADDRESS_TWICE',
    'for eu-west-1c and for us-east-1a',
  ],
] as const)('refused: %s', (_, documents, role, code, words) => {
  const refused = refusalOf(() => egressList(documents, role));
  expect(refused).toEqual({ code, message: expect.stringContaining(words) });
});
