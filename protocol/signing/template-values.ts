// What the tokens of a template stand for in one request; each is worked out once, so that it is the same everywhere.

import { InputError } from '../../contract/errors';
import { type SigningTemplate, SigningToken } from '../../contract/exchange/signing-template';
import { parseText } from '../../contract/exchange/signing-text';
import { passphraseOf } from './mac';
import { nonceOf, timestampOf } from './moment';
import type { SigningClock, SigningCredentials, UnsignedRequest } from './signing';

type Value = string | Uint8Array;

/** Values by token. */
export class TemplateValues {
  private readonly known = new Map<string, Value>();
  private readonly sources: Map<string, () => Value>;

  constructor(
    template: SigningTemplate,
    { method, host, path }: UnsignedRequest,
    credentials: SigningCredentials,
    clock: SigningClock,
  ) {
    const { timestamp, nonce, recvWindowMilliseconds } = template;
    const sources: [string, (() => Value) | undefined][] = [
      [SigningToken.TIMESTAMP, timestamp && (() => timestampOf(timestamp, clock))],
      [SigningToken.NONCE, nonce && (() => nonceOf(nonce.format, clock))],
      [SigningToken.RECV_WINDOW, () => String(recvWindowMilliseconds)],
      [SigningToken.KEY, () => credentials.apiKey],
      [SigningToken.PASSPHRASE, () => passphraseOf(template, credentials)],
      [SigningToken.METHOD, () => method],
      [SigningToken.HOST, () => host.toLowerCase()],
      [SigningToken.PATH, () => path],
    ];
    this.sources = new Map(sources.flatMap(([name, source]) => (source === undefined ? [] : [[name, source]])));
  }

  /** Adds what is known only now. */
  define(name: string, source: () => Value): void {
    this.sources.set(name, source);
  }

  /** What the token stands for. */
  of(name: string): Value {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const source = this.sources.get(name);
    // The check of the template has named the token already; this is the second lock.
    if (source === undefined)
      throw new InputError('SIGNING_TOKEN_UNKNOWN', 'a token of the signing template is unknown');
    const value = source();
    this.known.set(name, value);
    return value;
  }

  /** A text with each `{token}` replaced. */
  fill(text: string): string {
    return (parseText(text) ?? [])
      .map((piece) => ('literal' in piece ? piece.literal : Buffer.from(this.of(piece.token)).toString('utf8')))
      .join('');
  }
}
