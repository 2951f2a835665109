// The journal: who asked what and what was decided, without anything secret; and the hook between effect and answer.
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { type JournalEntry, LoopbackExchange } from '../support/exchange';
import { expectCode, MANAGER, STRANGER, TRADER, until, useExchange } from './fixture';

const start = useExchange();

test('one entry per request', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  await fixture.read(data, STRANGER);
  await fixture.read({ ...data, apiKey: 'unknown' });
  await fixture.manage('DELETE', `/sub-1/api-keys/${data.id}`);
  await fixture.read(data);
  await fixture.client(undefined).call('GET', '/nowhere');
  const common = { time: fixture.clock.ms, fault: null };
  const trader = { ...common, operation: 'account', targetKeyId: null };
  const manager = { ...common, peer: MANAGER, keyId: fixture.master.id, account: 'sub-1', targetKeyId: data.id };
  expect(fixture.control.journal()).toEqual([
    { seq: 1, ...manager, operation: 'createKey', code: 0 },
    { seq: 2, ...trader, peer: STRANGER, keyId: data.id, account: 'sub-1', code: 10010 },
    { seq: 3, ...trader, peer: TRADER, keyId: null, account: null, code: 10003 },
    { seq: 4, ...manager, operation: 'deleteKey', code: 0 },
    { seq: 5, ...trader, peer: TRADER, keyId: data.id, account: 'sub-1', code: 10003 },
    { seq: 6, ...common, peer: TRADER, operation: null, keyId: null, account: null, targetKeyId: null, code: 10404 },
  ]);
  expect(fixture.control.journal({ keyId: data.id, afterSeq: 2 }).map(({ seq }) => seq)).toEqual([5]);
  expect(fixture.control.journal({ account: 'sub-1', operation: 'account' }).map(({ seq }) => seq)).toEqual([2, 5]);
  expect(fixture.control.counters()).toEqual({
    createKey: { total: 1, byCode: { 0: 1 } },
    deleteKey: { total: 1, byCode: { 0: 1 } },
    account: { total: 3, byCode: { 10003: 2, 10010: 1 } },
    unknown: { total: 1, byCode: { 10404: 1 } },
  });
  fixture.control.clearJournal();
  expect(fixture.control.journal()).toEqual([]);
});

test('nothing secret, wherever a confused caller puts it', async () => {
  const fixture = await start({ settings: { passphrase: 'plain' } });
  const { data } = await fixture.create({ passphrase: 'secret-phrase' });
  const key = { ...data, passphrase: 'secret-phrase' };
  await fixture.read(key);
  await fixture.read({ ...key, apiKey: key.apiSecret });
  await fixture.client(key).call('GET', `/v1/${key.apiSecret}`, { query: `secret=${key.apiSecret}` });
  await fixture.manage('GET', `/${key.apiSecret}/api-keys`);
  await fixture.manage('GET', `/sub-1/api-keys/${key.apiSecret}`);
  const secrets = fixture.control.issuedSecrets();
  expect(secrets).toEqual(expect.arrayContaining([key.apiSecret, 'secret-phrase', fixture.master.apiSecret]));
  const seen = JSON.stringify([fixture.control.journal(), fixture.control.counters(), fixture.control.keys()]);
  expect(fixture.control.journal()).toHaveLength(6);
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
});

test('the hook runs after the effect and before the answer', async () => {
  const seen: JournalEntry[] = [];
  let answered = false;
  const gate = new EventEmitter();
  const fixture = await start({
    onRequest: async (entry) => {
      seen.push(entry);
      await once(gate, 'open');
    },
  });
  const creating = fixture.create().then((reply) => {
    answered = true;
    return reply;
  });
  await until(() => seen.length > 0);
  expect(seen).toMatchObject([{ operation: 'createKey', code: 0 }]);
  expect(fixture.control.keys({ account: 'sub-1' })).toHaveLength(1);
  expect(answered).toBe(false);
  gate.emit('open');
  expectCode(await creating, 'OK');
});

test('a hook that throws loses the answer, and stopping tells', async () => {
  const onRequest = () => {
    throw new Error('hook is broken');
  };
  const exchange = await LoopbackExchange.start({ onRequest });
  await expect(fetch(`${exchange.url}/v1/time`)).rejects.toThrow();
  await expect(exchange.stop()).rejects.toThrow('the loopback exchange failed: hook is broken');
});

test('a caller that leaves half-way, and one that sends too much, harm nothing', async () => {
  const fixture = await start();
  const { port } = new URL(fixture.exchange.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
  socket.resetAndDestroy();
  await expect(fixture.create({ padding: 'x'.repeat(70_000) })).rejects.toThrow();
  expectCode(await fixture.create(), 'OK');
  expect(fixture.control.journal()).toHaveLength(1);
});
