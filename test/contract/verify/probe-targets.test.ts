// What probes may call: echo services of different people, and hosts that prove something.
import fc from 'fast-check';
import { CLOSED_PATHS, closedPaths, echoServiceHosts } from '../../../contract/verify';
import { codeOf, refusalOf } from '../refusal';

const A = 'https://checkip.amazonaws.com';

describe('echo services', () => {
  test.each<[string, string[], string[]]>([
    ['two of different people', [A, 'https://api.ipify.org'], ['checkip.amazonaws.com', 'api.ipify.org']],
    ['with a path', [A, 'https://icanhazip.example/ip'], ['checkip.amazonaws.com', 'icanhazip.example']],
    ['below one country', ['https://ip.a.co.uk', 'https://ip.b.co.uk'], ['ip.a.co.uk', 'ip.b.co.uk']],
    ['by address', ['https://198.51.100.1', 'https://198.51.100.2'], ['198.51.100.1', '198.51.100.2']],
    ['of a local AWS', ['http://127.0.0.1:4601', 'http://127.0.0.1:4602/ip'], ['127.0.0.1', '127.0.0.1']],
  ])('%s are taken', (_, services, hosts) => {
    expect(echoServiceHosts(services)).toEqual(hosts);
  });

  test.each<[string, string, string[]]>([
    ['none', 'ECHO_SERVICES_TOO_FEW', []],
    ['one', 'ECHO_SERVICES_TOO_FEW', [A]],
    ['twice the same', 'ECHO_SERVICES_NOT_INDEPENDENT', [A, A]],
    ['one name in two spellings', 'ECHO_SERVICES_NOT_INDEPENDENT', [A, 'https://CHECKIP.amazonaws.com/']],
    ['two paths of a host', 'ECHO_SERVICES_NOT_INDEPENDENT', [`${A}/a`, `${A}/b`]],
    ['two names of one owner', 'ECHO_SERVICES_NOT_INDEPENDENT', [A, 'https://other.amazonaws.com']],
    ['a name and one below it', 'ECHO_SERVICES_NOT_INDEPENDENT', ['https://a.example', 'https://ip.a.example']],
    ['one owner in a country', 'ECHO_SERVICES_NOT_INDEPENDENT', ['https://x.a.co.uk', 'https://y.a.co.uk']],
    ['a short name in a country', 'ECHO_SERVICES_NOT_INDEPENDENT', ['https://x.abc.io', 'https://y.abc.io']],
    ['one address', 'ECHO_SERVICES_NOT_INDEPENDENT', ['https://198.51.100.1/a', 'https://198.51.100.1/b']],
    ['one port of a local AWS', 'ECHO_SERVICES_NOT_INDEPENDENT', ['http://127.0.0.1:4601', 'http://127.0.0.1:4601/b']],
    ['without TLS', 'ECHO_SERVICE_MALFORMED', [A, 'http://api.ipify.org']],
    ['another port', 'ECHO_SERVICE_MALFORMED', [A, 'https://api.ipify.org:8443']],
    ['a query', 'ECHO_SERVICE_MALFORMED', [A, 'https://api.ipify.org/?format=text']],
    ['no address', 'ECHO_SERVICE_MALFORMED', [A, 'api.ipify.org']],
  ])('%s are refused: %s', (_, code, services) => {
    expect(codeOf(() => echoServiceHosts(services))).toBe(code);
  });

  test('what could be a credential is not repeated', () => {
    const { message } = refusalOf(() => echoServiceHosts([A, 'https://user:hunter2@api.ipify.org']));
    expect(message).not.toContain('hunter2');
  });

  test('no list in which an owner comes twice is taken', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const owner = fc.tuple(fc.stringMatching(/^[a-z]{4,9}$/), fc.constantFrom('example', 'com', 'net'));
    const service = owner.chain((parts) => label.map((name) => ({ owner: parts.join('.'), name })));
    fc.assert(
      fc.property(fc.array(service, { minLength: 2, maxLength: 4 }), (services) => {
        const twice = new Set(services.map((one) => one.owner)).size < services.length;
        const code = codeOf(() => echoServiceHosts(services.map((one) => `https://${one.name}.${one.owner}`)));
        expect(code).toBe(twice ? 'ECHO_SERVICES_NOT_INDEPENDENT' : undefined);
      }),
    );
  });
});

describe('closed paths', () => {
  test('are all there, whatever is replaced', () => {
    expect(closedPaths()).toEqual(Object.values(CLOSED_PATHS));
    expect(closedPaths({ direct: '9.9.9.9', ipv6: '2620:fe::fe', unlisted: 'example.net' })).toEqual([
      { name: 'direct', host: '9.9.9.9', port: 80 },
      { name: 'ipv6', host: '2620:fe::fe', port: 443 },
      { name: 'unlisted', host: 'example.net', port: 443 },
    ]);
    expect(closedPaths({ direct: undefined })).toEqual(Object.values(CLOSED_PATHS));
  });

  test('of a local AWS have ports of their own', () => {
    expect(closedPaths({ direct: '127.0.0.1:8080', ipv6: '[::1]:8443', unlisted: 'localhost:8444' })).toEqual([
      { name: 'direct', host: '127.0.0.1', port: 8080 },
      { name: 'ipv6', host: '::1', port: 8443 },
      { name: 'unlisted', host: 'localhost', port: 8444 },
    ]);
  });

  test.each([
    { direct: 'example.com' },
    { direct: '2606:4700:4700::1111' },
    { direct: '1.1.1.1:443' },
    { direct: '1.1.1' },
    { direct: '127.0.0.1:65536' },
    { direct: '127.0.0.1:0' },
    { direct: '' },
    { ipv6: '1.1.1.1' },
    { ipv6: '[2606:4700:4700::1111]' },
    { ipv6: '[2606:4700:4700::1111]:8443' },
    { ipv6: '::1:x' },
    { unlisted: '1.1.1.1' },
    { unlisted: 'https://example.com' },
    { unlisted: 'example.com:8443' },
    { unlisted: 'Example.com' },
    { unlisted: 'exa mple.com' },
  ])('%j is refused', (hosts) => {
    const { code, message } = refusalOf(() => closedPaths(hosts));
    expect(code).toBe('CLOSED_PATH_MALFORMED');
    expect(message).toContain(`closed path '${Object.keys(hosts)[0]}'`);
  });
});
