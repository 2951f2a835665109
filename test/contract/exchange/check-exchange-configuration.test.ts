// What a configuration may not say although its schema allows it; each case changes one thing in one that is right.
import { checkExchangeConfiguration, usesPassphrase } from '../../../contract/exchange/check-exchange-configuration';
import { ErrorClass } from '../../../contract/exchange/error-class';
import {
  baseUrlVariable,
  type ExchangeConfiguration,
  ExchangeMethod,
  RevocationSigner,
} from '../../../contract/exchange/exchange-configuration';
import { PassphraseMode } from '../../../contract/exchange/signing-template';
import {
  ambiguousConfiguration,
  manualConfiguration,
  XXKK_SIGNING,
  xxkkConfiguration,
} from '../../support/exchange-configuration';

const RIGHT = xxkkConfiguration('https://api.xxkk.example');
const { operations, permissions, errors } = RIGHT;

type Change = Partial<ExchangeConfiguration>;
const withOperations = (change: object): Change => ({ operations: { ...operations, ...change } });
const without = (...names: string[]): Change => ({
  operations: Object.fromEntries(
    Object.entries(operations).filter(([name]) => !names.includes(name)),
  ) as unknown as ExchangeConfiguration['operations'],
});
const withPermissions = (change: object): Change => ({ permissions: { ...permissions, ...change } });
const found = (change: Change) =>
  checkExchangeConfiguration({ ...RIGHT, ...change }).map(({ code, path }) => `${code} ${path}`);

test.each([
  ['every operation', RIGHT],
  ['a person creates and deletes', manualConfiguration('https://api.xxkk.example')],
  ['one code for several refusals', ambiguousConfiguration('https://api.xxkk.example')],
  ['a passphrase', xxkkConfiguration('http://127.0.0.1:1', { passphrase: PassphraseMode.HMAC })],
  ['no signature', { ...RIGHT, signing: undefined, headers: { 'X-API-KEY': '{key}' } }],
])('%s: nothing to complain about', (_, configuration) => {
  expect(checkExchangeConfiguration(configuration)).toEqual([]);
});

test.each<[string, Change, string[]]>([
  ['a URL without TLS', { baseUrl: 'http://api.xxkk.example' }, ['EXCHANGE_BASE_URL baseUrl']],
  ['neither signature nor headers', { signing: undefined }, ['EXCHANGE_AUTHENTICATION ']],
  ['both', { headers: { 'X-API-KEY': '{key}' } }, ['EXCHANGE_AUTHENTICATION ']],
  ['headers without the key', { signing: undefined, headers: { 'X-A': 'a' } }, ['EXCHANGE_AUTHENTICATION headers']],
  [
    'a header with an unknown placeholder',
    { signing: undefined, headers: { 'X-A': '{key}', 'X-B': '{signature}' } },
    ['EXCHANGE_PLACEHOLDER headers.X-B'],
  ],
  [
    'a header of the HTTP client',
    { signing: undefined, headers: { Host: '{key}' } },
    ['EXCHANGE_AUTHENTICATION headers'],
  ],
  [
    'an unknown token in the signing template',
    { signing: { ...XXKK_SIGNING, tokens: ['timestamp', 'nope'] } },
    ['SIGNING_TOKEN_UNKNOWN signing.tokens.1'],
  ],
  [
    'an unknown placeholder deep in a body',
    withOperations({ create: { ...operations.create, body: { ...operations.create?.body, a: [{ b: '{nope}' }] } } }),
    ['EXCHANGE_PLACEHOLDER operations.create.body.a.0.b'],
  ],
  [
    'a placeholder of another operation',
    withOperations({ probe: { ...operations.probe, query: { a: '{account}' } } }),
    ['EXCHANGE_PLACEHOLDER operations.probe.query.a'],
  ],
  [
    'a list within a text',
    withOperations({ restrict: { ...operations.restrict, body: { p: '{permissions}', i: 'x{allowlist}' } } }),
    ['EXCHANGE_PLACEHOLDER operations.restrict.body.i'],
  ],
  [
    'a list in a query',
    withOperations({ restrict: { ...operations.restrict, query: { p: '{permissions}' } } }),
    ['EXCHANGE_PLACEHOLDER operations.restrict.query.p'],
  ],
  [
    'a comma after what is no list',
    withOperations({ list: { ...operations.list, path: '/{account:comma}' } }),
    ['EXCHANGE_PLACEHOLDER operations.list.path'],
  ],
  [
    'a stray brace',
    withOperations({ probe: { ...operations.probe, path: '/v1/{account' } }),
    ['EXCHANGE_PLACEHOLDER operations.probe.path'],
  ],
  [
    'a creation that does not bind the key',
    withOperations({
      create: { ...operations.create, body: { label: '{label}', permissions: '{permissions:comma}' } },
    }),
    ['EXCHANGE_PLACEHOLDER_MISSING operations.create'],
  ],
  [
    'a creation without label where keys are found by it',
    withOperations({ create: { ...operations.create, body: { p: '{permissions}', i: '{allowlist}' } } }),
    ['EXCHANGE_PLACEHOLDER_MISSING operations.create'],
  ],
  [
    'a restriction that would wipe the allowlist',
    withOperations({ restrict: { ...operations.restrict, body: { permissions: '{permissions}' } } }),
    ['EXCHANGE_PLACEHOLDER_MISSING operations.restrict'],
  ],
  [
    'a deletion of nobody knows which key',
    withOperations({ revoke: { method: ExchangeMethod.POST, path: '/v1/delete' } }),
    ['EXCHANGE_PLACEHOLDER_MISSING operations.revoke'],
  ],
  [
    'a key that deletes itself needs no id',
    withOperations({
      revoke: {
        method: ExchangeMethod.POST,
        path: '/v1/delete',
        signedBy: RevocationSigner.KEY,
        body: { k: '{apiKey}' },
      },
    }),
    [],
  ],
  [
    'the API key of a key that somebody else deletes',
    withOperations({ revoke: { ...operations.revoke, path: '/{keyId}', query: { k: '{apiKey}' } } }),
    ['EXCHANGE_PLACEHOLDER operations.revoke.query.k'],
  ],
  [
    'a GET with a body',
    withOperations({ probe: { ...operations.probe, body: { a: 1 } } }),
    ['EXCHANGE_OPERATION_INCOMPLETE operations.probe.body'],
  ],
  [
    'a cursor that is never sent',
    withOperations({ list: { ...operations.list, query: { limit: '10' } } }),
    ['EXCHANGE_OPERATION_INCOMPLETE operations.list'],
  ],
  [
    'a cursor from nowhere',
    withOperations({ list: { ...operations.list, nextCursorPath: undefined } }),
    ['EXCHANGE_OPERATION_INCOMPLETE operations.list'],
  ],
  ['a restriction that nothing reads back', without('list'), ['EXCHANGE_OPERATION_INCOMPLETE operations.restrict']],
  [
    'listed keys without id and label',
    withOperations({
      list: { ...operations.list, response: { ...operations.list?.response, keyId: undefined, label: undefined } },
    }),
    [
      'EXCHANGE_OPERATION_INCOMPLETE operations.list.response',
      'EXCHANGE_OPERATION_INCOMPLETE operations.list.response',
    ],
  ],
  [
    'management without a name for it',
    withPermissions({ manageKeys: undefined }),
    ['EXCHANGE_MANAGE_KEYS_NOT_MAPPED permissions'],
  ],
  ['a permission mapped to nothing', withPermissions({ trade: [] }), ['EXCHANGE_PERMISSION_NAMES permissions.trade']],
  [
    'a name that trades and withdraws',
    withPermissions({ trade: ['DerivTrade', 'Payout'], withdraw: ['Payout'] }),
    ['EXCHANGE_PERMISSION_NAMES permissions.trade'],
  ],
  [
    'a name under read that looks like a withdrawal',
    withPermissions({ read: ['Read', 'canWithdrawFiat'] }),
    ['EXCHANGE_PERMISSION_NAMES permissions.read'],
  ],
  [
    'a name under trade-limited that looks like a transfer',
    withPermissions({ tradeLimited: ['SpotTrade', 'SubMemberTransfer'] }),
    ['EXCHANGE_PERMISSION_NAMES permissions.tradeLimited'],
  ],
  [
    'trade that read has already',
    withPermissions({ trade: ['Read'], tradeLimited: undefined }),
    ['EXCHANGE_PERMISSION_NAMES permissions.trade'],
  ],
  [
    'limited trade that is not limited',
    withPermissions({ trade: ['SpotTrade'] }),
    ['EXCHANGE_PERMISSION_NAMES permissions.trade'],
  ],
  [
    'a quarantine in which one can trade',
    { quarantinePermissions: ['Read', 'SpotTrade'] },
    ['EXCHANGE_PERMISSION_NAMES quarantinePermissions'],
  ],
  [
    'a status alone',
    { errors: [...errors, { status: 401, errorClass: ErrorClass.KEY_UNKNOWN }] },
    ['EXCHANGE_ERROR_RULE errors.14'],
  ],
  [
    'a message that nobody can find',
    {
      envelope: { codePath: 'code', successCodes: ['0'] },
      errors: [...errors, { messageContains: 'abc', errorClass: ErrorClass.REGION }],
    },
    ['EXCHANGE_ERROR_RULE errors.14'],
  ],
  [
    'a success that is an error',
    { errors: [...errors, { code: '0', errorClass: ErrorClass.REGION }] },
    ['EXCHANGE_ERROR_RULE errors.14'],
  ],
  [
    'the same code twice',
    { errors: [...errors, { code: '10001', errorClass: ErrorClass.REGION }] },
    ['EXCHANGE_ERROR_RULE errors.14'],
  ],
  [
    'an entry that an earlier one hides',
    { errors: [...errors, { code: '10001', status: 400, messageContains: 'ip', errorClass: ErrorClass.REGION }] },
    ['EXCHANGE_ERROR_RULE errors.14'],
  ],
  [
    'the narrower entry first',
    { errors: [{ code: '10001', messageContains: 'ip', errorClass: ErrorClass.REGION }, ...errors] },
    [],
  ],
  [
    'a code about the signer taken for one about the deleted key',
    withOperations({ revoke: { ...operations.revoke, goneCodes: ['33021', '10003'] } }),
    ['EXCHANGE_ERROR_RULE operations.revoke.goneCodes.1'],
  ],
  [
    'a success taken for a key that is gone',
    withOperations({ revoke: { ...operations.revoke, goneCodes: ['0'] } }),
    ['EXCHANGE_ERROR_RULE operations.revoke.goneCodes.0'],
  ],
  [
    'no code of an address that is not allowed',
    { errors: errors.filter(({ errorClass }) => errorClass !== ErrorClass.IP_NOT_ALLOWED) },
    ['EXCHANGE_ERROR_CLASSES_MISSING errors'],
  ],
  [
    'a new key without the passphrase that requests need',
    { signing: xxkkConfiguration('', { passphrase: PassphraseMode.PLAIN }).signing },
    ['EXCHANGE_PASSPHRASE_NOT_SENT operations.create'],
  ],
])('%s', (_, change, expected) => {
  expect(found(change)).toEqual(expected);
});

test('a passphrase that the exchange chooses need not be sent', () => {
  const { signing } = xxkkConfiguration('', { passphrase: PassphraseMode.PLAIN });
  const { create } = operations;
  if (!create) throw new Error('the configuration has no creation');
  const chosen = { ...create, response: { ...create.response, passphrase: 'data.passphrase' } };
  expect(found({ signing, ...withOperations({ create: chosen }) })).toEqual([]);
});

test('passphrases are needed where signing or a header uses them', () => {
  expect(usesPassphrase(RIGHT)).toBe(false);
  expect(usesPassphrase(xxkkConfiguration('', { passphrase: PassphraseMode.HMAC }))).toBe(true);
  expect(usesPassphrase({ ...RIGHT, signing: undefined, headers: { A: '{key}', B: '{passphrase}' } })).toBe(true);
});

test('the variable of the base URL follows from the name', () => {
  expect(baseUrlVariable({ name: 'xxkk' })).toBe('XXKK_API_BASE_URL');
  expect(baseUrlVariable({ name: 'my-dex' })).toBe('MY_DEX_API_BASE_URL');
  expect(baseUrlVariable({ name: 'xxkk', baseUrlVariable: 'OTHER' })).toBe('OTHER');
});
