// An exchange without answers is not waited for again and again; one that refuses is one that answers.
import { ErrorClass } from '../../../../contract/exchange/error-class';
import { type ExchangeAdapter, ExchangeError } from '../../../../runtime/exchange/adapter';
import { withPatience } from '../../../../runtime/keys/caretaker/tired';
import { CAPABILITIES } from './model';

const KEY = { keyId: 'id', apiKey: 'key', apiSecret: 'secret' };

function scripted(answers: readonly (ErrorClass | 'OK')[]): { adapter: ExchangeAdapter; asked: () => number } {
  let asked = 0;
  const next = () => answers[asked++] ?? 'OK';
  const effect = async <T>(operation: string, value: T): Promise<T> => {
    const answer = next();
    if (answer !== 'OK') throw new ExchangeError(answer, operation, 'no');
    return value;
  };
  const adapter: ExchangeAdapter = {
    name: 'xxkk',
    capabilities: CAPABILITIES,
    expectedPermissions: () => ['Read'],
    isRestricted: () => true,
    probe: async () => ({ result: next() }),
    inspect: () => effect('inspect', { permissions: [], allowlist: [] }),
    create: () => effect('create', KEY),
    list: () => effect('list', []),
    restrict: () => effect('restrict', undefined),
    revoke: () => effect('revoke', 'revoked'),
  };
  return { adapter: withPatience(adapter), asked: () => asked };
}

const T = ErrorClass.TRANSIENT;

test('after three calls without an answer nothing more is sent, and everything counts as unknown', async () => {
  const { adapter, asked } = scripted([T, T, T]);
  expect(await adapter.probe(KEY)).toEqual({ result: T });
  await expect(adapter.list(KEY, 'sub-1')).rejects.toMatchObject({ errorClass: T, exchangeCode: undefined });
  expect(await adapter.probe(KEY)).toEqual({ result: T });
  expect(asked()).toBe(3);
  expect(await adapter.probe(KEY)).toEqual({ result: T, code: 'NOT_ASKED' });
  for (const call of [
    adapter.list(KEY, undefined),
    adapter.inspect(KEY),
    adapter.revoke(KEY, undefined, KEY),
    adapter.restrict(KEY, undefined, { ...KEY, permissions: [], allowlist: [] }),
    adapter.create(KEY, { label: 'x', permissions: ['read'], allowlist: [] }),
  ]) {
    await expect(call).rejects.toMatchObject({ errorClass: T, exchangeCode: 'NOT_ASKED' });
  }
  expect(asked()).toBe(3);
});

test('any answer, a refusal too, ends the count', async () => {
  const { adapter, asked } = scripted([T, T, ErrorClass.KEY_UNKNOWN, T, T, ErrorClass.PERMISSION, T, T, 'OK']);
  for (let call = 0; call < 5; call++) await adapter.probe(KEY);
  await expect(adapter.list(KEY, undefined)).rejects.toMatchObject({ errorClass: ErrorClass.PERMISSION });
  for (let call = 0; call < 3; call++) await adapter.probe(KEY);
  expect(asked()).toBe(9);
});

test('what costs no call is passed on', () => {
  const { adapter } = scripted([]);
  expect(adapter).toMatchObject({ name: 'xxkk', capabilities: CAPABILITIES });
  expect(adapter.expectedPermissions(['read'])).toEqual(['Read']);
  expect(adapter.isRestricted({ permissions: [], allowlist: [] })).toBe(true);
});
