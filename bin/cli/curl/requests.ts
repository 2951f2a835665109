// The requests of an exchange that there are scripts for: the reads of the rotation that any key may make, and the table of endpoints.
import { EndpointCategory } from '../../../contract/exchange/endpoint-category';
import { Endpoints, type EndpointTable, parseEndpoint } from '../../../contract/exchange/endpoints';
import type { ExchangeConfiguration, ExchangeOperation } from '../../../contract/exchange/exchange-configuration';
import { allowedPlaceholders, parseTemplate, type TemplatePiece } from '../../../contract/exchange/placeholder';
import { parseText } from '../../../contract/exchange/signing-text';
import { quoted } from '../../../contract/quoted';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';

/** Text, the API key, or what the caller of the script says. */
export type RequestPiece = { readonly text: string } | { readonly argument: string } | 'apiKey';

export interface CurlRequest {
  /** What it is asked for by: `GET /v1/account`, `probe`. */
  readonly name: string;
  readonly method: string;
  /** As it is written in the configuration. */
  readonly path: string;
  readonly category: EndpointCategory;
  /** False for what anybody may ask. */
  readonly authenticated: boolean;
  readonly pathPieces: readonly RequestPiece[];
  readonly query: readonly (readonly [name: string, pieces: readonly RequestPiece[]])[];
  /** Paths of other endpoints that the arguments must not lead to. */
  readonly otherPaths: readonly string[];
}

/** All of them, without those that move funds out. */
export function requestsOf({ operations, endpoints = {} }: ExchangeConfiguration): CurlRequest[] {
  const { probe, inspect, serverTime } = operations;
  return [
    ofOperation('probe', probe),
    ofOperation('inspect', inspect),
    ...(serverTime === undefined ? [] : [ofOperation('serverTime', serverTime)]),
    ...Object.keys(endpoints).flatMap((name) => ofEndpoint(name, endpoints)),
  ];
}

/** @throws Failure `CURL_REQUEST_UNKNOWN`, `CURL_WITHDRAWAL` */
export function findRequest(configuration: ExchangeConfiguration, name: string): CurlRequest {
  const requests = requestsOf(configuration);
  const found = requests.find((request) => request.name === name);
  if (found !== undefined) return found;
  const { name: exchange, endpoints = {} } = configuration;
  if (Object.hasOwn(endpoints, name)) {
    throw new Failure(
      'CURL_WITHDRAWAL',
      `${quoted(name)} of exchange '${exchange}' moves funds out of the account, and there is no script for that; let a workload do it, whose key and requests are watched`,
      { exitCode: EXIT.usage },
    );
  }
  throw new Failure(
    'CURL_REQUEST_UNKNOWN',
    `exchange '${exchange}' has no request ${quoted(name)}; there are ${requests.map((request) => request.name).join(', ')}; add others to 'endpoints' of its configuration`,
    { exitCode: EXIT.usage },
  );
}

function ofOperation(name: 'probe' | 'inspect' | 'serverTime', operation: ExchangeOperation): CurlRequest {
  const { method, path, query = {} } = operation;
  const place = { allowed: allowedPlaceholders(name), inBody: false };
  const pieces = (text: string) => (parseTemplate(text, place) as readonly TemplatePiece[]).map(ofPiece);
  return {
    name,
    method,
    path,
    category: EndpointCategory.READ,
    authenticated: name !== 'serverTime',
    pathPieces: pieces(path),
    query: Object.entries(query).map(([parameter, text]) => [parameter, pieces(text)]),
    otherPaths: [],
  };
}

function ofPiece(piece: TemplatePiece): RequestPiece {
  if (piece.kind === 'literal') return { text: piece.text };
  return piece.name === 'apiKey' ? 'apiKey' : { argument: piece.name };
}

function ofEndpoint(name: string, table: EndpointTable): CurlRequest[] {
  const { method, path, category } = parseEndpoint(name, table[name]);
  if (category === EndpointCategory.WITHDRAW) return [];
  const pieces = parseText(path) ?? [];
  return [
    {
      name,
      method,
      path,
      category,
      authenticated: true,
      pathPieces: pieces.map((piece) => ('literal' in piece ? { text: piece.literal } : { argument: piece.token })),
      query: [],
      otherPaths: otherPaths(name, table),
    },
  ];
}

/** `/v1/orders/all` is an endpoint of its own that `/v1/orders/{orderId}` could be made to call. */
function otherPaths(name: string, table: EndpointTable): string[] {
  const [method, path] = name.split(' ');
  if (!path.includes('{')) return [];
  const alone = new Endpoints({ [name]: table[name] });
  return Object.keys(table)
    .map((other) => other.split(' '))
    .filter(([otherMethod, other]) => otherMethod === method && other !== path && !other.includes('{'))
    .map(([, other]) => other)
    .filter((other) => {
      try {
        return alone.find(method, other) !== undefined;
      } catch {
        return false;
      }
    });
}
