// A region that is as published has no problems, in every layout, and one where nothing is published has none either.
import { EgressWorld, type Layout } from './support/egress-world';

let world: EgressWorld;
beforeAll(async () => {
  world = await EgressWorld.start();
}, 90_000);
beforeEach(() => world.reset());
afterAll(() => world?.stop());

test.each<Layout>(['zonal', 'single', 'regional'])('%s', async (layout) => {
  const deployed = await world.deploy(layout);
  const report = await world.check(deployed.names);
  expect(report.problems).toEqual([]);
  expect(report.networks).toEqual([deployed.network]);
  expect(report.allowlist?.entries.map(({ allocationId }) => allocationId)).toEqual(
    deployed.addresses.map(({ allocationId }) => allocationId),
  );
});

test('two networks that share the addresses', async () => {
  const deployed = await world.deploy('single');
  deployed.addressOf('c').role = 'active';
  await deployed.addNetwork('zonal', ['c'], 'Other.Network');
  await deployed.publish();
  const report = await world.check(deployed.names);
  expect(report.problems).toEqual([]);
  expect(report.networks).toHaveLength(2);
});

test('nothing is published, and nothing has to be', async () => {
  await expect(world.check()).resolves.toEqual({
    region: 'eu-west-1',
    allowlist: undefined,
    networks: [],
    problems: [],
  });
});
