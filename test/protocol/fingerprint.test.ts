// What names a key in logs and records.
import { fingerprint } from '../../protocol/fingerprint';

test('a fingerprint is 12 hexadecimal digits of SHA-256', () => {
  expect(fingerprint('abc')).toBe('ba7816bf8f01');
});
