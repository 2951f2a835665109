// Signs a request as a template says. What is signed is what is sent, byte for byte; nothing here can be logged.

import { InputError } from '../../contract/errors';
import { checkSigningTemplate } from '../../contract/exchange/check-signing-template';
import { BodyFormat, type SigningTemplate, SigningToken } from '../../contract/exchange/signing-template';
import { parseEntry } from '../../contract/exchange/signing-text';
import { SIGNATURE } from '../../contract/exchange/signing-token-names';
import { listed } from '../../contract/listed';
import { quoted } from '../../contract/quoted';
import { checkRequest, checkUnambiguous } from './check-request';
import { digestOf, macOf } from './mac';
import { bodyText, partsOf, queryText, type RequestParts, withSignature } from './request-parts';
import type { SignedRequest, SigningClock, SigningCredentials, UnsignedRequest } from './signing';
import { TemplateValues } from './template-values';
import { rawFields } from './url-encoding';

/**
 * The request with its signature. A function of its arguments: the same clock and nonce give the same bytes.
 * @param template fits `signingTemplateSchema`.
 * @throws InputError with a `SIGNING_` code. No message holds a credential or a value of the request.
 */
export function sign(
  template: SigningTemplate,
  request: UnsignedRequest,
  credentials: SigningCredentials,
  clock: SigningClock,
): SignedRequest {
  refuseUnusable(template);
  return signChecked(template, request, credentials, clock);
}

/** The same for a template of which `checkSigningTemplate` has found no problem: for those who sign all day by one. */
export function signChecked(
  template: SigningTemplate,
  request: UnsignedRequest,
  credentials: SigningCredentials,
  clock: SigningClock,
): SignedRequest {
  checkRequest(request);
  const values = new TemplateValues(template, request, credentials, clock);
  const unsigned = partsOf(template, request, values);
  defineParts(values, template, request, unsigned);
  const signature = macOf(joined(template, values), template, credentials);
  values.define(SIGNATURE, () => signature);

  const signed = withSignature(unsigned, template, request, signature);
  const body = bodyText(signed, template, request);
  return {
    method: request.method,
    pathAndQuery: `${request.path}${questionMark(queryText(signed, template))}`,
    headers: headersOf(template, values, body !== undefined),
    body,
  };
}

function refuseUnusable(template: SigningTemplate): void {
  const problems = checkSigningTemplate(template);
  const [first] = problems;
  if (first === undefined) return;
  const texts = problems.map(({ path, message }) => (path === '' ? message : `at ${quoted(path)}: ${message}`));
  throw new InputError(first.code, listed('the signing template cannot be used', texts));
}

/** The tokens that stand for parts of the request without its signature. */
function defineParts(
  values: TemplateValues,
  template: SigningTemplate,
  request: UnsignedRequest,
  parts: RequestParts,
): void {
  const query = queryText(parts, template);
  const raw = (): string => {
    checkUnambiguous(parts.query);
    return rawFields(parts.query);
  };
  values.define(SigningToken.QUERY, () => query);
  values.define(SigningToken.QUESTION_MARK_QUERY, () => questionMark(query));
  values.define(SigningToken.PATH_AND_QUERY, () => `${request.path}${questionMark(query)}`);
  values.define(SigningToken.RAW_QUERY, raw);
  values.define(SigningToken.QUESTION_MARK_RAW_QUERY, () => questionMark(raw()));
  values.define(SigningToken.BODY, () => bodyText(parts, template, request) ?? '');
  const { payloadHash } = template;
  if (payloadHash === undefined) return;
  values.define(SigningToken.PAYLOAD_HASH, () => digestOf(joined(payloadHash, values), payloadHash));
}

/** The bytes of the tokens, with the separator between them. */
function joined({ tokens, separator = '' }: Pick<SigningTemplate, 'tokens' | 'separator'>, values: TemplateValues) {
  const bytes = tokens.map(parseEntry).map((piece) => {
    return Buffer.from('literal' in piece ? piece.literal : values.of(piece.token));
  });
  return Buffer.concat(bytes.flatMap((piece, index) => (index === 0 ? [piece] : [Buffer.from(separator), piece])));
}

function headersOf(template: SigningTemplate, values: TemplateValues, hasBody: boolean): Record<string, string> {
  const headers = Object.entries(template.headers ?? {}).map(([name, text]): [string, string] => {
    const value = values.fill(text);
    // A line break would end the header and begin one of somebody else's.
    if (!/^[!-~]([ -~]*[!-~])?$/.test(value)) {
      throw new InputError(
        'SIGNING_HEADER_ILLEGAL',
        `header ${quoted(name)} would be empty, begin or end with a blank, or hold something else than printable ASCII; a value of the key or of the template is the cause`,
      );
    }
    return [name, value];
  });
  if (hasBody && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    const form = template.body?.format === BodyFormat.FORM;
    headers.push(['Content-Type', form ? 'application/x-www-form-urlencoded' : 'application/json']);
  }
  return Object.fromEntries(headers);
}

function questionMark(query: string): string {
  return query === '' ? '' : `?${query}`;
}
