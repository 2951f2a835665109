// Refusals in windows that overlap by half: where they begin, what counts once, where counting stops.
import fc from 'fast-check';
import { FindingKind, SPIKE_WINDOW_MS } from '../../../contract/watch';
import { Spikes, spikeFinding, totalOf } from '../../../runtime/watch/spikes';
import { KEY, NOW } from './support/pure-watch';

const STEP = SPIKE_WINDOW_MS / 2;
const startsOf = (at: number) => {
  const spikes = new Spikes(10);
  spikes.add(KEY, at, 'a', 1);
  return spikes.all().map(({ start }) => start - NOW);
};

test('a refusal is in two windows, of which one began half a window before the other', () => {
  expect(startsOf(NOW)).toEqual([-STEP, 0]);
  expect(startsOf(NOW + STEP - 1)).toEqual([-STEP, 0]);
  expect(startsOf(NOW + STEP)).toEqual([0, STEP]);
  expect(startsOf(NOW - 1)).toEqual([-2 * STEP, -STEP]);
});

test('whatever lies within half a window shares one', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 * STEP }), fc.nat({ max: STEP }), (first, apart) => {
      const [one, other] = [startsOf(NOW + first), startsOf(NOW + first + apart)];
      expect(one.some((start) => other.includes(start))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('windows are those of a key', () => {
  const spikes = new Spikes(10);
  for (const name of [KEY, 'prod-trader-bot-b']) spikes.add(name, NOW, 'a', 2);
  expect(spikes.all().map(({ keyName, total }) => `${keyName} ${total}`)).toEqual([
    ...[`${KEY} 2`, `${KEY} 2`],
    ...['prod-trader-bot-b 2', 'prod-trader-bot-b 2'],
  ]);
});

test('a line counts once, a line with another count is another one, and counts add up', () => {
  const spikes = new Spikes(10);
  for (const [id, count] of [
    ['a', 2],
    ['a', 2],
    ['b', 2],
    ['a', 3],
  ] as const)
    spikes.add(KEY, NOW, id, count);
  for (const { failures, total } of spikes.all()) {
    expect([failures, total]).toEqual([['a:2', 'b:2', 'a:3'], 7]);
  }
});

test('nothing is added to a window that is a spike', () => {
  const spikes = new Spikes(3);
  for (const id of ['a', 'b', 'c', 'd']) spikes.add(KEY, NOW, id, 1);
  expect(spikes.all()[0]).toEqual({ keyName: KEY, start: NOW - STEP, failures: ['a:1', 'b:1', 'c:1'], total: 3 });
  const large = new Spikes(3);
  for (const id of ['a', 'b']) large.add(KEY, NOW, id, 1_000_000);
  expect(large.all()[0].failures).toEqual(['a:1000000']);
});

test('what is told does not change with what is added later', () => {
  const spikes = new Spikes(3);
  spikes.add(KEY, NOW, 'a', 1);
  const [before] = spikes.all();
  spikes.add(KEY, NOW, 'b', 1);
  expect(before.failures).toEqual(['a:1']);
});

test('how many refusals a set stands for', () => {
  expect(totalOf([])).toBe(0);
  expect(totalOf(['a:1', 'b:20', 'an:id:with:colons:300'])).toBe(321);
});

test('the finding is the same for every record of the window', () => {
  const window = { keyName: KEY, start: NOW, failures: [], total: 0 };
  expect(spikeFinding(window, 10)).toEqual({
    kind: FindingKind.AUTH_FAILURE_SPIKE,
    keyName: KEY,
    subject: 'refusals',
    at: NOW,
    detail: 'the exchange refused the key 10 times or more within 5 minutes',
  });
  expect(spikeFinding({ ...window, start: -STEP }, 10).at).toBe(0);
});
