// Where an exchange's API may be: TLS on 443, anything only on loopback, and nothing two readers could read differently.
import fc from 'fast-check';
import { InputError } from '../../../contract/errors';
import { type BaseUrl, parseBaseUrl } from '../../../contract/exchange/base-url';
import { refusalOf } from '../refusal';

test.each<[string, Partial<BaseUrl>]>([
  [
    'https://api.xxkk.example',
    { tls: true, hostname: 'api.xxkk.example', port: 443, host: 'api.xxkk.example', path: '' },
  ],
  ['https://API.xxkk.example/', { hostname: 'api.xxkk.example', path: '' }],
  ['https://api.xxkk.example:443/api/v2/', { host: 'api.xxkk.example', path: '/api/v2' }],
  ['http://127.0.0.1:8080', { tls: false, hostname: '127.0.0.1', port: 8080, host: '127.0.0.1:8080' }],
  ['http://127.255.3.4', { port: 80, host: '127.255.3.4' }],
  ['http://localhost:1', { hostname: 'localhost', host: 'localhost:1' }],
  ['http://[::1]:9000/x', { hostname: '::1', host: '[::1]:9000', path: '/x' }],
  ['https://127.0.0.1:8443', { tls: true, port: 8443, host: '127.0.0.1:8443' }],
])('%s', (text, parts) => {
  expect(parseBaseUrl(text)).toMatchObject(parts);
});

test.each([
  'http://api.xxkk.example',
  'https://api.xxkk.example:8443',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.256',
  'http://127.1',
  'http://2130706433',
  'http://[::2]',
  'http://127.0.0.1:99999',
  'http://127.0.0.1:0',
  'https://user:pass@api.xxkk.example',
  'https://api.xxkk.example?x=1',
  'https://api.xxkk.example/#x',
  'https://api.xxkk.example/a/../b',
  'https://api.xxkk.example//a',
  'https://api.xxkk.example\\@evil.example',
  'https://api.xxkk.example\n',
  ' https://api.xxkk.example',
  'ftp://127.0.0.1',
  'https://',
  '',
])('%j is refused', (text) => {
  expect(refusalOf(() => parseBaseUrl(text)).code).toBe('EXCHANGE_BASE_URL');
});

test('what could be a credential is not repeated', () => {
  for (const text of ['https://me:hunter2@x.example', 'https://x.example?key=hunter2', 'https://x.example#hunter2']) {
    expect(refusalOf(() => parseBaseUrl(text)).message).not.toContain('hunter2');
  }
});

test('whatever is accepted, the URL standard reads the same way', () => {
  const piece = fc.constantFrom(
    'https://',
    'http://',
    '127.0.0.1',
    'localhost',
    '[::1]',
    'a.example',
    ':',
    '443',
    '@',
    '/',
  );
  const any = fc.oneof(
    fc.webUrl(),
    fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 8 }).map((p) => p.join('')),
  );
  fc.assert(
    fc.property(any, (text) => {
      let parsed: BaseUrl;
      try {
        parsed = parseBaseUrl(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return;
      }
      const url = new URL(text);
      expect(url.protocol).toBe(parsed.tls ? 'https:' : 'http:');
      expect(url.username + url.password + url.search + url.hash).toBe('');
      // The standard rewrites numeric names; such a name is no address of ours either way.
      if (!/^[0-9.x]+$/.test(parsed.hostname)) expect(url.host).toBe(parsed.host);
      expect(url.pathname.replace(/\/$/, '')).toBe(parsed.path);
    }),
    { numRuns: 2000 },
  );
});
