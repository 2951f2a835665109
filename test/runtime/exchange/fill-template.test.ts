// Placeholders become values: lists stay lists, paths stay within their segment, and what is missing is an error.
import fc from 'fast-check';
import { ExchangeMethod, type ExchangeOperation } from '../../../contract/exchange/exchange-configuration';
import { allowedPlaceholders } from '../../../contract/exchange/placeholder';
import { fillOperation, UnfilledTemplate } from '../../../runtime/exchange/fill-template';

const ALLOWED = allowedPlaceholders('create');
const operation = (change: Partial<ExchangeOperation>): ExchangeOperation => ({
  method: ExchangeMethod.POST,
  path: '/v1',
  ...change,
});

test('a body keeps its form; a list is a list, or a text with commas', () => {
  const body = {
    label: 'a-{label}-{account}',
    all: '{permissions}',
    text: '{permissions:comma}',
    deep: { list: [{ ips: '{allowlist}' }, 'x {allowlist:comma} y'], n: 7, yes: true, no: null },
  };
  const values = { label: 'l', account: 'b', permissions: ['r', 't'], allowlist: ['1', '2'] };
  expect(fillOperation(operation({ body }), ALLOWED, values).body).toEqual({
    label: 'a-l-b',
    all: ['r', 't'],
    text: 'r,t',
    deep: { list: [{ ips: ['1', '2'] }, 'x 1,2 y'], n: 7, yes: true, no: null },
  });
});

test('no body stays no body, an empty one stays empty', () => {
  expect(fillOperation(operation({}), ALLOWED, {}).body).toBeUndefined();
  expect(fillOperation(operation({ body: {} }), ALLOWED, {}).body).toEqual({});
});

test('an empty list is sent as one, an empty text is missing', () => {
  const body = { a: '{allowlist}', b: '{allowlist:comma}' };
  expect(fillOperation(operation({ body }), ALLOWED, { allowlist: [] }).body).toEqual({ a: [], b: '' });
  for (const account of [undefined, '']) {
    expect(() => fillOperation(operation({ path: '/{account}' }), ALLOWED, { account })).toThrow(UnfilledTemplate);
  }
});

test('values are not templates themselves', () => {
  const filled = fillOperation(operation({ body: { a: '{label}' } }), ALLOWED, { label: '{account}', account: 'x' });
  expect(filled.body).toEqual({ a: '{account}' });
});

test('only a parameter that is nothing but the cursor is left out', () => {
  const list = operation({ query: { limit: '5', cursor: '{cursor}' } });
  expect(fillOperation(list, allowedPlaceholders('list'), {}).query).toEqual({ limit: '5' });
  expect(fillOperation(list, allowedPlaceholders('list'), { cursor: 'c' }).query).toEqual({ limit: '5', cursor: 'c' });
  const within = operation({ query: { after: 'id:{cursor}' } });
  expect(() => fillOperation(within, allowedPlaceholders('list'), {})).toThrow(UnfilledTemplate);
});

test('a placeholder that the operation does not have is an error', () => {
  expect(() => fillOperation(operation({ body: { a: '{cursor}' } }), ALLOWED, { cursor: 'c' })).toThrow(
    UnfilledTemplate,
  );
});

test('whatever a value is, it stays one segment of the path, and messages do not repeat it', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('.', '..', '/', '%2e', '?a', '#')),
      (account) => {
        try {
          const { path } = fillOperation(operation({ path: '/a/{account}/b' }), ALLOWED, { account });
          const url = new URL(`https://host${path}`);
          expect(url.pathname).toBe(path);
          expect(url.search + url.hash).toBe('');
          const [, , segment, last] = path.split('/');
          expect([path.split('/').length, last, decodeURIComponent(segment)]).toEqual([4, 'b', account]);
        } catch (error) {
          if (!(error instanceof UnfilledTemplate)) throw error;
          expect(['.', '..']).toContain(account);
        }
      },
    ),
  );
});
