import { checkPool } from '../../../contract/lock';
import { codeOf, refusalOf } from '../refusal';
import { draining, entry, lockOf } from './fixture';

const LOCK = lockOf(entry('a', 1), entry('b', 200, { role: 'standby' }), draining('c', 999));

test('active and standby addresses are of the pool; one that drains may come from before it', () => {
  expect(codeOf(() => checkPool(LOCK, 'eu-west-1', '52.210.0.0/24'))).toBeUndefined();
});

test('a standby address outside the pool is refused', () => {
  expect(refusalOf(() => checkPool(LOCK, 'eu-west-1', '52.210.0.0/25'))).toEqual({
    code: 'LOCK_OUTSIDE_POOL',
    message:
      "address '52.210.0.200' of zone 'eu-west-1b' is not in the declared pool 52.210.0.0/25; " +
      'declare the pool it comes from, or drain it and take an address of the pool',
  });
});

test('a region without entries has none outside', () => {
  expect(codeOf(() => checkPool(LOCK, 'us-east-1', '52.210.0.0/25'))).toBeUndefined();
});
