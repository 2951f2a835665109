// What a configuration can say about an exchange: everything the rotation needs of it, as data instead of code.
import type { EndpointCategory } from './endpoint-category';
import type { ErrorClass } from './error-class';
import type { SigningTemplate } from './signing-template';

/** HTTP method of an operation. */
export enum ExchangeMethod {
  /** Reads. */
  GET = 'GET',
  /** Creates or changes. */
  POST = 'POST',
  /** Replaces. */
  PUT = 'PUT',
  /** Changes. */
  PATCH = 'PATCH',
  /** Deletes. */
  DELETE = 'DELETE',
}

/** How an answer writes a time. `null`, an empty text, 0 and -1 mean: none. */
export enum AnswerTimeFormat {
  /** 1795341600123, as number or text. */
  UNIX_MILLISECONDS = 'unix-ms',
  /** 1795341600, as number or text. */
  UNIX_SECONDS = 'unix-s',
  /** 2026-11-22T10:00:00.123Z; a time without a zone is refused. */
  ISO_8601 = 'iso-8601',
}

/** How an answer writes several values. */
export enum AnswerListFormat {
  /** A JSON array of strings. */
  LIST = 'list',
  /** One text with commas between the values. */
  COMMA = 'comma',
}

/** How the exchange wants the entries of an allowlist. */
export enum AllowlistEntryFormat {
  /** 203.0.113.10/32 and 203.0.113.0/28. */
  CIDR = 'cidr',
  /** 203.0.113.10; a block of several addresses is refused. */
  ADDRESS = 'address',
  /** 203.0.113.10 and 203.0.113.0/28. */
  ADDRESS_OR_CIDR = 'address-or-cidr',
}

/** Who signs the deletion of a key. */
export enum RevocationSigner {
  /** The management key of the ring. */
  MANAGEMENT = 'management',
  /** The key that is to be deleted. */
  KEY = 'key',
}

/**
 * How an answer says whether the request succeeded. The HTTP status alone never decides: a 2xx can be a refusal.
 */
export interface ExchangeEnvelope {
  /** Where the code is, names joined by dots, for example `code` or `error.code`. */
  readonly codePath: string;
  /**
   * Where the text of a refusal is; only compared with `messageContains`, never logged.
   * @default - none
   */
  readonly messagePath?: string;
  /**
   * Codes that mean success, as text. An answer without a code is then no success.
   * @default - a 2xx answer without a code is a success, one with a code is not
   */
  readonly successCodes?: string[];
}

/** What one code of the exchange means. The first entry that matches decides. */
export interface ExchangeErrorRule {
  /**
   * The code, as text; required where `messageContains` is not given: the HTTP status alone decides nothing.
   * @default - any code
   */
  readonly code?: string;
  /**
   * Part of the message, upper and lower case alike.
   * @default - any message
   */
  readonly messageContains?: string;
  /**
   * The HTTP status, 100 to 599.
   * @default - any status
   */
  readonly status?: number;
  /** What it means. */
  readonly errorClass: ErrorClass;
}

/**
 * One request. Texts may hold placeholders; which ones depends on the operation. In a body, a text that is nothing but
 * `{permissions}` or `{allowlist}` becomes a JSON array; `{permissions:comma}` and `{allowlist:comma}` are texts.
 */
export interface ExchangeOperation {
  /** HTTP method. */
  readonly method: ExchangeMethod;
  /** Path with a leading slash, without query; values of placeholders are percent-encoded. */
  readonly path: string;
  /**
   * Query by name, in this order.
   * @default - none
   */
  readonly query?: { readonly [name: string]: string };
  /**
   * Body; sent as the signing template says, as JSON without one. Not with GET or DELETE, unless the exchange wants it.
   * @default - none
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii knows no unknown
  readonly body?: { readonly [name: string]: any };
}

/** Where an answer holds what is known of a key; names joined by dots, list indices as numbers, for example `data.0.perm`. */
export interface KeyFields {
  /** The exchange's names of the permissions. An answer without it is refused. */
  readonly permissions: string;
  /**
   * How `permissions` is written.
   * @default AnswerListFormat.LIST
   */
  readonly permissionsFormat?: AnswerListFormat;
  /** The allowlist. An answer without it is refused; `*`, an empty text and an empty list mean: bound to no address. */
  readonly allowlist: string;
  /**
   * How `allowlist` is written.
   * @default AnswerListFormat.LIST
   */
  readonly allowlistFormat?: AnswerListFormat;
  /**
   * What key management calls the key.
   * @default - none
   */
  readonly keyId?: string;
  /**
   * The label.
   * @default - none
   */
  readonly label?: string;
  /**
   * Time of creation.
   * @default - none
   */
  readonly createdAt?: string;
  /**
   * When the exchange will end the key by itself.
   * @default - none
   */
  readonly expiresAt?: string;
  /**
   * Time of the last use.
   * @default - none
   */
  readonly lastUsedAt?: string;
  /**
   * How times are written.
   * @default AnswerTimeFormat.UNIX_MILLISECONDS
   */
  readonly timeFormat?: AnswerTimeFormat;
}

/** Where the answer to a creation holds the new key. */
export interface CreatedKeyFields {
  /** The API key. */
  readonly apiKey: string;
  /** The API secret. */
  readonly apiSecret: string;
  /**
   * What key management calls the key.
   * @default - the API key itself
   */
  readonly keyId?: string;
  /**
   * The passphrase, where the exchange chooses it.
   * @default - the one that was sent
   */
  readonly passphrase?: string;
  /**
   * Time of creation.
   * @default - none
   */
  readonly createdAt?: string;
  /**
   * When the exchange will end the key by itself.
   * @default - none
   */
  readonly expiresAt?: string;
  /**
   * How times are written.
   * @default AnswerTimeFormat.UNIX_MILLISECONDS
   */
  readonly timeFormat?: AnswerTimeFormat;
}

/** Asks what the calling key may do, and from where. Signed by the key; placeholders `{keyId}`, `{apiKey}`. */
export interface InspectOperation extends ExchangeOperation {
  /** Where the answer holds it. */
  readonly response: KeyFields;
}

/**
 * Creates a key. Signed by the management key; placeholders `{account}`, `{label}`, `{permissions}`, `{allowlist}`,
 * `{passphrase}` (a new random one).
 */
export interface CreateOperation extends ExchangeOperation {
  /** Where the answer holds the key. */
  readonly response: CreatedKeyFields;
}

/**
 * Lists the keys of an account. Signed by the management key; placeholders `{account}`, `{cursor}` (a parameter of the
 * query that is nothing but `{cursor}` is left out on the first page).
 */
export interface ListOperation extends ExchangeOperation {
  /** Where the answer holds the list; `.` for an answer that is the list itself. */
  readonly itemsPath: string;
  /** Where each item holds what is known of its key; `keyId` is required. */
  readonly response: KeyFields;
  /**
   * Where the answer holds the `{cursor}` of the next page; `null`, an empty text or nothing there: the last page.
   * @default - there is one page
   */
  readonly nextCursorPath?: string;
}

/**
 * Deletes a key. Placeholders `{account}`, `{keyId}`, `{passphrase}` (of that key), and `{apiKey}` where the key signs
 * itself.
 */
export interface RevokeOperation extends ExchangeOperation {
  /**
   * Who signs.
   * @default RevocationSigner.MANAGEMENT
   */
  readonly signedBy?: RevocationSigner;
  /**
   * Codes that mean: the key to be deleted does not exist. Not codes of `errors`, which are about the key that signs.
   * @default - none; where the code of an unknown key comes, the list or a probe of the management key decides
   */
  readonly goneCodes?: string[];
}

/** Asks for the exchange's time. Not signed; no placeholders. */
export interface ServerTimeOperation extends ExchangeOperation {
  /** Where the answer holds the time. */
  readonly timePath: string;
  /**
   * How it is written.
   * @default AnswerTimeFormat.UNIX_MILLISECONDS
   */
  readonly timeFormat?: AnswerTimeFormat;
}

/** What the exchange can be asked. An operation that is missing is done by a person. */
export interface ExchangeOperations {
  /** A read that needs a signature and the permission `read`, and has no effect. Placeholders `{keyId}`, `{apiKey}`. */
  readonly probe: ExchangeOperation;
  /** What the calling key may do, and from where. */
  readonly inspect: InspectOperation;
  /**
   * Creates a key.
   * @default - a person does
   */
  readonly create?: CreateOperation;
  /**
   * Lists keys.
   * @default - orphans of lost answers are looked for by a person
   */
  readonly list?: ListOperation;
  /**
   * Sets permissions and allowlist of a key, both in full. Signed by the management key; needs `list` to read back.
   * Placeholders `{account}`, `{keyId}`, `{label}`, `{permissions}`, `{allowlist}`.
   * @default - keys are revoked without a quarantine
   */
  readonly restrict?: ExchangeOperation;
  /**
   * Deletes a key.
   * @default - a person does
   */
  readonly revoke?: RevokeOperation;
  /**
   * The exchange's time.
   * @default - the clock of the function is trusted
   */
  readonly serverTime?: ServerTimeOperation;
}

/** The exchange's own names for our permissions: an allow-list, what is not named here is never asked for. */
export interface ExchangePermissions {
  /** Names for `read`. */
  readonly read: string[];
  /**
   * Names for `trade-limited`, `read` not included.
   * @default - no key may have it
   */
  readonly tradeLimited?: string[];
  /**
   * Names for `trade`, `read` not included.
   * @default - no key may have it
   */
  readonly trade?: string[];
  /**
   * Names for `withdraw`.
   * @default - no key may have it
   */
  readonly withdraw?: string[];
  /**
   * Names for `manage-keys`, which only the ring's management key has.
   * @default - there is no management key
   */
  readonly manageKeys?: string[];
}

/** What the exchange puts up with. */
export interface ExchangeLimits {
  /**
   * Requests per second, all together, 0.1 to 100.
   * @default 5
   */
  readonly requestsPerSecond?: number;
  /**
   * How long a new key may stay inactive, in whole seconds, 0 to 780.
   * @default 0
   */
  readonly activationSeconds?: number;
  /**
   * Entries an allowlist can have, 1 to 1000.
   * @default - not checked
   */
  readonly allowlistEntries?: number;
  /**
   * Keys an account can have, 2 to 10000: during the overlap there are two.
   * @default - not checked
   */
  readonly keysPerAccount?: number;
}

/** An exchange as configuration. Holds no key material. */
export interface ExchangeConfiguration {
  /** Name: at most 31 lower-case letters, digits and hyphens, a letter first, for example `xxkk`. */
  readonly name: string;
  /** Where the API is, for example `https://api.xxkk.example`; port 443, TLS. HTTP and other ports only for loopback addresses. */
  readonly baseUrl: string;
  /**
   * Environment variable of the functions that, where it is set, is used instead of `baseUrl`.
   * @default - the name in upper case and `_API_BASE_URL`, for example XXKK_API_BASE_URL
   */
  readonly baseUrlVariable?: string;
  /**
   * How requests are signed. Either this or `headers`.
   * @default - requests carry `headers` and are not signed
   */
  readonly signing?: SigningTemplate;
  /**
   * Headers that identify the key where nothing is signed, by name: text with `{key}`, `{secret}`, `{passphrase}`, for
   * example `X-API-KEY: '{key}'`. Either this or `signing`.
   * @default - none
   */
  readonly headers?: { readonly [name: string]: string };
  /** How an answer says whether the request succeeded. */
  readonly envelope: ExchangeEnvelope;
  /** What the exchange can be asked. */
  readonly operations: ExchangeOperations;
  /** The exchange's own names for our permissions. */
  readonly permissions: ExchangePermissions;
  /**
   * What a key in quarantine keeps: some of `permissions.read`.
   * @default - all of `permissions.read`
   */
  readonly quarantinePermissions?: string[];
  /**
   * How the exchange wants the entries of an allowlist.
   * @default AllowlistEntryFormat.ADDRESS_OR_CIDR
   */
  readonly allowlistEntryFormat?: AllowlistEntryFormat;
  /**
   * Endpoints that workloads call, by method and path, `POST /v1/orders` or `DELETE /v1/orders/{orderId}`: which category each is of.
   * A `{name}` stands for one segment. What is not in it is refused by the loaders.
   * @default - workloads bring a table of their own
   */
  readonly endpoints?: { readonly [methodAndPath: string]: EndpointCategory };
  /** What the exchange's codes mean; at least unknown key, address not allowed and missing permission must be told. */
  readonly errors: ExchangeErrorRule[];
  /**
   * What the exchange puts up with.
   * @default - the defaults of each limit
   */
  readonly limits?: ExchangeLimits;
}

/** The environment variable that is used instead of `baseUrl` where it is set. */
export function baseUrlVariable({
  name,
  baseUrlVariable: given,
}: Pick<ExchangeConfiguration, 'name' | 'baseUrlVariable'>): string {
  return given ?? `${name.toUpperCase().replaceAll('-', '_')}_API_BASE_URL`;
}
