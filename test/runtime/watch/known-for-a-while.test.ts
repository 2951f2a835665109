// What a warm detector remembers: until when, how much of it, and that forgetting never means more than asking again.
import { FindingKind, ONCE } from '../../../contract/watch';
import { foundIn } from '../../../runtime/watch/found';
import type { Pair } from '../../../runtime/watch/judge';
import { KnownAddresses } from '../../../runtime/watch/known-addresses';
import { Memory } from '../../../runtime/watch/memory';
import { WatchedKey } from '../../../runtime/watch/watched-key';
import { KEY, keyState, NOW, OURS, record } from './support/pure-watch';

describe('addresses of a key', () => {
  test('are known until their time, asked for once or again and again', () => {
    const known = new KnownAddresses();
    known.add('a', NOW + 10);
    known.add('b', NOW + 20);
    for (let time = 0; time < 2; time++) {
      expect(known.has('a', NOW + 9)).toBe(true);
      expect(known.has('b', NOW + 19)).toBe(true);
    }
    expect(known.has('b', NOW + 19)).toBe(true);
    expect(known.has('b', NOW + 20)).toBe(false);
    expect(known.has('a', NOW + 10)).toBe(false);
    expect(known.has('a', NOW + 9)).toBe(true);
    expect(known.has('a', NOW + 10)).toBe(false);
    expect(known.has('c', NOW)).toBe(false);
  });

  test('are known for longer when they are added again', () => {
    const known = new KnownAddresses();
    known.add('a', NOW + 10);
    expect(known.has('a', NOW)).toBe(true);
    known.add('a', NOW + 30);
    expect(known.has('a', NOW + 29)).toBe(true);
    known.add('a', NOW + 5);
    expect(known.has('a', NOW + 5)).toBe(false);
  });

  test('are forgotten at once', () => {
    const known = new KnownAddresses();
    known.add('a', NOW + 10);
    expect(known.has('a', NOW)).toBe(true);
    known.clear();
    expect(known.has('a', NOW)).toBe(false);
  });

  test('are no more than 256', () => {
    const known = new KnownAddresses();
    for (let index = 0; index < 256; index++) known.add(`${index}`, NOW + 10);
    expect(known.has('0', NOW)).toBe(true);
    expect(known.has('255', NOW)).toBe(true);
    known.add('256', NOW + 10);
    expect(['0', '255', '256'].map((address) => known.has(address, NOW))).toEqual([false, false, true]);
  });
});

describe('a memory', () => {
  const key = new WatchedKey(keyState());
  const pair: Pair = { key, keyName: KEY, origin: OURS, record: record(), at: NOW, clean: true };
  const found = (subject: string) =>
    foundIn({ kind: FindingKind.UNKNOWN_KEY, keyName: KEY, subject, at: NOW, detail: 'x' });

  test('knows a pair until its time, by the spelling of the record', () => {
    const memory = new Memory();
    expect(memory.knows(pair, NOW)).toBe(false);
    memory.learn(pair, NOW + 10);
    expect(memory.knows(pair, NOW + 9)).toBe(true);
    expect(memory.knows(pair, NOW + 10)).toBe(false);
    const spelt = { ...pair, record: record({ sourceIp: `::ffff:${OURS}` }) };
    expect(memory.knows(spelt, NOW)).toBe(false);
  });

  test('knows when keys were first seen, of 20,000 keys at most', () => {
    const memory = new Memory();
    expect(memory.firstSeen(KEY)).toBeUndefined();
    memory.rememberFirst(KEY, 0);
    for (let index = 1; index < 20_000; index++) memory.rememberFirst(`${index}`, index);
    expect([memory.firstSeen(KEY), memory.firstSeen('19999')]).toEqual([0, 19_999]);
    memory.rememberFirst('one more', 1);
    expect([memory.firstSeen(KEY), memory.firstSeen('one more')]).toEqual([undefined, 1]);
  });

  test('does not know a finding that is told once: its pair is known instead', () => {
    const memory = new Memory();
    const once = foundIn(found('a').finding, ONCE);
    memory.rememberStored(once);
    expect(memory.isStored(once)).toBe(false);
  });

  test('knows which findings are stored, 20,000 of them at most', () => {
    const memory = new Memory();
    for (let index = 0; index < 20_000; index++) memory.rememberStored(found(`${index}`));
    expect(['0', '19999', '20000'].map((subject) => memory.isStored(found(subject)))).toEqual([true, true, false]);
    memory.rememberStored(found('20000'));
    expect(['0', '19999', '20000'].map((subject) => memory.isStored(found(subject)))).toEqual([false, false, true]);
  });
});
