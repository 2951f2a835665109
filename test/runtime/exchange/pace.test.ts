// How requests are spaced, and what an exchange that asks for silence gets.
import { Pace } from '../../../runtime/exchange/pace';
import { FakeClock } from './support/fake-clock';

test('requests are spaced evenly, the first goes at once', async () => {
  const clock = new FakeClock(1000);
  const pace = new Pace(4, clock);
  const times: number[] = [];
  for (let request = 0; request < 4; request++) {
    expect(await pace.turn()).toBe(true);
    times.push(clock.time);
  }
  expect(times).toEqual([1000, 1250, 1500, 1750]);
});

test('requests at once are spaced as well', async () => {
  const clock = new FakeClock(1000);
  const pace = new Pace(2, { now: () => 1000, sleep: clock.sleep });
  await Promise.all([pace.turn(), pace.turn(), pace.turn()]);
  expect(clock.sleeps).toEqual([500, 1000]);
});

test('time that has passed is not saved up', async () => {
  const clock = new FakeClock(1000);
  const pace = new Pace(1, clock);
  await pace.turn();
  clock.time += 60_000;
  await pace.turn();
  await pace.turn();
  expect(clock.sleeps).toEqual([1000]);
});

test('a short silence is kept, a long one is not waited for', async () => {
  const clock = new FakeClock(1000);
  const pace = new Pace(100, clock);
  pace.keepSilent(5_000);
  expect(await pace.turn()).toBe(true);
  expect(clock.time).toBe(6_000);
  pace.keepSilent(60_000);
  expect(await pace.turn()).toBe(false);
  expect(clock.time).toBe(6_000);
  clock.time += 59_000;
  expect(await pace.turn()).toBe(true);
  expect(clock.time).toBe(66_000);
});

test('a shorter wish does not end a longer silence, and none lasts for ever', async () => {
  const clock = new FakeClock(0);
  const pace = new Pace(100, clock);
  pace.keepSilent(1e12);
  pace.keepSilent(0);
  expect(await pace.turn()).toBe(false);
  clock.time = 600_000;
  expect(await pace.turn()).toBe(true);
});
