// Which endpoints of an exchange a workload may call, and of which category each is. What is not in the table is refused.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { EndpointCategory } from './endpoint-category';
import { comparablePath } from './request-path';

/** `POST /v1/orders` → `trade`. A `{name}` stands for one segment of the path. */
export type EndpointTable = Readonly<Record<string, EndpointCategory>>;

/** An endpoint of the table. */
export interface Endpoint {
  readonly method: string;
  /** As in the table, `/v1/orders/{orderId}`: what a request record calls it. */
  readonly path: string;
  readonly category: EndpointCategory;
}

/** The path is what request records call the endpoint, so it has their characters and length. */
const ENTRY = /^(GET|POST|PUT|PATCH|DELETE) (\/[A-Za-z0-9_.:{}/-]{0,99})$/;
const SEGMENT = /^(?:\{[A-Za-z][A-Za-z0-9]*\}|(?!\.\.?$)[A-Za-z0-9_.:-]+)$/;
const CATEGORIES: readonly string[] = Object.values(EndpointCategory);

/** The endpoints, by method and number of segments; those without a `{name}` are looked for first. */
export class Endpoints {
  private readonly exact = new Map<string, Endpoint>();
  private readonly patterns: { readonly endpoint: Endpoint; readonly segments: readonly string[] }[] = [];

  /** @throws InputError `ENDPOINT_MALFORMED`, `ENDPOINT_CATEGORY_UNKNOWN`, `ENDPOINT_AMBIGUOUS`. */
  constructor(table: EndpointTable) {
    for (const [name, category] of Object.entries(table)) this.add(parseEndpoint(name, category));
  }

  /**
   * The endpoint that a request goes to.
   * @param path percent-encoded, without a query.
   * @throws InputError `ENDPOINT_UNKNOWN`, `REQUEST_MALFORMED`.
   */
  public find(method: string, path: string): Endpoint {
    const comparable = comparablePath(path);
    const exact = this.exact.get(`${method} ${comparable}`);
    if (exact) return exact;
    const given = comparable.split('/');
    const found = this.patterns.find(({ endpoint, segments }) => endpoint.method === method && fits(segments, given));
    if (found) return found.endpoint;
    throw new InputError(
      'ENDPOINT_UNKNOWN',
      `${quoted(`${method} ${withoutIds(path)}`)} is not in the table of endpoints; add it with its category (${CATEGORIES.join(', ')}), because what is not in it is refused`,
    );
  }

  private add(endpoint: Endpoint): void {
    const { method, path } = endpoint;
    if (!path.includes('{')) {
      this.exact.set(`${method} ${path}`, endpoint);
      return;
    }
    const segments = path.split('/');
    const same = this.patterns.find((other) => other.endpoint.method === method && overlap(other.segments, segments));
    if (same) {
      throw new InputError(
        'ENDPOINT_AMBIGUOUS',
        `endpoints ${quoted(`${method} ${same.endpoint.path}`)} and ${quoted(`${method} ${path}`)} fit the same paths; leave one of them out`,
      );
    }
    this.patterns.push({ endpoint, segments });
  }
}

/** @throws InputError `ENDPOINT_MALFORMED`, `ENDPOINT_CATEGORY_UNKNOWN`. */
export function parseEndpoint(name: string, category: unknown): Endpoint {
  const [, method, path] = ENTRY.exec(name) ?? [];
  if (method === undefined || !segmentsOf(path).every((segment) => SEGMENT.test(segment))) {
    throw new InputError(
      'ENDPOINT_MALFORMED',
      `endpoint ${quoted(name)} is not one; write method and path without a query, at most 100 characters, for example 'POST /v1/orders' or 'DELETE /v1/orders/{orderId}'`,
    );
  }
  if (typeof category !== 'string' || !CATEGORIES.includes(category)) {
    throw new InputError(
      'ENDPOINT_CATEGORY_UNKNOWN',
      `endpoint ${quoted(name)} is of category ${quoted(String(category))}; allowed are ${CATEGORIES.join(', ')}`,
    );
  }
  return { method, path, category: category as EndpointCategory };
}

/** Without what is before the first slash and, where there is one, after a last one. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').slice(1);
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}

const isName = (segment: string) => segment.startsWith('{');

/** A value is one segment that is not empty; dot segments and encoded slashes have been refused. */
function fits(segments: readonly string[], given: readonly string[]): boolean {
  return (
    segments.length === given.length &&
    segments.every((segment, index) => (isName(segment) ? given[index] !== '' : segment === given[index]))
  );
}

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index] || isName(one) || isName(b[index]));
}

/** Long segments and numbers may be ids of orders or accounts. */
function withoutIds(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.length > 24 || /\d{4}/.test(segment) ? '...' : segment))
    .join('/');
}
