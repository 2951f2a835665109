// Whoever prints, copies, serialises or compares a key gets no value of it (G13).
import { inspect } from 'node:util';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { LoaderError } from '../../../../loaders/node';
import {
  API_KEY,
  API_SECRET,
  documentText,
  heldKey,
  PASSPHRASE,
  ScriptedSource,
  VALUES,
  versionId,
} from './support/held-keys';
import { holderOf } from './support/holders';

const key = heldKey(versionId(1), { apiKey: API_KEY, apiSecret: API_SECRET, passphrase: PASSPHRASE });
const clean = (text: string) => {
  for (const value of [...VALUES, 'id-1']) expect(text).not.toContain(value);
};

test('its values can be read by their names', () => {
  const { apiKey, apiSecret, passphrase, keyId } = key;
  expect([apiKey, apiSecret, passphrase, keyId]).toEqual([API_KEY, API_SECRET, PASSPHRASE, 'id-1']);
});

/** All but `getters`, which runs what it finds, and is asked for by nobody who does not want the values. */
const deep = { showHidden: true, depth: 20, customInspect: false, showProxy: true } as const;

test.each<[string, (value: object) => string]>([
  ['String()', String],
  ['a template', (value) => `${value}`],
  ['JSON', JSON.stringify],
  ['JSON of an object around it', (value) => JSON.stringify({ value, list: [value] })],
  ['inspect', (value) => inspect(value)],
  [
    'inspect of an object around it',
    (value) => inspect({ value, list: [value], map: new Map([[1, value]]) }, { depth: 9 }),
  ],
  ['inspect with everything that it can show', (value) => inspect(value, deep)],
  ['inspect of an error that has it', (value) => inspect(Object.assign(new Error('failed'), { value }), deep)],
  ['entries', (value) => inspect(Object.entries(Object.getOwnPropertyDescriptors(value)))],
  ['a spread copy', (value) => inspect({ ...value }, deep)],
  ['Object.assign', (value) => inspect(Object.assign({}, value), deep)],
  [
    'keys in it',
    (value) => {
      const names = [];
      for (const name in value) names.push(name);
      return names.join();
    },
  ],
  ['structuredClone', (value) => inspect(structuredClone(value), deep)],
  ['v8 serialisation', (value) => serialize(value).toString('latin1')],
  ['URLSearchParams', (value) => String(new URLSearchParams(value as Record<string, string>))],
])('%s tells none of them', (_, show) => {
  clean(show(key));
});

test('the holder tells as much as the key, and after its end nothing', async () => {
  const { holder } = holderOf(new ScriptedSource(() => key), key);
  for (const show of [
    String,
    JSON.stringify,
    (value: object) => inspect(value),
    (value: object) => inspect(value, deep),
  ]) {
    clean(show(holder));
  }
  expect(inspect(holder)).toMatch(
    /^KeyHolder prod-trader-bot-a \(version 00000000-.* fingerprint [0-9a-f]{12}, from secrets-manager; values are not shown\)$/,
  );
  expect(JSON.parse(JSON.stringify(holder))).toEqual(key.toJSON());
  await holder.close();
  expect(inspect(holder)).toBe('KeyHolder closed');
});

test('a message to a worker carries none of them', async () => {
  const worker = new Worker(
    "require('node:worker_threads').parentPort.once('message', (m) => { throw new Error(require('node:util').inspect(m, { showHidden: true })) })",
    { eval: true },
  );
  const error = new Promise<Error>((resolve) => worker.once('error', resolve));
  worker.postMessage(key);
  clean(String(await error));
});

test('it cannot be changed', () => {
  expect(() => Object.assign(key, { apiKey: 'OTHER' })).toThrow(TypeError);
  expect(key.apiKey).toBe(API_KEY);
});

test('is equal to the same version with the same values only', () => {
  const parts = { apiKey: API_KEY, apiSecret: API_SECRET, passphrase: PASSPHRASE };
  expect(key.equals(heldKey(versionId(1), parts))).toBe(true);
  expect(key.equals(heldKey(versionId(2), parts))).toBe(false);
  for (const change of [
    { apiKey: 'OTHER' },
    { apiSecret: 'OTHER' },
    { passphrase: 'OTHER' },
    { passphrase: undefined },
  ]) {
    expect(key.equals(heldKey(versionId(1), { ...parts, ...change }))).toBe(false);
  }
});

test('an error of the loader has a code, and no cause that could quote what was read', () => {
  const error = new LoaderError('CREDENTIALS_MISSING', 'no credentials');
  expect(Object.keys(error).sort()).toEqual(['code', 'name']);
  expect(error.cause).toBeUndefined();
  expect(documentText()).toContain(API_SECRET);
});
