import { markDropped, markTold, parseLock, serializeLock } from '../../../contract/lock';
import { codeOf, refusalOf } from '../refusal';
import { draining, entry, lockIn, lockOf } from './fixture';

const A = entry('a', 1);
const B = entry('b', 2, { role: 'standby', told: {} });
const GOING = draining('c', 3, { told: { kraken: '2026-10-02', xxkk: '2026-10-02' } });
const LOCK = lockOf(A, B, GOING);
const told = { addresses: [A.address, B.address], exchange: 'kraken', day: '2026-11-22' };

test('what an exchange confirmed is written to each address, and nothing else changes', () => {
  const after = markTold(LOCK, told);
  expect(after).toEqual(
    lockOf(
      { ...A, told: { kraken: '2026-11-22', xxkk: '2026-10-02' } },
      { ...B, told: { kraken: '2026-11-22' } },
      GOING,
    ),
  );
  expect(parseLock(serializeLock(after))).toEqual(after);
  expect(LOCK.regions['eu-west-1'][0].told).toEqual({ xxkk: '2026-10-02' });
});

test('a later confirmation replaces an earlier one', () => {
  const later = markTold(markTold(LOCK, told), { ...told, day: '2026-12-01' });
  expect(later.regions['eu-west-1'][0].told.kraken).toBe('2026-12-01');
});

test('what an exchange dropped is removed there alone', () => {
  const after = markDropped(LOCK, { region: 'eu-west-1', addresses: [GOING.address], exchange: 'xxkk' });
  expect(after).toEqual(lockOf(A, B, { ...GOING, told: { kraken: '2026-10-02' } }));
});

test.each([
  [
    'LOCK_TOLD_DRAINING',
    () => markTold(LOCK, { ...told, addresses: [GOING.address] }),
    "address '52.210.0.3' is draining and is on its way off every allowlist; if it is to stay, run " +
      "'exchange-keys allowlist lock --restore 52.210.0.3' first",
  ],
  [
    'LOCK_DROPPED_IN_USE',
    () => markDropped(LOCK, { addresses: [A.address], exchange: 'xxkk' }),
    "address '52.210.0.1' is active, so xxkk must keep it; make its zone standby, deploy, " +
      "run 'exchange-keys allowlist lock --drain 52.210.0.1', then remove it at the exchange",
  ],
  [
    'LOCK_DROPPED_NOT_TOLD',
    () => markDropped(LOCK, { addresses: [GOING.address], exchange: 'constructor' }),
    "address '52.210.0.3' is not known to 'constructor', it is known to kraken, xxkk; name one of these",
  ],
  [
    'LOCK_ADDRESS_UNKNOWN',
    () => markTold(lockIn({ 'eu-west-1': [A] }), { ...told, region: 'us-east-1', addresses: [A.address] }),
    "address '52.210.0.1' is not in the lock of us-east-1, known are none; run 'exchange-keys allowlist lock' if it is deployed",
  ],
  [
    'LOCK_NO_ADDRESS',
    () => markTold(LOCK, { ...told, addresses: [] }),
    'no address was given; name one address of the lock or more',
  ],
] as const)('%s', (code, call, message) => {
  expect(refusalOf(call)).toEqual({ code, message });
});

test('a standby address is kept by exchanges too', () => {
  const call = () => markDropped(lockOf({ ...B, told: A.told }), { addresses: [B.address], exchange: 'xxkk' });
  expect(codeOf(call)).toBe('LOCK_DROPPED_IN_USE');
});

test('an exchange or a day in another form is refused', () => {
  expect(codeOf(() => markTold(LOCK, { ...told, exchange: 'XXKK' }))).toBe('EXCHANGE_NAME_MALFORMED');
  expect(codeOf(() => markTold(LOCK, { ...told, day: '22.11.2026' }))).toBe('DAY_MALFORMED');
});
