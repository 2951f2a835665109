// What a caller sees of a refusal: codes, statuses, and the exchanges that blur them. Also: the published table is true.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CODES, type CodeName, OPERATIONS } from '../support/exchange';
import { code, expectCode, STRANGER, TRADER, useExchange } from './fixture';

const start = useExchange();
const published = readFileSync(path.join(__dirname, '../support/exchange/protocol.ts'), 'utf8').split('*/')[0];

test('the published table of codes', () => {
  const rows = [...published.matchAll(/^ \* \| (−?\d+) +\| (\d+) +\| ([A-Z_]+) +\|/gm)].map(
    ([, number, status, name]) => [name, { code: Number(number.replace('−', '-')), status: Number(status) }],
  );
  const table = Object.entries(CODES).map(([name, { code, status }]) => [name, { code, status }]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(table));
});

test('the published table of operations', () => {
  const rows = [...published.matchAll(/^ \* \| (\w+) +\| (GET|POST|DELETE) (\/\S+) +\|/gm)];
  expect(Object.fromEntries(rows.map(([, name, method, path]) => [name, { method, path }]))).toEqual(OPERATIONS);
});

test.each([
  ['GET', '/v1/nothing'],
  ['PUT', '/v1/account'],
  ['GET', '/v1/account/'],
  ['GET', '//v1/account'],
  ['GET', '/__control/journal'],
  ['POST', '/v1/sub-accounts/a%2Fb/api-keys'],
])('%s %s is no endpoint', async (method, path) => {
  const fixture = await start();
  expectCode(await fixture.client(fixture.master).call(method, path), 'NO_SUCH_ENDPOINT');
});

test('no status but 200', async () => {
  const fixture = await start({ settings: { alwaysHttp200: true } });
  const key = fixture.byHand({});
  const replies = [
    await fixture.read(key, STRANGER),
    await fixture.read({ ...key, apiSecret: 'wrong' }),
    await fixture.client(key).call('GET', '/nowhere'),
  ];
  expect(replies.map(({ code }) => code)).toEqual([
    code('IP_NOT_ALLOWED'),
    code('SIGNATURE'),
    code('NO_SUCH_ENDPOINT'),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('statuses and numbers of one’s own', async () => {
  const settings = { httpStatus: { IP_NOT_ALLOWED: 418 }, codes: { IP_NOT_ALLOWED: 50110 } };
  const fixture = await start({ settings });
  const reply = await fixture.read(fixture.byHand({}), STRANGER);
  expect([reply.status, reply.code]).toEqual([418, 50110]);
});

test('an exchange that does not tell an unknown key, a wrong address and a missing permission apart', async () => {
  const fixture = await start({ settings: { ambiguousAuth: true } });
  const key = fixture.byHand({ permissions: ['SpotTrade'] });
  const replies = [
    await fixture.read({ ...key, apiKey: 'unknown' }),
    await fixture.read(key, STRANGER),
    await fixture.read(key, TRADER),
  ];
  fixture.control.editKeyByHand(key.id, { state: 'disabled' });
  replies.push(await fixture.read(key));
  fixture.control.editKeyByHand(key.id, { expiresAt: fixture.clock.ms });
  replies.push(await fixture.read(key));
  expect(new Set(replies.map(({ text, status }) => `${status} ${text}`)).size).toBe(1);
  expectCode(replies[0], 'AMBIGUOUS');
  const other = fixture.byHand({});
  expectCode(await fixture.read({ ...other, apiSecret: 'wrong' }), 'SIGNATURE');
  expectCode(await fixture.manage('DELETE', '/sub-1/api-keys/1'), 'KEY_NOT_FOUND');
});

test('any code, on demand', async () => {
  const fixture = await start();
  const key = fixture.byHand({});
  for (const name of Object.keys(CODES) as CodeName[]) {
    fixture.control.failBefore('account', 1, 207, name);
    const reply = await fixture.read(key);
    expect([reply.status, reply.code, reply.data]).toEqual([207, code(name), null]);
  }
  expectCode(await fixture.read(key), 'OK');
});
