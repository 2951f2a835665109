// Writes the program that turns environment and arguments into one configuration of curl: the request, signed, and nothing else.
import {
  BodyFormat,
  EmptyBody,
  ParameterPlace,
  ParameterPosition,
  QueryOrder,
  type SigningTemplate,
  UrlEncoding,
} from '../../../contract/exchange/signing-template';
import { quoted } from '../../../contract/quoted';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { literal, program } from './python';
import { argumentsOf, CREDENTIALS, type Recipe } from './recipe';
import type { CurlRequest, RequestPiece } from './requests';
import { filled, signatureLines, TOKENS, valueLines } from './signing-lines';

type Place = 'query' | 'fields';

/**
 * The program; its arguments are the base URL, the file of the body or nothing, the values of `argumentsOf`, and
 * parameters of the query. Its output is a line 'ready' and the configuration, or nothing at all.
 * @throws Failure `CURL_REQUEST_UNSIGNABLE`, `EXCHANGE_CONFIGURATION_INVALID`
 */
export function requestProgram(recipe: Recipe): string {
  const { request, signing } = recipe;
  const names = argumentsOf(request);
  const lines = [
    ...Object.entries(recipe.variables).map(([name, variable]) => `${name} = credential(${literal(variable)})`),
    'given = [utf8(one, "an argument") for one in sys.argv[1:]]',
    'scheme, host, base_path = place(given[0])',
    `method = ${literal(request.method)}`,
    ...names.map((name, index) => `of_${name} = given[${index + 2}]`),
    ...pathLines(request),
    ...(signing === undefined ? [] : valueLines(signing)),
    ...queryLines(recipe, `pairs(given[${names.length + 2}:])`),
    ...(hasFields(recipe) ? bodyLines(recipe) : ['body = ""']),
    ...(signing === undefined ? [] : [...signatureLines(signing), ...signatureParameterLines(recipe)]),
    'lines = option("proto", "=" + scheme) + option("request", method)',
    'lines += option("url", scheme + "://" + host + path + question(encoded_query))',
    ...headerLines(recipe, hasFields(recipe)),
    '# this line tells the shell that there is a request at all',
    'sys.stdout.buffer.write(("ready\\n" + lines).encode())',
  ];
  return program(lines.join('\n'));
}

function pathLines({ pathPieces, otherPaths }: CurlRequest): string[] {
  const parts = pathPieces.map((piece) => {
    if (piece === 'apiKey') return 'segment(api_key, "the API key")';
    return 'text' in piece ? literal(piece.text) : `segment(of_${piece.argument}, ${literal(piece.argument)})`;
  });
  const others = otherPaths.map(literal).join(', ');
  return [
    `endpoint = ${parts.join(' + ')}`,
    ...(others === ''
      ? []
      : [
          `if unquote(endpoint) in [${others}]:`,
          '    stop(endpoint + " is another endpoint, with a script of its own")',
        ]),
    'path = base_path + endpoint',
  ];
}

function queryLines(recipe: Recipe, more: string): string[] {
  const own = recipe.request.query.map(
    ([name, pieces]) => `(${literal(name)}, ${pieces.map(pieceOf).join(' + ') || '""'})`,
  );
  const given = own.length === 0 ? more : `[${own.join(', ')}] + ${more}`;
  const sorted = recipe.signing?.queryOrder === QueryOrder.SORTED;
  return [
    `query = once(${around(recipe, 'query', given)})`,
    ...(sorted ? ['query.sort(key=lambda field: field[0].encode("utf-16-be"))'] : []),
    `encoded_query = ${encoderOf(recipe)}(query)`,
  ];
}

function pieceOf(piece: RequestPiece): string {
  if (piece === 'apiKey') return 'api_key';
  return 'text' in piece ? literal(piece.text) : `of_${piece.argument}`;
}

/** Whether the body can have fields, of the caller or of the signing template. */
function hasFields({ hasBody, request, signing }: Recipe): boolean {
  const places = [...(signing?.parameters ?? []), ...(signing?.signatureParameter ? [signing.signatureParameter] : [])];
  return hasBody || places.some(({ place }) => placeOf(place, request) === 'fields');
}

function bodyLines(recipe: Recipe): string[] {
  const { signing, hasBody } = recipe;
  const form = signing?.body?.format === BodyFormat.FORM;
  const given = form ? 'flat(fields_of(given[1]))' : 'fields_of(given[1])';
  return [
    `fields = once(${around(recipe, 'fields', hasBody ? given : '[]')})`,
    `has_body = ${hasBodyWhen(recipe)}`,
    ...textLines(recipe),
  ];
}

/** As signing and the requests of loaders decide it. */
function hasBodyWhen({ signing, hasBody }: Recipe): string {
  if (signing === undefined) return 'given[1] != ""';
  return hasBody && signing.body?.empty === EmptyBody.SEND ? 'True' : 'bool(fields)';
}

function textLines(recipe: Recipe): string[] {
  const form = recipe.signing?.body?.format === BodyFormat.FORM;
  return [`body = ${form ? `${encoderOf(recipe)}(fields)` : 'written(dict(fields))'} if has_body else ""`];
}

function signatureParameterLines(recipe: Recipe): string[] {
  const { signatureParameter } = recipe.signing ?? {};
  if (signatureParameter === undefined) return [];
  const place = placeOf(signatureParameter.place, recipe.request);
  return [
    `once(${place} + [(${literal(signatureParameter.name)}, signature)])`,
    `${place}.append((${literal(signatureParameter.name)}, signature))`,
    ...(place === 'query'
      ? [`encoded_query = ${encoderOf(recipe)}(query)`]
      : ['has_body = True', ...textLines(recipe)]),
  ];
}

function headerLines({ signing, headers, hasBody }: Recipe, mayHaveBody: boolean): string[] {
  const [texts, tokens] = signing === undefined ? [headers, CREDENTIALS] : [signing.headers ?? {}, TOKENS];
  const lines = Object.entries(texts).map(
    ([name, text]) => `lines += header(${literal(name)}, ${filled(text, tokens)})`,
  );
  if (!mayHaveBody) return lines;
  const typed = Object.keys(texts).some((name) => name.toLowerCase() === 'content-type');
  const type = signing?.body?.format === BodyFormat.FORM ? 'application/x-www-form-urlencoded' : 'application/json';
  return [
    ...lines,
    'lines += option("header", "Expect:")',
    'if has_body:',
    ...(typed ? [] : [`    lines += header("Content-Type", ${literal(type)})`]),
    '    lines += option("data-raw", body)',
    // a POST without a body says that its length is 0; curl would name a type for it
    ...(hasBody
      ? [
          'else:',
          ...(typed ? [] : ['    lines += option("header", "Content-Type:")']),
          '    lines += option("data-raw", "")',
        ]
      : []),
  ];
}

/** The fields with the parameters of the template before and after them. */
function around({ signing, request }: Recipe, place: Place, given: string): string {
  const added = (position: ParameterPosition): string[] => {
    const fields = (signing?.parameters ?? [])
      .filter((parameter) => placeOf(parameter.place, request) === place)
      .filter((parameter) => (parameter.position ?? ParameterPosition.END) === position)
      .map(({ name, value }) => `(${literal(name)}, ${filled(value, TOKENS)})`);
    return fields.length === 0 ? [] : [`[${fields.join(', ')}]`];
  };
  return [...added(ParameterPosition.START), given, ...added(ParameterPosition.END)].join(' + ');
}

/** @throws Failure `CURL_REQUEST_UNSIGNABLE` */
function placeOf(place: ParameterPlace, { name, method }: CurlRequest): Place {
  if (place === ParameterPlace.BODY_OR_QUERY) return ['POST', 'PUT', 'PATCH'].includes(method) ? 'fields' : 'query';
  if (place === ParameterPlace.QUERY) return 'query';
  if (method !== 'GET') return 'fields';
  throw new Failure(
    'CURL_REQUEST_UNSIGNABLE',
    `${quoted(name)} cannot be signed: the signing template puts a parameter into the body, and GET has none; change 'place' of the template, or the method of the request`,
    { exitCode: EXIT.usage },
  );
}

function encoderOf({ signing }: { readonly signing: SigningTemplate | undefined }): string {
  return signing?.urlEncoding === UrlEncoding.FORM ? 'form' : 'rfc3986';
}
