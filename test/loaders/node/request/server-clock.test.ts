// The exchange's clock: who was refused under an older offset than the present one repeats at once, and nobody asks too often.
import { ServerClock } from '../../../../loaders/node/request/server-clock';

function clockWith(answers: (number | undefined | Error)[]) {
  const state = { now: 1_795_341_600_000, asked: 0 };
  const clock = new ServerClock({ now: () => state.now }, async () => {
    const answer = answers[state.asked++];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { state, clock };
}

test('what was signed before the offset was taken over is repeated without asking again', async () => {
  const { state, clock } = clockWith([4_000]);
  expect(await clock.adjust(0)).toBe(true);
  expect([clock.offset, clock.now()]).toEqual([4_000, state.now + 4_000]);
  expect(await clock.adjust(0)).toBe(true);
  expect(state.asked).toBe(1);
});

test('what was signed with the present offset asks again, after a pause', async () => {
  const { state, clock } = clockWith([4_000, -4_000]);
  await clock.adjust(0);
  expect(await clock.adjust(4_000)).toBe(false);
  state.now += 9_999;
  expect(await clock.adjust(4_000)).toBe(false);
  state.now += 1;
  expect(await clock.adjust(4_000)).toBe(true);
  expect([clock.offset, state.asked]).toEqual([-4_000, 2]);
});

test('our clock is set right, and the offset is wrong: the pause is none', async () => {
  const { state, clock } = clockWith([-120_000, 0]);
  await clock.adjust(0);
  state.now -= 120_000;
  expect(await clock.adjust(-120_000)).toBe(true);
  expect([clock.offset, state.asked]).toEqual([0, 2]);
});

test.each([
  ['an answer without one', undefined],
  ['no answer', new Error('no answer')],
])('an exchange that gives no time: %s', async (_, answer) => {
  const { clock } = clockWith([answer]);
  expect(await clock.adjust(0)).toBe(false);
  expect(clock.offset).toBe(0);
});
