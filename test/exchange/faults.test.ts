// Lost, late, broken and missing answers, and whether the effect happened.
import { ExchangeClient, LoopbackExchange } from '../support/exchange';
import { expectCode, TRADER, until, useExchange } from './fixture';

const start = useExchange();
const labelled = { account: 'sub-1', label: 'xk_0123456789' };

test('a lost response: the key is there, nobody has its secret', async () => {
  const fixture = await start();
  fixture.control.loseResponse('createKey', 2);
  await expect(fixture.create()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(fixture.control.liveKeys(labelled)).toHaveLength(1);
  await expect(fixture.create()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expectCode(await fixture.create(), 'OK');
  expect(fixture.control.liveKeys(labelled)).toHaveLength(3);
  const listed = await fixture.manage('GET', '/sub-1/api-keys');
  expect(listed.data.items.map(({ label }: { label: string }) => label)).toEqual(Array(3).fill('xk_0123456789'));
  expect(fixture.control.journal({ operation: 'createKey' }).map(({ code, fault }) => [code, fault])).toEqual([
    [0, 'after:drop'],
    [0, 'after:drop'],
    [0, null],
  ]);
});

test('a lost response of a deletion', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  fixture.control.loseResponse('deleteKey');
  await expect(fixture.manage('DELETE', `/sub-1/api-keys/${data.id}`)).rejects.toThrow();
  expectCode(await fixture.manage('DELETE', `/sub-1/api-keys/${data.id}`), 'KEY_NOT_FOUND');
});

test('a refused request uses up no fault that follows an effect', async () => {
  const fixture = await start();
  fixture.control.loseResponse('createKey');
  expectCode(await fixture.create({ label: '' }), 'PARAMS');
  await expect(fixture.create()).rejects.toThrow();
});

test('a failure before the effect: nothing happened', async () => {
  const fixture = await start();
  fixture.control.failBefore('createKey', 2, 502);
  const reply = await fixture.create();
  expect([reply.status, reply.code]).toEqual([502, undefined]);
  expect(reply.text).toMatch(/^<!DOCTYPE html>/);
  expect((await fixture.create()).status).toBe(502);
  expect(fixture.control.keys(labelled)).toEqual([]);
  expectCode(await fixture.create(), 'OK');
});

test('a web page instead of JSON', async () => {
  const fixture = await start();
  fixture.control.garble('createKey');
  const reply = await fixture.create();
  expect([reply.status, reply.headers['content-type'], reply.code]).toEqual([200, 'text/html', undefined]);
  expect(fixture.control.keys(labelled)).toEqual([]);
  fixture.control.inject({ operation: 'createKey', stage: 'after', action: { kind: 'html' }, times: 1 });
  expect((await fixture.create()).code).toBeUndefined();
  expect(fixture.control.keys(labelled)).toHaveLength(1);
});

test('faults of one account leave the others alone', async () => {
  const fixture = await start({ subAccounts: ['sub-1', 'sub-2'] });
  const action = { kind: 'status', status: 500 } as const;
  fixture.control.inject({ operation: '*', account: 'sub-2', stage: 'before', action });
  expectCode(await fixture.create(), 'OK');
  for (const _ of [1, 2, 3]) expect((await fixture.create({}, 'sub-2')).status).toBe(500);
  expect((await fixture.read(fixture.byHand({ account: 'sub-2' }))).status).toBe(500);
  fixture.control.clearFaults();
  expectCode(await fixture.create({}, 'sub-2'), 'OK');
});

test('a slow answer comes after the effect, and after faster ones', async () => {
  const fixture = await start();
  fixture.control.slowDown('createKey', 300, 1);
  const answers: string[] = [];
  const slow = fixture.create().then((reply) => {
    answers.push('slow');
    return reply;
  });
  await until(() => fixture.control.keys(labelled).length > 0);
  await fixture.manage('GET', '/sub-1/api-keys').then(() => answers.push('fast'));
  expectCode(await slow, 'OK');
  expect(answers).toEqual(['fast', 'slow']);
});

test('no answer at all, after the effect', async () => {
  const fixture = await start();
  fixture.control.inject({ operation: 'createKey', stage: 'after', action: { kind: 'hang' }, times: 1 });
  const waiting = fixture.create();
  waiting.catch(() => undefined);
  await until(() => fixture.control.keys(labelled).length > 0);
  await fixture.exchange.stop();
  await expect(waiting).rejects.toThrow();
});

test('stopping does not wait for answers that are still due', async () => {
  const exchange = await LoopbackExchange.start();
  exchange.control.slowDown('time', 3_600_000);
  const waiting = fetch(`${exchange.url}/v1/time`);
  waiting.catch(() => undefined);
  await until(() => exchange.control.journal().length > 0);
  await exchange.stop();
  await expect(waiting).rejects.toThrow();
});

test('outage: a load balancer’s page, for everyone', async () => {
  const fixture = await start();
  fixture.control.outage('503');
  const reply = await fixture.create();
  expect([reply.status, reply.code]).toEqual([503, undefined]);
  expect((await fixture.client(undefined).call('GET', '/v1/time')).status).toBe(503);
  expect(fixture.control.keys(labelled)).toEqual([]);
  fixture.control.outage(null);
  expectCode(await fixture.create(), 'OK');
});

test('outage: connections are reset', async () => {
  const fixture = await start();
  fixture.control.outage('reset');
  await expect(fixture.create()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(fixture.control.keys(labelled)).toEqual([]);
});

test('outage: no answer', async () => {
  const fixture = await start();
  fixture.control.outage('hang');
  const client = new ExchangeClient({ url: fixture.exchange.url, from: TRADER, timeoutMs: 100 });
  await expect(client.call('GET', '/v1/time')).rejects.toThrow('no answer within 100 ms');
  expect(fixture.control.journal()).toMatchObject([{ operation: 'time', code: null, fault: 'outage:hang' }]);
});

test('outage of an hour', async () => {
  const fixture = await start();
  const from = fixture.clock.ms + 1000;
  fixture.control.outage('503', { from, until: from + 3_600_000 });
  const key = fixture.byHand({});
  const status = async () => (await fixture.read(key)).status;
  expect(await status()).toBe(200);
  fixture.clock.ms = from;
  expect(await status()).toBe(503);
  fixture.clock.ms = from + 3_599_999;
  expect(await status()).toBe(503);
  fixture.clock.ms += 1;
  expect(await status()).toBe(200);
});

test.each([
  [
    { operation: 'create', stage: 'before', action: { kind: 'drop' } },
    'unknown operation "create", expected one of *,',
  ],
  [{ operation: '*', stage: 'during', action: { kind: 'drop' } }, 'unknown stage "during"'],
  [{ operation: '*', stage: 'after', action: { kind: 'explode' } }, 'unknown kind of fault "explode"'],
  [{ operation: '*', stage: 'after', action: { kind: 'drop' }, times: 0 }, 'times 0, expected a whole number above 0'],
  [{ operation: '*', stage: 'after', action: { kind: 'status', status: 99 } }, 'status 99 is not between'],
  [{ operation: '*', stage: 'after', action: { kind: 'status', status: 500, code: 'X' } }, 'unknown code "X"'],
  [{ operation: '*', stage: 'after', action: { kind: 'delay', ms: -1 } }, 'delay of -1 ms'],
])('a fault that is none: %j', async (fault, message) => {
  const { control } = await start();
  expect(() => control.inject(fault as never)).toThrow(message);
  expect(control.pendingFaults()).toEqual([]);
});
