// What a signing template can say: how an exchange wants a request signed, as data instead of code.

/** What can be signed, in `tokens`; any other name is an error. `text:` followed by anything stands for that text. */
export enum SigningToken {
  /** Time of the request, as `timestamp` says. */
  TIMESTAMP = 'timestamp',
  /** The API key. */
  KEY = 'key',
  /** `recvWindowMilliseconds`, in digits. */
  RECV_WINDOW = 'recvWindow',
  /** A value used once, as `nonce` says. */
  NONCE = 'nonce',
  /** The passphrase, as `passphrase` says. */
  PASSPHRASE = 'passphrase',
  /** GET, POST, PUT, PATCH or DELETE. */
  METHOD = 'method',
  /** Host name in lower case, with the port if it is not the default one. */
  HOST = 'host',
  /** Path as sent, with its leading slash, without the query. */
  PATH = 'path',
  /** Query as sent, percent-encoded, without the question mark; empty if there is none. */
  QUERY = 'query',
  /** `?` and the query as sent; empty if there is none. */
  QUESTION_MARK_QUERY = '?query',
  /** Path as sent and, if there is a query, `?` and the query as sent. */
  PATH_AND_QUERY = 'pathAndQuery',
  /** Query before percent-encoding, for exchanges that sign decoded values; a name or value that makes it ambiguous is refused. */
  RAW_QUERY = 'rawQuery',
  /** `?` and the query before percent-encoding; empty if there is none. */
  QUESTION_MARK_RAW_QUERY = '?rawQuery',
  /** Body as sent; empty if there is none. */
  BODY = 'body',
  /** The digest that `payloadHash` describes. */
  PAYLOAD_HASH = 'payloadHash',
}

/** Hash function of a signature (as HMAC) or of a digest. */
export enum SigningHash {
  /** SHA-256. */
  SHA256 = 'sha256',
  /** SHA-384. */
  SHA384 = 'sha384',
  /** SHA-512. */
  SHA512 = 'sha512',
}

/** How bytes become text. */
export enum SigningEncoding {
  /** Lower-case hexadecimal. */
  HEX = 'hex',
  /** Base64 with padding. */
  BASE64 = 'base64',
}

/** How a digest enters what is signed. */
export enum DigestEncoding {
  /** Lower-case hexadecimal. */
  HEX = 'hex',
  /** Base64 with padding. */
  BASE64 = 'base64',
  /** The bytes themselves; cannot be sent in a header. */
  RAW = 'raw',
}

/** How the API secret becomes the HMAC key. */
export enum SecretEncoding {
  /** Its characters, as they are. */
  UTF8 = 'utf8',
  /** The bytes it stands for in base64. */
  BASE64 = 'base64',
  /** The bytes it stands for in hexadecimal. */
  HEX = 'hex',
}

/** How a time is written; always UTC. */
export enum TimestampFormat {
  /** 1795341600, rounded down. */
  UNIX_SECONDS = 'unix-s',
  /** 1795341600123. */
  UNIX_MILLISECONDS = 'unix-ms',
  /** 1795341600123000. */
  UNIX_MICROSECONDS = 'unix-us',
  /** 1795341600123000000. */
  UNIX_NANOSECONDS = 'unix-ns',
  /** 2026-11-22T10:00:00Z, rounded down. */
  ISO_8601_SECONDS = 'iso-8601-s',
  /** 2026-11-22T10:00:00.123Z. */
  ISO_8601_MILLISECONDS = 'iso-8601-ms',
  /** 2026-11-22T10:00:00, rounded down, without a zone. */
  ISO_8601_SECONDS_NO_ZONE = 'iso-8601-s-no-zone',
}

/** What a nonce looks like. */
export enum NonceFormat {
  /** Milliseconds since 1970, raised where needed so that it always grows. */
  UNIX_MILLISECONDS = 'unix-ms',
  /** Microseconds since 1970, raised where needed so that it always grows. */
  UNIX_MICROSECONDS = 'unix-us',
  /** Random UUID, 36 characters. */
  UUID = 'uuid',
  /** Random, 32 lower-case hexadecimal digits. */
  HEX = 'hex',
}

/** What `{passphrase}` stands for. */
export enum PassphraseMode {
  /** Keys have no passphrase. */
  NONE = 'none',
  /** The passphrase as it is. */
  PLAIN = 'plain',
  /** HMAC of the passphrase with the API secret; hash and encoding are those of the signature. */
  HMAC = 'hmac',
}

/** Where a parameter goes. */
export enum ParameterPlace {
  /** The query. */
  QUERY = 'query',
  /** The body; the method must have one. */
  BODY = 'body',
  /** The body of POST, PUT and PATCH, the query of GET and DELETE. */
  BODY_OR_QUERY = 'body-or-query',
}

/** Whether a parameter goes before or after those of the request. */
export enum ParameterPosition {
  /** Before. */
  START = 'start',
  /** After. */
  END = 'end',
}

/** Order of the parameters of a query. */
export enum QueryOrder {
  /** As the endpoint and `parameters` give them. */
  AS_GIVEN = 'as-given',
  /** By name, in ASCII order. */
  SORTED = 'sorted',
}

/** How names and values of a query or form are encoded. */
export enum UrlEncoding {
  /** RFC 3986: all but letters, digits, `-`, `.`, `_` and `~` as `%XX`; a blank is `%20`. */
  RFC3986 = 'rfc3986',
  /** As HTML forms do: a blank is `+`. */
  FORM = 'form',
}

/** Format of a body. */
export enum BodyFormat {
  /** JSON without blanks. */
  JSON = 'json',
  /** `name=value&name=value`. */
  FORM = 'form',
}

/** What POST, PUT and PATCH send when there is nothing to say. */
export enum EmptyBody {
  /** No body. */
  OMIT = 'omit',
  /** `{}`, or an empty form. */
  SEND = 'send',
}

/** The time that goes into a request. */
export interface SigningTimestamp {
  /** How it is written. */
  readonly format: TimestampFormat;
  /**
   * Added to the time, in milliseconds, 0 to 3600000; for exchanges that want the time at which the request expires.
   * @default 0
   */
  readonly offsetMilliseconds?: number;
}

/** The value used once that goes into a request. */
export interface SigningNonce {
  /** What it looks like. */
  readonly format: NonceFormat;
}

/** A digest that is itself part of what is signed. */
export interface SigningPayloadHash {
  /** What is hashed, in order: names of `SigningToken` except `payloadHash`, and `text:` with a literal. */
  readonly tokens: string[];
  /**
   * Text between the tokens.
   * @default none
   */
  readonly separator?: string;
  /** Hash function. */
  readonly hash: SigningHash;
  /** How the digest is written. */
  readonly encoding: DigestEncoding;
}

/** A parameter that is added to every request before it is signed. */
export interface SigningParameter {
  /** Its name; the request must not have it already. */
  readonly name: string;
  /**
   * Its value: text with `{timestamp}`, `{key}`, `{recvWindow}`, `{nonce}`, `{passphrase}`, `{method}`, `{host}`, `{path}`.
   */
  readonly value: string;
  /** Where it goes. */
  readonly place: ParameterPlace;
  /**
   * Before or after the parameters of the request.
   * @default ParameterPosition.END
   */
  readonly position?: ParameterPosition;
}

/** The signature as a parameter. It is always the last one, and not part of what is signed. */
export interface SignatureParameter {
  /** Its name. */
  readonly name: string;
  /** Where it goes. */
  readonly place: ParameterPlace;
}

/** The body of a request. */
export interface SigningBody {
  /** Its format; sets the header Content-Type unless `headers` does. */
  readonly format: BodyFormat;
  /**
   * What is sent when there is nothing to say.
   * @default EmptyBody.OMIT
   */
  readonly empty?: EmptyBody;
}

/** How a request is signed: HMAC over ordered tokens. */
export interface SigningTemplate {
  /**
   * What is signed, in order: names of `SigningToken`, and `text:` with a literal, for example
   * `timestamp`, `method`, `path`, `?query`, `body`, `text:/api`.
   */
  readonly tokens: string[];
  /**
   * Text between the tokens, for example a line feed.
   * @default none
   */
  readonly separator?: string;
  /** Hash function of the HMAC. */
  readonly hash: SigningHash;
  /** How the signature is written. */
  readonly encoding: SigningEncoding;
  /**
   * How the API secret becomes the HMAC key.
   * @default SecretEncoding.UTF8
   */
  readonly secretEncoding?: SecretEncoding;
  /**
   * Format of `timestamp`; required where a token, header or parameter uses it.
   * @default none
   */
  readonly timestamp?: SigningTimestamp;
  /**
   * Format of `nonce`; required where a token, header or parameter uses it.
   * @default none
   */
  readonly nonce?: SigningNonce;
  /**
   * How long the exchange may take to receive the request, in milliseconds, 1 to 60000; required where a token, header
   * or parameter uses `recvWindow`.
   * @default none
   */
  readonly recvWindowMilliseconds?: number;
  /**
   * The digest `payloadHash`; required where a token or header uses it.
   * @default none
   */
  readonly payloadHash?: SigningPayloadHash;
  /**
   * What `passphrase` stands for.
   * @default PassphraseMode.NONE
   */
  readonly passphrase?: PassphraseMode;
  /**
   * Parameters added before signing.
   * @default none
   */
  readonly parameters?: SigningParameter[];
  /**
   * Headers by name. Values are text with `{timestamp}`, `{key}`, `{recvWindow}`, `{nonce}`, `{passphrase}`, `{method}`,
   * `{host}`, `{path}`, `{payloadHash}`, `{signature}`.
   * @default none
   */
  readonly headers?: { readonly [name: string]: string };
  /**
   * The signature as a parameter instead of in a header.
   * @default none
   */
  readonly signatureParameter?: SignatureParameter;
  /**
   * Order of the query.
   * @default QueryOrder.AS_GIVEN
   */
  readonly queryOrder?: QueryOrder;
  /**
   * How names and values of query and form are encoded.
   * @default UrlEncoding.RFC3986
   */
  readonly urlEncoding?: UrlEncoding;
  /**
   * The body.
   * @default JSON, omitted when empty
   */
  readonly body?: SigningBody;
}
