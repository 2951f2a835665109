// The inside probe over loopback: real secrets, parameters, exchange and echo services; each fault on its own.
import { createInsideProbe } from '../../../runtime/verify/inside-probe';
import { captureLogs } from '../keys/support/log-capture';
import { ENVIRONMENT } from '../keys/support/ring-world';
import { OWN, ProbeWorld, published, SOON, ZONE } from './support/probe-world';

let world: ProbeWorld;
beforeAll(async () => {
  captureLogs();
  world = await ProbeWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset());
afterEach(() => expect(world.leaks()).toEqual([]));

const run = (changes = {}) => world.run(createInsideProbe(world.variables(changes), SOON));

test('everything is as it should be', async () => {
  const answer = await run();
  expect(answer).toEqual({
    schema: 1,
    probe: 'inside',
    zone: ZONE,
    outcome: 'pass',
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    checks: [
      expect.objectContaining({ check: 'address', subject: ZONE, outcome: 'pass', code: 'OK' }),
      expect.objectContaining({ check: 'signed-read', subject: world.key.name.text, outcome: 'pass', code: 'OK' }),
      expect.objectContaining({ check: 'exchange-allowlist', subject: world.key.name.text, outcome: 'pass' }),
      expect.objectContaining({ check: 'closed-path', subject: 'unlisted', outcome: 'pass', code: 'PATH_CLOSED' }),
    ],
    keys: [{ keyName: world.key.name.text, exchange: 'xxkk', allowlist: [OWN] }],
  });
  expect(published()).toEqual([
    expect.objectContaining({ Ring: ENVIRONMENT, Zone: ZONE, InsideDecided: 1 }),
    expect.objectContaining({ Ring: ENVIRONMENT, InsideFailed: 0, AllowlistDifferences: 0, PathsOpen: 0 }),
  ]);
});
