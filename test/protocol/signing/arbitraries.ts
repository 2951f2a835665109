// Requests, credentials and times for property tests of signing.
import fc from 'fast-check';
import type { SigningClock } from '../../../protocol/signing/signing';

/** What breaks sloppy encoders. */
const AWKWARD = [
  ' ',
  '  ',
  '+',
  '&',
  '=',
  ',',
  '/',
  '?',
  '#',
  '%',
  '%20',
  '%2F',
  '$',
  '!',
  "'",
  '(',
  ')',
  '*',
  '~',
  '"',
  '\\',
  '[]',
  '{}',
  ':',
  ';',
  '@',
  '|',
  '^',
  '`',
  '<>',
  'é',
  '１２３',
  '币安',
  '🔑',
  '\u202e',
  'a\u0301',
  '\n',
  '\t',
  '\r\n',
  '\u0000',
  '\u007f',
  '203.0.113.10,203.0.113.11',
];

/** Text that UTF-8 has. */
export const text = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...AWKWARD) },
      { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 8 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

/** Text that an exchange can sign before it is encoded. */
export const unambiguousText = text.map((value) => value.replace(/[&\p{Cc}]/gu, ''));

/** Names of parameters, as exchanges have them; the two last characters keep them apart from names that mean something. */
export const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}_9$/);

/** Parameters of a query or a form. */
export const fields = (value: fc.Arbitrary<string>) =>
  fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });

/** ccxt turns objects into text on its way, which one with a member of such a name cannot be. */
const value = fc
  .oneof(text, fc.jsonValue({ maxDepth: 2 }))
  .filter((drawn) => !/"(toString|valueOf)"/.test(JSON.stringify(drawn)));

/** Parameters of a JSON body. */
export const json = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });

const printable = fc.stringMatching(/^[!-~]{16,64}$/);

export const credentials = fc.record({ apiKey: printable, apiSecret: printable, passphrase: printable });

export const base64Secret = fc
  .uint8Array({ minLength: 16, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));

/** 2017 to 2096, in milliseconds. */
export const time = fc.integer({ min: 1_500_000_000_000, max: 4_000_000_000_000 });

/** A clock that stands still. */
export const stopped = (now: number, nonce: string): SigningClock => ({ now: () => now, nonce: () => nonce });
