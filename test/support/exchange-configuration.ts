// The configuration by which the loopback exchange of test/support/exchange is used, as a user would write it for XXKK.
import { ErrorClass } from '../../contract/exchange/error-class';
import {
  type ExchangeConfiguration,
  ExchangeMethod,
  type KeyFields,
} from '../../contract/exchange/exchange-configuration';
import {
  PassphraseMode,
  SigningEncoding,
  SigningHash,
  type SigningTemplate,
  TimestampFormat,
} from '../../contract/exchange/signing-template';

/** The signing of the loopback exchange. */
export const XXKK_SIGNING: SigningTemplate = {
  tokens: ['timestamp', 'method', 'path', 'query', 'body'],
  hash: SigningHash.SHA256,
  encoding: SigningEncoding.HEX,
  timestamp: { format: TimestampFormat.UNIX_MILLISECONDS },
  recvWindowMilliseconds: 5000,
  headers: {
    'X-API-KEY': '{key}',
    'X-TIMESTAMP': '{timestamp}',
    'X-RECV-WINDOW': '{recvWindow}',
    'X-SIGNATURE': '{signature}',
  },
};

const keyFields = (at: string): KeyFields => ({
  keyId: `${at}id`,
  label: `${at}label`,
  permissions: `${at}permissions`,
  allowlist: `${at}ips`,
  createdAt: `${at}createdAt`,
  expiresAt: `${at}expiresAt`,
  lastUsedAt: `${at}lastUsedAt`,
});

const KEYS = '/v1/sub-accounts/{account}/api-keys';

export interface XxkkOptions {
  /** Passphrases as the exchange's settings want them. */
  readonly passphrase?: PassphraseMode;
  readonly requestsPerSecond?: number;
  readonly activationSeconds?: number;
}

/** XXKK at a base URL, every operation included. */
export function xxkkConfiguration(baseUrl: string, options: XxkkOptions = {}): ExchangeConfiguration {
  const { passphrase = PassphraseMode.NONE, requestsPerSecond = 100, activationSeconds = 0 } = options;
  const withPassphrase = passphrase !== PassphraseMode.NONE;
  const headers = { ...XXKK_SIGNING.headers, ...(withPassphrase && { 'X-PASSPHRASE': '{passphrase}' }) };
  return {
    name: 'xxkk',
    baseUrl,
    signing: { ...XXKK_SIGNING, ...(withPassphrase && { passphrase }), headers },
    envelope: { codePath: 'code', messagePath: 'msg', successCodes: ['0'] },
    operations: {
      probe: { method: ExchangeMethod.GET, path: '/v1/account' },
      inspect: { method: ExchangeMethod.GET, path: '/v1/user/api-key', response: keyFields('data.') },
      create: {
        method: ExchangeMethod.POST,
        path: KEYS,
        body: {
          label: '{label}',
          permissions: '{permissions}',
          ips: '{allowlist}',
          ...(withPassphrase && { passphrase: '{passphrase}' }),
        },
        response: {
          apiKey: 'data.apiKey',
          apiSecret: 'data.apiSecret',
          keyId: 'data.id',
          createdAt: 'data.createdAt',
          expiresAt: 'data.expiresAt',
        },
      },
      list: {
        method: ExchangeMethod.GET,
        path: KEYS,
        query: { limit: '100', cursor: '{cursor}' },
        itemsPath: 'data.items',
        response: keyFields(''),
        nextCursorPath: 'data.nextCursor',
      },
      restrict: {
        method: ExchangeMethod.POST,
        path: `${KEYS}/{keyId}`,
        body: { permissions: '{permissions}', ips: '{allowlist}' },
      },
      revoke: { method: ExchangeMethod.DELETE, path: `${KEYS}/{keyId}`, goneCodes: ['33021'] },
      serverTime: { method: ExchangeMethod.GET, path: '/v1/time', timePath: 'data.serverTime' },
    },
    permissions: {
      read: ['Read'],
      tradeLimited: ['SpotTrade'],
      trade: ['SpotTrade', 'DerivTrade'],
      withdraw: ['Withdraw'],
      manageKeys: ['KeyManage'],
    },
    errors: [
      { code: '10001', errorClass: ErrorClass.CONFIG },
      { code: '10002', errorClass: ErrorClass.CLOCK_SKEW },
      { code: '10003', errorClass: ErrorClass.KEY_UNKNOWN },
      { code: '10004', errorClass: ErrorClass.SIGNATURE },
      { code: '10005', errorClass: ErrorClass.PERMISSION },
      { code: '10006', errorClass: ErrorClass.PASSPHRASE },
      { code: '10010', errorClass: ErrorClass.IP_NOT_ALLOWED },
      { code: '10016', errorClass: ErrorClass.TRANSIENT },
      { code: '10018', errorClass: ErrorClass.RATE_LIMIT },
      { code: '33004', errorClass: ErrorClass.KEY_EXPIRED },
      { code: '33005', errorClass: ErrorClass.PERMISSION },
      { code: '33006', errorClass: ErrorClass.NOT_ACTIVE_YET },
      { code: '33010', errorClass: ErrorClass.MFA_REQUIRED },
      { code: '33020', errorClass: ErrorClass.KEY_QUOTA },
    ],
    limits: { requestsPerSecond, activationSeconds, allowlistEntries: 20, keysPerAccount: 20 },
  };
}

/** The same where nothing of key management has an API: people create and delete keys. */
export function manualConfiguration(baseUrl: string, options: XxkkOptions = {}): ExchangeConfiguration {
  const full = xxkkConfiguration(baseUrl, options);
  const { probe, inspect, serverTime } = full.operations;
  const { manageKeys: _none, ...permissions } = full.permissions;
  return { ...full, operations: { probe, inspect, serverTime }, permissions };
}

/** The same where one code stands for an unknown key, a wrong address and a missing permission (`ambiguousAuth`). */
export function ambiguousConfiguration(baseUrl: string, options: XxkkOptions = {}): ExchangeConfiguration {
  const full = xxkkConfiguration(baseUrl, options);
  const told = full.errors.filter(({ code }) => !['10003', '10005', '10010', '33004', '33005'].includes(code ?? ''));
  return { ...full, errors: [...told, { code: '-2015', errorClass: ErrorClass.AMBIGUOUS_AUTH }] };
}
