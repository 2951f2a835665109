// The read at start: a service that does not answer is given half a minute, whatever the clock of the machine does meanwhile.
import { firstRead } from '../../../../loaders/node/key/first-read';
import { Unreachable } from '../../../../loaders/node/key/key-source';
import { FakeTime } from './support/fake-time';
import { heldKey, ScriptedSource, versionId } from './support/held-keys';
import { sink } from './support/holders';

const HOUR = 3_600_000;
const down = () => {
  throw new Unreachable('SECRET_UNREADABLE', 'secret: Secrets Manager does not give it (TimeoutError)');
};
const never = () => new Promise<never>(() => {});

/** Where the source fails so, and the wall clock jumps while it is read for the second time. */
function started(fails: () => Promise<never>, jump: number) {
  const time = new FakeTime();
  let offset = 0;
  const source = new ScriptedSource((read) => {
    if (read === 2) offset = jump;
    return fails();
  });
  const { notices } = sink().options;
  const tools = {
    clock: { now: () => time.now() + offset },
    timers: time,
    random: () => 0.5,
    overlapHours: 24,
    notices,
  };
  let ended: unknown;
  const begin = time.now();
  void firstRead(source, tools).then(
    (key) => {
      ended = key;
    },
    ({ code }) => {
      ended = `${code} after ${Math.round((time.now() - begin) / 1_000)} s`;
    },
  );
  return { time, source, ended: () => ended };
}

test.each<[string, () => Promise<never>]>([
  ['refuses', async () => down()],
  ['hangs', never],
])('a service that %s is given up after 30 s at the latest, and not before 15 s', async (_, fails) => {
  const { time, ended } = started(fails, 0);
  await time.advance(15_000 - 1);
  expect(ended()).toBeUndefined();
  await time.advance(15_001);
  expect(ended()).toMatch(/^SECRET_UNREADABLE after/);
});

test.each<[string, () => Promise<never>]>([
  ['refuses', async () => down()],
  ['hangs', never],
])('a service that %s, and a clock that is set back by a day', async (_, fails) => {
  const { time, ended } = started(fails, -24 * HOUR);
  await time.advance(55_000);
  expect(ended()).toMatch(/^SECRET_UNREADABLE after/);
});

test('a clock that is set forward by a day takes nothing from the patience but the one read', async () => {
  const { time, source, ended } = started(async () => down(), 24 * HOUR);
  await time.advance(5_000);
  expect(ended()).toBeUndefined();
  source.next = () => heldKey(versionId(1));
  await time.advance(10_000);
  expect(ended()).toMatchObject({ keyVersion: versionId(1) });
});

test('the first key that comes ends it', async () => {
  const time = new FakeTime();
  const source = new ScriptedSource((read) => (read < 3 ? down() : heldKey(versionId(1))));
  const { notices } = sink().options;
  const key = firstRead(source, { clock: time, timers: time, random: () => 0.5, overlapHours: 24, notices });
  await time.advance(10_000);
  expect((await key).keyVersion).toBe(versionId(1));
  expect([source.reads, time.pending]).toEqual([3, []]);
});
