// The proof of the way out, end to end: all is well, then one fault after the other, each found, and nothing else (G6, G7, G10, G11).

import { HOUR, MINUTE, PERIOD, REGION } from './support/verify-config';
import { lifeOfTheRing } from './support/verify-metrics';
import { VerifyWorld } from './support/verify-world';
import { atOnce } from './verify/at-once';
import { FAULT_HOURS, faults } from './verify/faults';
import { green } from './verify/green';
import { queries } from './verify/queries';
import { tradingGate } from './verify/trading-gate';

const HOURS = FAULT_HOURS + 8;

let world: VerifyWorld;
/** Simulated time begins so that all of it is in the past: AWS takes nothing that is hours ahead. */
let start: number;
const ring = () => world;

beforeAll(async () => {
  world = await VerifyWorld.start();
  start = Math.floor(Date.now() / HOUR) * HOUR - (HOURS + 2) * HOUR + MINUTE / 2;
  const lines = Array.from({ length: HOURS * 12 }, (_, n) => lifeOfTheRing(start + n * PERIOD));
  await world.hooks.ingestMetrics(REGION, lines);
});
afterAll(() => world?.stop());

describe('when all is well', () => {
  green(ring, () => start + HOUR);
});
describe('a fault alone', () => {
  faults(ring, () => start + 3 * HOUR);
});
describe('the saved query of each alarm shows what was found', () => {
  queries(ring);
});
describe('the trading gate', () => {
  tradingGate(ring, () => start + (FAULT_HOURS + 4) * HOUR);
});
// the last: an address that is released does not come back
describe('a change by hand', () => {
  atOnce(ring, () => start + (FAULT_HOURS + 6) * HOUR);
});
