// Puts the request together, with what the template adds: the query and the body exactly as they are sent.
import {
  BodyFormat,
  EmptyBody,
  ParameterPlace,
  ParameterPosition,
  QueryOrder,
  type SigningTemplate,
  UrlEncoding,
} from '../../contract/exchange/signing-template';
import { quoted } from '../../contract/quoted';
import { checkFields, twice, unusable } from './check-request';
import { jsonText } from './json-text';
import type { UnsignedRequest } from './signing';
import type { TemplateValues } from './template-values';
import { encodeFields, type Field } from './url-encoding';

/** Fields of a body; their values are JSON, or text if the body is a form. */
type BodyField = readonly [name: string, value: unknown];

/** Query and body before they are text. */
export interface RequestParts {
  readonly query: readonly Field[];
  readonly body: readonly BodyField[];
}

/** The parts with the template's parameters added. */
export function partsOf(template: SigningTemplate, request: UnsignedRequest, values: TemplateValues): RequestParts {
  const added = (place: 'query' | 'body', position: ParameterPosition): Field[] =>
    (template.parameters ?? [])
      .filter((parameter) => placeIn(parameter.place, request.method) === place)
      .filter((parameter) => (parameter.position ?? ParameterPosition.END) === position)
      .map(({ name, value }) => [name, values.fill(value)]);
  const around = <F>(place: 'query' | 'body', given: readonly F[]): (F | Field)[] => [
    ...added(place, ParameterPosition.START),
    ...given,
    ...added(place, ParameterPosition.END),
  ];
  const query = around('query', scalars(request.query ?? {}, 'query'));
  const body = around('body', bodyFields(template, request));
  checkFields(query, 'query');
  checkNames(body);
  return { query: template.queryOrder === QueryOrder.SORTED ? [...query].sort(byName) : query, body };
}

/** The parts with the signature as their last parameter. */
export function withSignature(
  { query, body }: RequestParts,
  { signatureParameter }: SigningTemplate,
  { method }: UnsignedRequest,
  signature: string,
): RequestParts {
  if (signatureParameter === undefined) return { query, body };
  const { name, place } = signatureParameter;
  const where = placeIn(place, method);
  const fields: readonly BodyField[] = where === 'query' ? query : body;
  if (fields.some(([other]) => other === name)) throw twice(name, where);
  return where === 'query'
    ? { query: [...query, [name, signature]], body }
    : { query, body: [...body, [name, signature]] };
}

/** The query as sent, without its question mark. */
export function queryText({ query }: RequestParts, { urlEncoding = UrlEncoding.RFC3986 }: SigningTemplate): string {
  return encodeFields(query, urlEncoding);
}

/** The body as sent; undefined if there is none. */
export function bodyText(
  { body }: RequestParts,
  template: SigningTemplate,
  { method }: UnsignedRequest,
): string | undefined {
  const { format, empty = EmptyBody.OMIT } = template.body ?? { format: BodyFormat.JSON };
  if (body.length === 0 && (empty === EmptyBody.OMIT || !hasBody(method))) return undefined;
  if (format === BodyFormat.FORM) {
    return encodeFields(body as readonly Field[], template.urlEncoding ?? UrlEncoding.RFC3986);
  }
  return bodyJson(Object.fromEntries(body));
}

function hasBody(method: UnsignedRequest['method']): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

function placeIn(place: ParameterPlace, method: UnsignedRequest['method']): 'query' | 'body' {
  if (place === ParameterPlace.BODY_OR_QUERY) return hasBody(method) ? 'body' : 'query';
  if (place === ParameterPlace.BODY && method === 'GET') {
    throw unusable('GET carries no body, and the signing template puts a parameter there; use another method');
  }
  return place;
}

function bodyFields(template: SigningTemplate, { body = {} }: UnsignedRequest): BodyField[] {
  if (template.body?.format !== BodyFormat.FORM) return Object.entries(body).filter(([, value]) => value !== undefined);
  const fields = scalars(body, 'body');
  checkFields(fields, 'body');
  return fields;
}

function scalars(fields: Readonly<Record<string, unknown>>, where: 'query' | 'body'): Field[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
        return [name, String(value)];
      }
      throw unusable(`parameter ${quoted(name)} of the ${where} is no text, finite number or boolean`);
    });
}

function checkNames(fields: readonly BodyField[]): void {
  const names = fields.map(([name]) => name);
  const double = names.find((name, index) => names.indexOf(name) < index);
  if (double !== undefined) throw twice(double, 'body');
}

function bodyJson(fields: object): string {
  try {
    return jsonText(fields);
  } catch {
    throw unusable('the body has a value that JSON does not have, or refers to itself');
  }
}

function byName([a]: Field, [b]: Field): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
