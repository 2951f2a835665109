// Signatures and passphrases against values computed with openssl, and any change of a signed part.
import fc from 'fast-check';
import { isPassphrase, isSignedBy } from '../support/exchange/signature';

// printf '%s' '1700000000000POST/v1/ordersa=b%20c{"x":1}' | openssl dgst -sha256 -hmac topsecret
const MAC = 'cc861cdb34f239f4ab394ad9f03ab71ed5e624a39324b13f4b7aaa24db583ed7';
const PARTS = {
  timestamp: '1700000000000',
  method: 'POST',
  path: '/v1/orders',
  query: 'a=b%20c',
  body: Buffer.from('{"x":1}'),
};

test('the published text is what is signed', () => {
  expect(isSignedBy('topsecret', PARTS, MAC)).toBe(true);
  expect(isSignedBy('topsecreT', PARTS, MAC)).toBe(false);
  expect(isSignedBy('topsecret', PARTS, MAC.toUpperCase())).toBe(false);
  expect(isSignedBy('topsecret', PARTS, '')).toBe(false);
});

test('no other text passes', () => {
  const part = fc.constantFrom('timestamp', 'method', 'path', 'query', 'body');
  fc.assert(
    fc.property(part, fc.string({ minLength: 1 }), (name, more) => {
      const before = PARTS[name as keyof typeof PARTS];
      const after = name === 'body' ? Buffer.from(`${before}${more}`) : `${before}${more}`;
      // Appended to the path, the start of the query is the same text: exchanges with this scheme share that.
      expect(isSignedBy('topsecret', { ...PARTS, [name]: after }, MAC)).toBe(false);
    }),
  );
});

test('passphrases: as they are, or as a MAC', () => {
  // printf '%s' 'my phrase!' | openssl dgst -sha256 -hmac topsecret -binary | base64
  const mac = '7LcxWeF8mUsbd4yffAabXo/pIorltM3n52s9iZdDY4o=';
  expect(isPassphrase('plain', 'topsecret', 'my phrase!', 'my phrase!')).toBe(true);
  expect(isPassphrase('plain', 'topsecret', 'my phrase!', mac)).toBe(false);
  expect(isPassphrase('hmac', 'topsecret', 'my phrase!', mac)).toBe(true);
  expect(isPassphrase('hmac', 'topsecret', 'my phrase!', 'my phrase!')).toBe(false);
});
