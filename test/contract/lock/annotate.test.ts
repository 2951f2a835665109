import { annotateLock } from '../../../contract/lock';
import { codeOf, refusalOf } from '../refusal';
import { entry, lockOf } from './fixture';

const A = entry('a', 1, { reason: 'before' });
const LOCK = lockOf(A, entry('b', 2));
const selection = { addresses: [A.address] };
const today = '2026-11-22';

test('what is given is written, what is not stays', () => {
  const after = annotateLock(LOCK, selection, { today, retireAfter: '2026-11-23', approvedBy: 'PR 12' });
  expect(after).toEqual(lockOf({ ...A, retireAfter: '2026-11-23', approvedBy: 'PR 12' }, entry('b', 2)));
});

test('a day that is not to come is refused', () => {
  expect(refusalOf(() => annotateLock(LOCK, selection, { today, retireAfter: today }))).toEqual({
    code: 'LOCK_RETIRE_AFTER_PAST',
    message: "retireAfter '2026-11-22' is not after today, 2026-11-22; write a later day",
  });
});

test('what a lock could not say is refused', () => {
  expect(codeOf(() => annotateLock(LOCK, selection, { today, reason: 'two\nlines' }))).toBe('LOCK_MALFORMED_VALUE');
  expect(codeOf(() => annotateLock(LOCK, { addresses: ['52.1.1.1'] }, { today }))).toBe('LOCK_ADDRESS_UNKNOWN');
});
