// Workloads, end to end: real processes with their loader trade across rotations, failures of AWS and their users' mistakes (G1, G19).

import { LANGUAGES } from './support/workload-process';
import { World } from './support/workload-world';
import { awsOutage } from './workloads/aws-outage';
import { blockedAddress } from './workloads/blocked-address';
import { fileSource } from './workloads/file-source';
import { redeploy } from './workloads/redeploy';
import { rotation } from './workloads/rotation';
import { wrongInputs } from './workloads/wrong-inputs';

let started: World;
const world = () => started;

beforeAll(async () => {
  started = await World.start();
});
afterAll(() => started?.stop());

describe('across a rotation', () => rotation(world));
describe('a key in a file', () => fileSource(world));
describe('an outage of AWS', () => awsOutage(world));
describe('a blocked address', () => blockedAddress(world));
describe('injected values', () => redeploy(world));
describe('a mistake', () => wrongInputs(world));

test('nothing secret is in what the bots printed, nor in any log', async () => {
  for (const bot of await Promise.all(
    LANGUAGES.map((language) => world().start({ language, key: 'dev-trader-bot-a' }).ready()),
  )) {
    await bot.show();
    await bot.stop();
  }
  await world().logged();
  const { control } = world().exchange;
  const secrets = [...control.issuedSecrets(), ...control.keys().map(({ apiKey }) => apiKey)];
  expect(secrets.length).toBeGreaterThan(10);
  const lines = [...world().bots.printed(), ...(await world().allLogs())];
  expect(lines.length).toBeGreaterThan(1_000);
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});
