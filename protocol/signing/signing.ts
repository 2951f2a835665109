// What goes into signing and what comes out.
import type { NonceFormat } from '../../contract/exchange/signing-template';
import type { Credentials } from '../credentials';

/** A request before it is signed. Its values never appear in a message. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Host name, with the port if it is not the default one: `URL.host`. */
  readonly host: string;
  /** Path with its leading slash, percent-encoded where needed, without a query. */
  readonly path: string;
  /** Parameters of the query by name, not encoded. Those that are undefined are left out. */
  readonly query?: Readonly<Record<string, Scalar | undefined>>;
  /** Fields of the body by name: anything JSON has, for a form scalars only. Those that are undefined are left out. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What a query or a form can hold. */
export type Scalar = string | number | boolean;

/** A request as it is to be sent, byte for byte. */
export interface SignedRequest {
  readonly method: UnsignedRequest['method'];
  /** Path and query. */
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  /** To be sent as UTF-8; undefined if there is none. */
  readonly body: string | undefined;
}

/** What signs. */
export type SigningCredentials = Pick<Credentials, 'apiKey' | 'apiSecret' | 'passphrase'>;

/** Time and nonces; injected, so that signing is a function of its input. */
export interface SigningClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A value never given before. */
  nonce(format: NonceFormat): string;
}
