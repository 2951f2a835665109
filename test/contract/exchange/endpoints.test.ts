// Endpoints: every vector of contract/vectors/endpoints.json, and that no spelling of a path reaches another category than its own.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { EndpointCategory } from '../../../contract/exchange/endpoint-category';
import { Endpoints, type EndpointTable } from '../../../contract/exchange/endpoints';
import type { DescribedPermission } from '../../../contract/keys';
import { permits } from '../../../contract/watch';
import { isEndpoint } from '../../../contract/watch/record-names';
import { codeOf, refusalOf } from '../refusal';

interface Vector {
  readonly number: number;
  readonly name: string;
  readonly table: string | EndpointTable;
  readonly permissions: DescribedPermission[];
  readonly request: { readonly method: string; readonly path: string };
  readonly expected: {
    readonly allowed: boolean;
    readonly code?: string;
    readonly endpoint?: string;
    readonly category?: EndpointCategory;
  };
}

const file = path.join(__dirname, '..', '..', '..', 'contract', 'vectors', 'endpoints.json');
const { tables, vectors }: { tables: Record<string, EndpointTable>; vectors: Vector[] } = JSON.parse(
  readFileSync(file, 'utf8'),
);
const XXKK = new Endpoints(tables.XXKK);

function decide({ table, permissions, request: { method, path: sent } }: Vector): Vector['expected'] {
  let found: { path: string; category: EndpointCategory } | undefined;
  const code = codeOf(() => {
    found = new Endpoints(typeof table === 'string' ? tables[table] : table).find(method, sent);
  });
  if (found === undefined) return { allowed: false, code };
  const { path: endpoint, category } = found;
  return permits(permissions, category)
    ? { allowed: true, endpoint, category }
    : { allowed: false, code: 'PERMISSION_NOT_HELD', endpoint, category };
}

test.each(vectors)('$number $name', (vector) => {
  expect(decide(vector)).toEqual(vector.expected);
  if (vector.expected.endpoint !== undefined) expect(isEndpoint(vector.expected.endpoint)).toBe(true);
});

test('the vectors are numbered and named apart', () => {
  expect(vectors.map(({ number }) => number)).toEqual(vectors.map((_, index) => index + 1));
  expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
});

/** Written without the code under test: what a lenient server may make of a path. */
function asReadByServers(sent: string): string[] {
  const once = sent.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return [sent, once].flatMap((text) => {
    const [bare] = text.replaceAll('\\', '/').split(/[?#;]/);
    const resolved = new URL(`https://host${bare.startsWith('/') ? '' : '/'}${bare.replace(/\/{2,}/g, '/')}`).pathname;
    return [bare, resolved];
  });
}

const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '.',
    '..',
    'v1',
    'orders',
    'withdrawals',
    'account',
    ':cancel',
    ';',
    '%2e',
    '%2F',
    '%5c',
    '%25',
    '%77',
    '%3A',
  ),
  fc.string({ maxLength: 3 }),
);

test('no spelling of a withdrawal passes as anything else', () => {
  const spelt = fc.array(piece, { maxLength: 8 }).map((pieces) => `/v1/orders/${pieces.join('')}`);
  fc.assert(
    fc.property(spelt, (sent) => {
      const code = codeOf(() => XXKK.find('DELETE', sent));
      if (code !== undefined) return;
      expect(asReadByServers(sent).filter((read) => /withdrawals$/.test(read) && read.split('/').length < 4)).toEqual(
        [],
      );
      // and what was found is sent as it was found
      expect(new URL(`https://host${sent}`).pathname).toBe(sent);
    }),
    {
      numRuns: 5_000,
      examples: [['/v1/orders/..%2Fwithdrawals'], ['/v1/orders/%2e%2e/withdrawals'], ['/v1/orders/..;/withdrawals']],
    },
  );
});

test('a message shows neither ids nor what a path was made of', () => {
  const { message } = refusalOf(() => XXKK.find('GET', '/v1/accounts/1234567/abcdefghijklmnopqrstuvwxyz'));
  expect(message).toBe(
    "'GET /v1/accounts/.../...' is not in the table of endpoints; add it with its category (read, trade, withdraw), because what is not in it is refused",
  );
  expect(refusalOf(() => XXKK.find('GET', '/v1/orders?token=abc')).message).not.toContain('abc');
});

test('a table is not asked for what every object has', () => {
  expect(codeOf(() => XXKK.find('GET', '/constructor'))).toBe('ENDPOINT_UNKNOWN');
});
