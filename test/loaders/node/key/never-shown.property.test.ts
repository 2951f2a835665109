// Whatever is in a file, a secret or a variable: no message has a piece of it.
import fc from 'fast-check';
import { KeySource } from '../../../../contract/watch/key-report';
import { LoaderError } from '../../../../loaders/node';
import { sourceFromEnvironment } from '../../../../loaders/node/key/credential-source';
import { expectedKey } from '../../../../loaders/node/key/expected-key';
import { keyFromDocument } from '../../../../loaders/node/key/key-from-document';
import { variablesOf } from '../../../../loaders/node/shared/settings';
import { documentText, NAME } from './support/held-keys';

/** A value that no message has by chance. */
const secret = fc.stringMatching(/^[A-Z0-9]{4}%[A-Z0-9]{12}$/);
const around = fc.oneof(
  fc.constantFrom('', ' ', '\n', '"', "'", '{', '}', '[', '\0', '\u00e9', ','),
  fc.string({ maxLength: 5 }),
);

function told(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof LoaderError)) throw error;
    return [error.message, error.stack, error.code, JSON.stringify(error), String(error.cause)].join('\n');
  }
  return '';
}

test('of a document: any text around it, any field of it, cut anywhere', () => {
  const expected = expectedKey({ prefix: 'XXKK', keyName: { text: NAME, saidBy: 'XXKK_KEY_NAME' } });
  const field = fc.constantFrom(
    'apiKey',
    'apiSecret',
    'passphrase',
    'keyId',
    'versionId',
    'name',
    'exchange',
    'label',
    'createdAt',
    'unknown',
    'schema',
  );
  let refused = 0;
  fc.assert(
    fc.property(secret, field, around, around, fc.nat(400), fc.boolean(), (value, name, front, back, cut, isCut) => {
      const whole = front + documentText({ [name]: `${front}${value}${back}` }) + back;
      const text = isCut ? whole.slice(0, cut) : whole;
      const said = told(() => keyFromDocument(text, { source: KeySource.FILE, label: "file '/key.json'" }, expected));
      if (said !== '') refused += 1;
      expect(said).not.toContain(value.slice(0, 9));
      expect(said).not.toContain(value.slice(-9));
    }),
    { numRuns: 3_000 },
  );
  expect(refused).toBeGreaterThan(500);
});

test('of a variable, whichever it was written into by mistake as a whole document, and of a key in each form', () => {
  const names = variablesOf('XXKK');
  const variables = [
    names.secretFile,
    names.secretId,
    names.apiKey,
    names.apiSecret,
    names.apiPassphrase,
    names.keyVersion,
  ];
  fc.assert(
    fc.property(
      secret,
      fc.subarray(variables, { minLength: 1 }),
      around,
      fc.boolean(),
      (value, set, front, isDocument) => {
        const given = isDocument ? documentText({ apiSecret: value }) : `${value}${front}`;
        const environment = Object.fromEntries(set.map((name) => [name, given]));
        // A path is shown: that a bare value is no path cannot be known.
        if (!isDocument && set.includes(names.secretFile)) return;
        expect(told(() => sourceFromEnvironment(environment, names))).not.toContain(value);
      },
    ),
    { numRuns: 2_000 },
  );
});
