// Finds what a schema cannot say about a signing template: which token may stand where, what it needs, what is left over.
import { quoted } from '../quoted';
import { checkHeaderNames, checkParameterNames } from './signing-names';
import { escaped, type SigningProblem } from './signing-problem';
import { DigestEncoding, PassphraseMode, type SigningTemplate, SigningToken } from './signing-template';
import { type Piece, parseEntry, parseText, tokenNames } from './signing-text';
import {
  HASHED_TOKENS,
  HEADER_TOKENS,
  namesSecret,
  PARAMETER_TOKENS,
  SIGNATURE,
  SIGNED_TOKENS,
  unknownToken,
} from './signing-token-names';

export type { SigningProblem } from './signing-problem';

/** A place where tokens may be used. */
interface Use {
  readonly path: string;
  readonly tokens: readonly string[];
  readonly allowed: readonly string[];
}

/** The problems of a template that fits `signingTemplateSchema`; none if requests can be signed with it. */
export function checkSigningTemplate(template: SigningTemplate): SigningProblem[] {
  const problems: SigningProblem[] = [];
  const uses = [...listUses(template), ...textUses(template, problems)];
  for (const use of uses) problems.push(...misplaced(use));
  return [
    ...problems,
    ...undefinedTokens(template, uses),
    ...unusedDefinitions(template, uses),
    ...signatureProblems(template, uses),
    ...checkHeaderNames(template),
    ...checkParameterNames(template),
  ];
}

/** The entries of `tokens` and of `payloadHash.tokens`. */
function listUses({ tokens, payloadHash }: SigningTemplate): Use[] {
  const uses = (entries: readonly string[], path: string, allowed: readonly string[]): Use[] =>
    entries.map((entry, index) => ({ path: `${path}/${index}`, tokens: tokenNames([parseEntry(entry)]), allowed }));
  return [
    ...uses(tokens, '/tokens', SIGNED_TOKENS),
    ...uses(payloadHash?.tokens ?? [], '/payloadHash/tokens', HASHED_TOKENS),
  ];
}

/** The texts with `{tokens}` in them; those with a stray brace become problems. */
function textUses({ headers, parameters }: SigningTemplate, problems: SigningProblem[]): Use[] {
  const texts = [
    ...Object.entries(headers ?? {}).map(([name, text]) => ({
      path: `/headers/${escaped(name)}`,
      text,
      allowed: HEADER_TOKENS,
    })),
    ...(parameters ?? []).map(({ value }, index) => ({
      path: `/parameters/${index}/value`,
      text: value,
      allowed: PARAMETER_TOKENS,
    })),
  ];
  return texts.flatMap(({ path, text, allowed }) => {
    const pieces: Piece[] | undefined = parseText(text);
    if (pieces !== undefined) return [{ path, tokens: tokenNames(pieces), allowed }];
    problems.push({
      path,
      code: 'SIGNING_BRACE_STRAY',
      message: `${quoted(text)} has a brace without its partner; write tokens as {name}, braces of their own cannot be sent`,
    });
    return [];
  });
}

function misplaced({ path, tokens, allowed }: Use): SigningProblem[] {
  return tokens.flatMap((name): SigningProblem[] => {
    if (namesSecret(name)) {
      const message = `${quoted(name)} would put the API secret into a request; the secret only makes the signature, remove it`;
      return [{ path, code: 'SIGNING_SECRET_TOKEN', message }];
    }
    if (allowed.includes(name)) return [];
    return [{ path, code: 'SIGNING_TOKEN_UNKNOWN', message: unknownToken(name, allowed) }];
  });
}

/** What each token needs, and whether the template has it. */
function definitions(template: SigningTemplate) {
  const { passphrase = PassphraseMode.NONE } = template;
  return [
    { token: SigningToken.TIMESTAMP, key: 'timestamp', defined: template.timestamp !== undefined },
    { token: SigningToken.NONCE, key: 'nonce', defined: template.nonce !== undefined },
    {
      token: SigningToken.RECV_WINDOW,
      key: 'recvWindowMilliseconds',
      defined: template.recvWindowMilliseconds !== undefined,
    },
    { token: SigningToken.PAYLOAD_HASH, key: 'payloadHash', defined: template.payloadHash !== undefined },
    { token: SigningToken.PASSPHRASE, key: 'passphrase', defined: passphrase !== PassphraseMode.NONE },
  ] as const;
}

function undefinedTokens(template: SigningTemplate, uses: readonly Use[]): SigningProblem[] {
  const missing = definitions(template).filter(({ defined }) => !defined);
  return uses.flatMap(({ path, tokens }) =>
    missing
      .filter(({ token }) => tokens.includes(token))
      .map(({ token, key }) => ({
        path,
        code: 'SIGNING_TOKEN_UNDEFINED',
        message: `token '${token}' is used, and nothing says what it stands for; add '${key}'${key === 'passphrase' ? ' with plain or hmac' : ''}`,
      })),
  );
}

function unusedDefinitions(template: SigningTemplate, uses: readonly Use[]): SigningProblem[] {
  return definitions(template)
    .filter(({ token, defined }) => defined && !uses.some(({ tokens }) => tokens.includes(token)))
    .map(({ token, key }) => ({
      path: `/${key}`,
      code: 'SIGNING_DEFINITION_UNUSED',
      message: `'${key}' is given, and no token, header or parameter uses '${token}'; use it or remove it`,
    }));
}

function signatureProblems(template: SigningTemplate, uses: readonly Use[]): SigningProblem[] {
  const inHeader = uses.some(({ path, tokens }) => path.startsWith('/headers/') && tokens.includes(SIGNATURE));
  const keySent = uses.some(
    ({ path, tokens }) => /^\/(headers|parameters)\//.test(path) && tokens.includes(SigningToken.KEY),
  );
  const raw = template.payloadHash?.encoding === DigestEncoding.RAW;
  return [
    ...(inHeader || template.signatureParameter !== undefined
      ? []
      : [
          {
            path: '',
            code: 'SIGNING_SIGNATURE_UNUSED',
            message: "the signature is sent nowhere; add a header with {signature}, or 'signatureParameter'",
          },
        ]),
    ...(keySent
      ? []
      : [
          {
            path: '',
            code: 'SIGNING_KEY_UNUSED',
            message: 'the API key is sent nowhere; add a header or a parameter with {key}',
          },
        ]),
    ...uses
      .filter(({ path, tokens }) => raw && path.startsWith('/headers/') && tokens.includes(SigningToken.PAYLOAD_HASH))
      .map(({ path }) => ({
        path,
        code: 'SIGNING_DIGEST_RAW',
        message: "the bytes of a raw 'payloadHash' cannot be sent in a header; encode it as hex or base64",
      })),
  ];
}
