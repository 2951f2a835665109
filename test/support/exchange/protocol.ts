/**
 * The loopback exchange's API, as an exchange would publish it: signing, operations, codes.
 *
 * ## Signed requests
 *
 * | header          | value                                                                                     |
 * |-----------------|-------------------------------------------------------------------------------------------|
 * | `X-API-KEY`     | the API key                                                                               |
 * | `X-TIMESTAMP`   | Unix time in milliseconds, 13 digits                                                      |
 * | `X-RECV-WINDOW` | milliseconds, 1 to 60000; optional, default 5000; not part of the signature               |
 * | `X-SIGNATURE`   | lower-case hex of HMAC-SHA256 with the API secret (as UTF-8, not decoded)                 |
 * | `X-PASSPHRASE`  | only where the exchange wants one: the passphrase, or base64 HMAC-SHA256(secret, passphrase) |
 *
 * Signed text, joined without a separator: `timestamp` `METHOD` `path` `query` `body`.
 * `path` and `query` as they were sent (percent-encoding included), `query` without its question mark and empty when
 * there is none, `body` byte for byte and empty when there is none.
 * A request is in time when `server − recvWindow ≤ timestamp < server + 1000`.
 *
 * Checked in this order: headers, key known, expired, disabled, active yet, allowlist, clock, signature, passphrase,
 * rate limit, MFA, permission, then parameters (`category` of an order before its permission). A request counts as a use of the key from the passphrase on.
 * The allowlist is compared with the peer address of the socket; `X-Forwarded-For` means nothing.
 * Bodies are JSON objects; unknown fields are ignored.
 *
 * ## Answers
 *
 * `{"code": number, "msg": string, "data": object | null}`; 0 is success. The HTTP status says nothing reliable.
 *
 * | code   | HTTP | name                | meaning                                                             |
 * |--------|------|---------------------|---------------------------------------------------------------------|
 * | 0      | 200  | OK                  |                                                                     |
 * | 10001  | 400  | PARAMS              | missing or malformed header, field or body                          |
 * | 10002  | 401  | CLOCK               | timestamp outside the window                                        |
 * | 10003  | 200  | KEY_UNKNOWN         | no such key, or revoked                                             |
 * | 10004  | 401  | SIGNATURE           |                                                                     |
 * | 10005  | 403  | PERMISSION          | the key lacks the permission                                        |
 * | 10006  | 401  | PASSPHRASE          |                                                                     |
 * | 10010  | 403  | IP_NOT_ALLOWED      | peer not on the key's allowlist; key management with an unbound key |
 * | 10014  | 400  | DUPLICATE_ORDER     | client order id already used                                        |
 * | 10016  | 503  | UNAVAILABLE         | maintenance or internal error                                       |
 * | 10018  | 429  | RATE_LIMIT          | with `Retry-After` in seconds                                       |
 * | 10404  | 404  | NO_SUCH_ENDPOINT    |                                                                     |
 * | 33004  | 401  | KEY_EXPIRED         |                                                                     |
 * | 33005  | 403  | KEY_DISABLED        | disabled by its owner; can be enabled again                         |
 * | 33006  | 200  | KEY_NOT_ACTIVE_YET  | new key, not propagated yet                                         |
 * | 33010  | 403  | MFA_REQUIRED        | a person has to confirm                                             |
 * | 33020  | 400  | KEY_QUOTA           | as many keys as the account may have                                |
 * | 33021  | 404  | KEY_NOT_FOUND       | key management: no key with this id in this account, or already deleted |
 * | 33022  | 404  | ACCOUNT_NOT_FOUND   | key management: no such sub-account                                 |
 * | −2015  | 401  | AMBIGUOUS           | only with `ambiguousAuth`, instead of KEY_UNKNOWN, KEY_EXPIRED, KEY_DISABLED, IP_NOT_ALLOWED, PERMISSION |
 *
 * Statuses and numbers can be changed (`httpStatus`, `codes`), or every status be 200 (`alwaysHttp200`).
 *
 * ## Operations
 *
 * Times are Unix milliseconds, `null` for never or none. Permissions: `Read`, `SpotTrade`, `DerivTrade`, `Transfer`,
 * `Withdraw`, `KeyManage` (keys of the master account only).
 *
 * | name         | request                                       | needs                      | `data` of the answer          |
 * |--------------|-----------------------------------------------|----------------------------|-------------------------------|
 * | time         | GET /v1/time                                  | unsigned                   | `serverTime`                  |
 * | account      | GET /v1/account                               | Read                       | `account`, `balances` [{`asset`, `free`}] |
 * | inspectKey   | GET /v1/user/api-key                          | any key                    | KEY, of the calling key       |
 * | positions    | GET /v1/positions                             | Read                       | `items` [{`category`, `symbol`, `qty`}] |
 * | placeOrder   | POST /v1/orders                               | SpotTrade or DerivTrade    | `orderId` (null when dry), `clientOrderId`, `status` `filled` or `dryRun` |
 * | withdraw     | POST /v1/withdrawals                          | Withdraw                   | `withdrawalId`, `status` `pending`; nothing ever moves |
 * | createKey    | POST /v1/sub-accounts/{account}/api-keys      | KeyManage, bound to addresses | KEY and `apiSecret`, shown here only |
 * | listKeys     | GET /v1/sub-accounts/{account}/api-keys       | the same                   | `items` [KEY], `nextCursor` or null |
 * | getKey       | GET /v1/sub-accounts/{account}/api-keys/{id}  | the same                   | KEY                           |
 * | modifyKey    | POST /v1/sub-accounts/{account}/api-keys/{id} | the same                   | KEY                           |
 * | deleteKey    | DELETE /v1/sub-accounts/{account}/api-keys/{id} | the same                 | `id`                          |
 *
 * KEY = `id`, `apiKey`, `account`, `isMaster`, `label`, `permissions` [string], `ips` [address or CIDR; empty means
 * unbound, or `["*"]` with `showUnboundAs: 'star'`], `state` (`active`, `disabled`, `expired`), `createdAt`,
 * `activeFrom`, `expiresAt`, `lastUsedAt`.
 *
 * - placeOrder: `category` `spot` (default; SpotTrade) or `linear` (DerivTrade), `symbol`, `side` `Buy` or `Sell`, `qty`
 *   (decimal string), optional `clientOrderId`, `dryRun` true to validate only.
 * - withdraw: `asset`, `amount` (decimal string), `address`.
 * - createKey: `label` (1 to 16 of A-Z a-z 0-9 _, not unique: **the same request twice makes two keys**), `permissions`
 *   (at least one), `ips` (omitted, empty or `["*"]`: unbound; at most 20), `ttlDays` (1 to 365; omitted: no end),
 *   `passphrase` (7 to 32 printable characters, where the exchange wants one). An unbound key ends after 90 days.
 * - listKeys: query `limit` (1 to 100, default 20), `cursor` (the last `nextCursor`). Oldest first. Deleted keys are gone.
 * - modifyKey: `permissions`, `ips`, `state` (`active` or `disabled`). **Omitted `ips` unbind the key, omitted
 *   `permissions` leave it none.** `state` stays when omitted. The label cannot be changed.
 */
export const PERMISSIONS = ['Read', 'SpotTrade', 'DerivTrade', 'Transfer', 'Withdraw', 'KeyManage'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export const CODES = {
  OK: { code: 0, status: 200, msg: 'OK' },
  PARAMS: { code: 10001, status: 400, msg: 'Request parameter error' },
  CLOCK: { code: 10002, status: 401, msg: 'Timestamp outside of the recv window' },
  KEY_UNKNOWN: { code: 10003, status: 200, msg: 'API key is invalid' },
  SIGNATURE: { code: 10004, status: 401, msg: 'Error sign, please check your signature generation algorithm' },
  PERMISSION: { code: 10005, status: 403, msg: 'Permission denied, please check your API key permissions' },
  PASSPHRASE: { code: 10006, status: 401, msg: 'Passphrase incorrect' },
  IP_NOT_ALLOWED: { code: 10010, status: 403, msg: "Unmatched IP, please check your API key's bound IP addresses" },
  DUPLICATE_ORDER: { code: 10014, status: 400, msg: 'Duplicate client order id' },
  UNAVAILABLE: { code: 10016, status: 503, msg: 'Service unavailable' },
  RATE_LIMIT: { code: 10018, status: 429, msg: 'Too many requests' },
  NO_SUCH_ENDPOINT: { code: 10404, status: 404, msg: 'No such endpoint' },
  KEY_EXPIRED: { code: 33004, status: 401, msg: 'Your API key has expired' },
  KEY_DISABLED: { code: 33005, status: 403, msg: 'Your API key is disabled' },
  KEY_NOT_ACTIVE_YET: { code: 33006, status: 200, msg: 'Your API key is not active yet' },
  MFA_REQUIRED: { code: 33010, status: 403, msg: 'Two-factor confirmation required' },
  KEY_QUOTA: { code: 33020, status: 400, msg: 'The maximum number of API keys is reached' },
  KEY_NOT_FOUND: { code: 33021, status: 404, msg: 'API key not found' },
  ACCOUNT_NOT_FOUND: { code: 33022, status: 404, msg: 'Sub-account not found' },
  AMBIGUOUS: { code: -2015, status: 401, msg: 'Invalid API-key, IP, or permissions for action' },
} as const;
export type CodeName = keyof typeof CODES;
export const CODE_NAMES = Object.keys(CODES) as CodeName[];

/** What `ambiguousAuth` makes one. */
export const MERGED_BY_AMBIGUITY: readonly CodeName[] = [
  'KEY_UNKNOWN',
  'KEY_EXPIRED',
  'KEY_DISABLED',
  'IP_NOT_ALLOWED',
  'PERMISSION',
];

export const OPERATIONS = {
  time: { method: 'GET', path: '/v1/time' },
  account: { method: 'GET', path: '/v1/account' },
  inspectKey: { method: 'GET', path: '/v1/user/api-key' },
  positions: { method: 'GET', path: '/v1/positions' },
  placeOrder: { method: 'POST', path: '/v1/orders' },
  withdraw: { method: 'POST', path: '/v1/withdrawals' },
  createKey: { method: 'POST', path: '/v1/sub-accounts/{account}/api-keys' },
  listKeys: { method: 'GET', path: '/v1/sub-accounts/{account}/api-keys' },
  getKey: { method: 'GET', path: '/v1/sub-accounts/{account}/api-keys/{id}' },
  modifyKey: { method: 'POST', path: '/v1/sub-accounts/{account}/api-keys/{id}' },
  deleteKey: { method: 'DELETE', path: '/v1/sub-accounts/{account}/api-keys/{id}' },
} as const;
export type OperationName = keyof typeof OPERATIONS;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];

/** A refusal that is answered with its code. */
export class ApiError extends Error {
  constructor(
    public readonly reason: CodeName,
    detail?: string,
    public readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail ? `${CODES[reason].msg}: ${detail}` : CODES[reason].msg);
    this.name = 'ApiError';
  }
}
