// Which permission covers which kind of endpoint, and which outcomes count as what: every cell of the tables.
import { ErrorClass } from '../../../contract/exchange/error-class';
import type { DescribedPermission } from '../../../contract/keys';
import {
  AUTH_FAILURES,
  EndpointCategory,
  Outcome,
  outcomeOf,
  PERMISSION_REFUSALS,
  permits,
} from '../../../contract/watch';

const { READ, TRADE, WITHDRAW } = EndpointCategory;

test.each<[DescribedPermission, EndpointCategory[]]>([
  ['read', [READ]],
  ['trade-limited', [READ, TRADE]],
  ['trade', [READ, TRADE]],
  ['withdraw', [READ, WITHDRAW]],
  ['manage-keys', [READ]],
])('%s covers %j', (permission, covered) => {
  for (const category of Object.values(EndpointCategory)) {
    expect([category, permits([permission], category)]).toEqual([category, covered.includes(category)]);
  }
});

test('several permissions cover what one of them covers, and none cover nothing', () => {
  expect(permits(['read', 'withdraw'], WITHDRAW)).toBe(true);
  expect(permits(['read', 'withdraw'], TRADE)).toBe(false);
  for (const category of Object.values(EndpointCategory)) expect(permits([], category)).toBe(false);
});

test('every class of refusal has an outcome of its own', () => {
  const outcomes = Object.values(ErrorClass).map(outcomeOf);
  expect(new Set(outcomes).size).toBe(Object.values(ErrorClass).length);
  expect(outcomes).not.toContain(Outcome.OK);
  for (const outcome of outcomes) expect(Object.values(Outcome)).toContain(outcome);
  expect(outcomeOf(ErrorClass.IP_NOT_ALLOWED)).toBe('blocked-ip');
});

test('which outcomes are refusals of the key, and which of a permission', () => {
  expect([...AUTH_FAILURES].sort()).toEqual(
    [
      ...['ambiguous-auth', 'blocked-ip', 'key-expired', 'key-unknown', 'mfa-required', 'passphrase', 'permission'],
      'signature',
    ].sort(),
  );
  expect([...PERMISSION_REFUSALS].sort()).toEqual(['permission', 'refused-local']);
});
