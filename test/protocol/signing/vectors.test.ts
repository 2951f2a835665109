// The signing vectors that every loader follows are what the reference does.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../contract/errors';
import type { SigningTemplate } from '../../../contract/exchange/signing-template';
import { sign } from '../../../protocol/signing/sign';
import type { SigningCredentials, UnsignedRequest } from '../../../protocol/signing/signing';
import { EXCHANGES, templateOf } from './templates';

interface Vector {
  readonly number: number;
  readonly name: string;
  /** A template, or the name of one in examples/signing-templates. */
  readonly template: string | SigningTemplate;
  readonly request: UnsignedRequest;
  readonly credentials: SigningCredentials;
  readonly now: number;
  readonly nonce?: string;
  readonly signed?: {
    readonly pathAndQuery: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly refused?: string;
}

const FILE = path.join(__dirname, '..', '..', '..', 'contract', 'vectors', 'signing.json');
const VECTORS: readonly Vector[] = JSON.parse(readFileSync(FILE, 'utf8'));

function outcome({ template, request, credentials, now, nonce }: Vector): Pick<Vector, 'signed' | 'refused'> {
  const clock = { now: () => now, nonce: () => nonce ?? '' };
  try {
    const { pathAndQuery, headers, body } = sign(
      typeof template === 'string' ? templateOf(template) : template,
      request,
      credentials,
      clock,
    );
    return { signed: { pathAndQuery, headers, body: body ?? null } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { refused: error.code };
  }
}

test.each(VECTORS.map((vector) => [vector.number, vector.name, vector] as const))('%d %s', (_number, _name, vector) => {
  const { signed, refused } = vector;
  expect((signed === undefined) !== (refused === undefined)).toBe(true);
  expect(outcome(vector)).toEqual(signed ? { signed } : { refused });
});

test('vectors are numbered without gaps, and use every template that users copy', () => {
  expect(VECTORS.map(({ number }) => number)).toEqual(VECTORS.map((_, index) => index + 1));
  const used = new Set(VECTORS.map(({ template }) => template));
  expect(EXCHANGES.filter((exchange) => !used.has(exchange))).toEqual([]);
});
