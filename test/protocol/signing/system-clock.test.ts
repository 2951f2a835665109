// The nonces of real requests: in format, never twice, and growing whatever the clock does.
import fc from 'fast-check';
import { NonceFormat } from '../../../contract/exchange/signing-template';
import { systemClock } from '../../../protocol/signing/system-clock';

test('time is what the clock says', () => {
  expect(systemClock(() => 42).now()).toBe(42);
  expect(Math.abs(systemClock().now() - Date.now())).toBeLessThan(60_000);
});

test('nonces made of the time grow, also when the clock stands still or is set back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(NonceFormat.UNIX_MILLISECONDS, NonceFormat.UNIX_MICROSECONDS),
      fc.array(fc.integer({ min: 1_500_000_000_000, max: 4_000_000_000_000 }), { minLength: 2 }),
      (format, times) => {
        let index = 0;
        const clock = systemClock(() => times[index]);
        let last = 0;
        for (; index < times.length; index += 1) {
          for (const nonce of [clock.nonce(format), clock.nonce(format)].map(Number)) {
            expect(nonce).toBeGreaterThan(last);
            expect(Number.isSafeInteger(nonce)).toBe(true);
            last = nonce;
          }
        }
        expect(last).toBeGreaterThanOrEqual(Math.max(...times) * (format === NonceFormat.UNIX_MICROSECONDS ? 1000 : 1));
      },
    ),
  );
});

test.each([
  [NonceFormat.UUID, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/],
  [NonceFormat.HEX, /^[\da-f]{32}$/],
])('random nonces: %s', (format, pattern) => {
  const clock = systemClock();
  const nonces = Array.from({ length: 1000 }, () => clock.nonce(format));
  expect(new Set(nonces).size).toBe(nonces.length);
  for (const nonce of nonces) expect(nonce).toMatch(pattern);
});
