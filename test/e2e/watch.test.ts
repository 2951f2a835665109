// The watch of a ring, end to end: every finding and every proof of life through what has been deployed, until somebody is told (G20).

import { HOUR, MANAGEMENT, MINUTE, READER, TRADER } from './support/watch-config';
import { keepBeating, keepCaring, keepChecking } from './support/watch-life';
import type { Mail } from './support/watch-mailbox';
import { World } from './support/watch-world';
import { caretaker } from './watch/caretaker';
import { command } from './watch/command';
import { events } from './watch/events';
import { everyAlarm } from './watch/every-alarm';
import { findings, type Versions } from './watch/findings';
import { nothingLost } from './watch/nothing-lost';
import { proofsOfLife } from './watch/proofs-of-life';
import { quietWeek } from './watch/quiet-week';

let world: World;
let versions: Versions;
let toldOfSetUp: Mail[];
/** Simulated time begins so that all of it is in the past: AWS takes nothing that is hours ahead. */
let start: number;
const ring = () => world;
const keys = () => versions;

beforeAll(async () => {
  world = await World.start();
  await world.trialRunsOver([TRADER, READER, MANAGEMENT]);
  await world.putKey(MANAGEMENT, 'master', ['Read', 'KeyManage']);
  const retired = await world.version(TRADER, 'AWSCURRENT');
  await world.putKey(TRADER, 'sub-1', ['Read', 'SpotTrade', 'DerivTrade']);
  await world.putKey(READER, 'sub-1', ['Read']);
  const overlapping = await world.version(TRADER, 'AWSCURRENT');
  await world.mustCommand(['key', 'rotate', TRADER, '--wait', '--yes']);
  const pending = (await world.hooks.registerRotation({ region: 'eu-west-1', secretId: world.secretOf(TRADER) }))
    .versionId;
  versions = {
    trader: await world.version(TRADER, 'AWSCURRENT'),
    reader: await world.version(READER, 'AWSCURRENT'),
    pending,
    retired,
    overlapping,
  };
  await world.quietly();
  toldOfSetUp = await world.mailbox.take();
  start = Math.floor(Date.now() / HOUR) * HOUR - 80 * HOUR + 20 * MINUTE + 30_000;
  await keepBeating(world, start - 2 * HOUR, start + 27 * HOUR);
  await keepCaring(world, start - 2 * HOUR, start + 27 * HOUR);
  await keepChecking(world, start - 2 * HOUR, start + 79 * HOUR);
});
afterAll(async () => {
  await world?.stop();
});

/** Each part has simulated hours of its own, so that it can be run alone. */
const from = (hour: number) => beforeAll(() => world.clock.set(start + hour * HOUR));

test('putting keys and rotating them is nothing to tell', () => {
  expect(toldOfSetUp).toEqual([]);
});
describe('a finding', () => {
  from(0);
  findings(ring, keys);
});
describe('nothing is lost', () => {
  from(28);
  nothingLost(ring, keys);
});
describe('a proof of life', () => {
  from(42);
  proofsOfLife(ring, keys);
});
describe('the caretaker', () => {
  from(60);
  caretaker(ring);
});
describe('an alarm of the catalogue', () => {
  everyAlarm(ring, () => start - 60 * 24 * HOUR - 30_000);
});
describe('seen by the operator', () => {
  command(ring);
});
describe('a quiet week', () => {
  quietWeek(ring, () => start - 90 * 24 * HOUR - 30_000);
});
describe('an event of AWS', () => {
  events(ring);
});
