// An exchange's configuration is refused at synth, with all its problems at once and without showing a secret.
import { Exchange, ExchangeConfiguration, PassphraseMode } from '../../../lib';
import { refusal } from '../../support/config-error';
import { compliantTemplate, resourcesOf } from '../../support/egress';
import { manualConfiguration, XXKK_SIGNING, xxkkConfiguration } from '../../support/exchange-configuration';
import { TRADER, withRing } from '../../support/keys';

const URL = 'https://api.xxkk.example';
const GOOD = xxkkConfiguration(URL);

const refused = (change: object, code = 'EXCHANGE_CONFIGURATION_INVALID') =>
  refusal(code, () => withRing({ exchange: Exchange.xxkk({ ...GOOD, ...change } as ExchangeConfiguration) }));

const { create, revoke, list } = GOOD.operations;

test.each<[string, object, string, string]>([
  [
    'plain HTTP',
    { baseUrl: 'http://api.xxkk.example' },
    'EXCHANGE_BASE_URL',
    "'baseUrl': base URL: 'http://api.xxkk.example' is without TLS",
  ],
  ['a port that the network does not let out', { baseUrl: `${URL}:8443` }, 'EXCHANGE_BASE_URL', 'has port 8443'],
  ['a name that is none', { name: 'XX KK' }, 'EXCHANGE_SCHEMA', "'name': must match pattern"],
  [
    'a missing endpoint',
    { operations: { ...GOOD.operations, probe: undefined } },
    'EXCHANGE_SCHEMA',
    "'operations': must have required property 'probe'",
  ],
  ['an unknown field', { retries: 3 }, 'EXCHANGE_SCHEMA', "must NOT have additional properties ('retries')"],
  [
    'an unknown token',
    { signing: { ...XXKK_SIGNING, tokens: ['tiemstamp'] } },
    'SIGNING_TOKEN_UNKNOWN',
    "'signing.tokens.0': 'tiemstamp' is no token here",
  ],
  [
    'the secret in a header',
    { signing: { ...XXKK_SIGNING, headers: { ...XXKK_SIGNING.headers, 'X-S': '{secret}' } } },
    'SIGNING_SECRET_TOKEN',
    "'signing.headers.X-S': ",
  ],
  [
    'a signature that is not sent',
    { signing: { ...XXKK_SIGNING, headers: { 'X-API-KEY': '{key}' } } },
    'SIGNING_SIGNATURE_UNUSED',
    'the signature is sent nowhere',
  ],
  ['no authentication', { signing: undefined }, 'EXCHANGE_AUTHENTICATION', "neither 'signing' nor 'headers'"],
  [
    'a passphrase that a new key does not get',
    { signing: xxkkConfiguration(URL, { passphrase: PassphraseMode.PLAIN }).signing },
    'EXCHANGE_PASSPHRASE_NOT_SENT',
    "'operations.create': ",
  ],
  [
    'an unknown placeholder',
    { operations: { ...GOOD.operations, revoke: { ...revoke, path: '/keys/{id}' } } },
    'EXCHANGE_PLACEHOLDER',
    "placeholder '{id}' is unknown",
  ],
  [
    'keys without their allowlist',
    {
      operations: {
        ...GOOD.operations,
        create: { ...create, body: { label: '{label}', permissions: '{permissions}' } },
      },
    },
    'EXCHANGE_PLACEHOLDER_MISSING',
    'it does not send {allowlist}',
  ],
  [
    'pages of which only the first is read',
    { operations: { ...GOOD.operations, list: { ...list, nextCursorPath: undefined } } },
    'EXCHANGE_OPERATION_INCOMPLETE',
    "'operations.list': 'nextCursorPath'",
  ],
  [
    'a management key without permissions',
    { permissions: { ...GOOD.permissions, manageKeys: undefined } },
    'EXCHANGE_MANAGE_KEYS_NOT_MAPPED',
    "'permissions': create, list, restrict, revoke are signed",
  ],
  [
    'a permission that moves funds',
    { permissions: { ...GOOD.permissions, trade: ['SpotTrade', 'AccountTransfer'] } },
    'EXCHANGE_PERMISSION_NAMES',
    "'AccountTransfer' looks like moving funds",
  ],
  [
    'codes that tell nothing',
    { errors: GOOD.errors.slice(0, 1) },
    'EXCHANGE_ERROR_CLASSES_MISSING',
    'no code means KEY_UNKNOWN, IP_NOT_ALLOWED, PERMISSION',
  ],
  ['a code twice', { errors: [...GOOD.errors, GOOD.errors[0]] }, 'EXCHANGE_ERROR_RULE', 'errors.0 comes first'],
])('%s', (_, change, code, part) => {
  const message = refused(change);
  expect(message).toContain(part);
  expect(message).toContain(`[${code}]`);
  expect(message).toMatch(/^the configuration of exchange '.*' has \d+ problems?: /);
});

test('all problems are told at once', () => {
  const message = refused({
    baseUrl: 'http://api.xxkk.example',
    signing: { ...XXKK_SIGNING, tokens: ['tiemstamp', 'method', 'path', 'query', 'body'] },
    errors: GOOD.errors.slice(0, 1),
  });
  expect(message).toContain("'xxkk' has 3 problems: ");
  for (const code of ['EXCHANGE_BASE_URL', 'SIGNING_TOKEN_UNKNOWN', 'EXCHANGE_ERROR_CLASSES_MISSING']) {
    expect(message).toContain(`[${code}]`);
  }
});

test('a configuration without types is refused as well: it may come from a file', () => {
  for (const wrong of [{}, { name: 'xxkk' }, { name: 'xxkk', operations: null }]) {
    refusal('EXCHANGE_CONFIGURATION_INVALID', () =>
      withRing({ exchange: Exchange.xxkk(wrong as unknown as ExchangeConfiguration) }),
    );
  }
});

test('a value that is not known here is not shown: a secret could have slipped in', () => {
  for (const change of [
    { apiSecret: 'LEAKEDSECRET0001' },
    { baseUrl: 'https://user:LEAKEDSECRET0001@api.xxkk.example' },
    { baseUrl: 'https://api.xxkk.example/?key=LEAKEDSECRET0001' },
    { limits: 'LEAKEDSECRET0001' },
    { name: ['LEAKEDSECRET0001'] },
  ]) {
    expect(refused(change)).not.toContain('LEAKEDSECRET0001');
  }
});

test('a configuration that no parameter holds is refused', () => {
  const errors = Array.from({ length: 180 }, (_, index) => ({
    code: `E${index}`,
    errorClass: GOOD.errors[0].errorClass,
  }));
  const message = refused({ errors: [...GOOD.errors, ...errors] }, 'EXCHANGE_CONFIGURATION_TOO_LARGE');
  expect(message).toContain('an SSM parameter holds 8192');
});

test('a key of an exchange that is refused is refused', () => {
  const { ring } = withRing();
  const exchange = Exchange.xxkk({ ...GOOD, name: 'second', errors: [] });
  refusal('EXCHANGE_CONFIGURATION_INVALID', () => ring.addKey('TraderBotA', { ...TRADER, exchange }));
});

describe('by hand', () => {
  const operationsOf = (exchange: Exchange): string[] => {
    const { stack } = withRing({ exchange });
    const [parameter] = Object.values(resourcesOf(compliantTemplate(stack), 'AWS::SSM::Parameter')).filter(
      ({ Properties }) => String(Properties.Name).includes('/exchange/'),
    );
    return Object.keys(JSON.parse(parameter.Properties.Value as string).operations);
  };

  test('the operations of the management key are left out', () => {
    expect(operationsOf(Exchange.manual(GOOD))).toEqual(['probe', 'inspect', 'serverTime']);
    const { serverTime: _, ...withoutTime } = manualConfiguration(URL).operations;
    expect(operationsOf(Exchange.manual({ ...GOOD, operations: withoutTime }))).toEqual(['probe', 'inspect']);
  });

  test('a key needs no account where no operation names one', () => {
    const { ring } = withRing({ exchange: Exchange.manual(GOOD) });
    expect(ring.addKey('TraderBotA', { ...TRADER, account: undefined }).keyName).toBe('dev-trader-bot-a');
  });

  test('the configuration is checked all the same', () => {
    refusal('EXCHANGE_CONFIGURATION_INVALID', () => withRing({ exchange: Exchange.manual({ ...GOOD, errors: [] }) }));
  });
});
