// The only place that touches the API secret: makes HMACs with it, and refuses a secret that is not what it should be.
import { createHash, createHmac } from 'node:crypto';
import { InputError } from '../../contract/errors';
import {
  DigestEncoding,
  PassphraseMode,
  SecretEncoding,
  type SigningPayloadHash,
  type SigningTemplate,
} from '../../contract/exchange/signing-template';
import type { SigningCredentials } from './signing';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HEX = /^(?:[\da-f]{2})*$/i;

/** HMAC with the API secret, in the template's hash and encoding. */
export function macOf(message: Uint8Array, template: SigningTemplate, credentials: SigningCredentials): string {
  return createHmac(template.hash, hmacKey(template.secretEncoding ?? SecretEncoding.UTF8, credentials.apiSecret))
    .update(message)
    .digest(template.encoding);
}

/** What `{passphrase}` stands for. */
export function passphraseOf(template: SigningTemplate, credentials: SigningCredentials): string {
  const { passphrase } = credentials;
  if (passphrase === undefined || passphrase === '') {
    throw unusable("the exchange wants a passphrase, and the key has none; put the key again with 'passphrase'");
  }
  return template.passphrase === PassphraseMode.HMAC
    ? macOf(Buffer.from(passphrase), template, credentials)
    : passphrase;
}

/** A digest, as bytes of what it is written as. */
export function digestOf(message: Uint8Array, { hash, encoding }: SigningPayloadHash): Buffer {
  const digest = createHash(hash).update(message);
  return encoding === DigestEncoding.RAW ? digest.digest() : Buffer.from(digest.digest(encoding));
}

function hmacKey(encoding: SecretEncoding, secret: string): Buffer {
  if (typeof secret !== 'string' || secret === '') throw unusable('the API secret is empty');
  // Node reads both encodings up to the first character that does not fit, and would sign with half a secret.
  if (encoding === SecretEncoding.BASE64 && !BASE64.test(secret)) {
    throw unusable('the API secret is not base64, as the signing template says it is');
  }
  if (encoding === SecretEncoding.HEX && !HEX.test(secret)) {
    throw unusable('the API secret is not hexadecimal, as the signing template says it is');
  }
  return Buffer.from(secret, encoding);
}

function unusable(problem: string): InputError {
  return new InputError('SIGNING_CREDENTIALS_UNUSABLE', problem);
}
