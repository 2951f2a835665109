// Injected values never change while a process lives: a rotation makes ECS replace it, inside the overlap (G1, G19).
import { until } from '../support/until';
import { LANGUAGES } from '../support/workload-process';
import { GRID, type World } from '../support/workload-world';

const ATTACHED = { XXKK_SECRET_ID: undefined };

export function redeploy(world: () => World): void {
  test('rotated: the service is deployed again, its new tasks have the new key, the old ones the old', async () => {
    const { ClusterArn: cluster, InjectedServiceName: service } = world().outputs;
    const deployments = async (): Promise<string[]> => {
      const { services } = await world().ecs('DescribeServices', { cluster, services: [service] });
      return services[0].deployments.map(({ id }: { id: string }) => id);
    };
    const start = async (language: (typeof LANGUAGES)[number]) =>
      world()
        .start({ language, key: GRID, more: { ...ATTACHED, ...(await world().injectedVariables()) } })
        .trading();

    const { version: old } = await world().current(GRID);
    const before = await deployments();
    const tasks = await Promise.all(LANGUAGES.map(start));
    await world().rotate(GRID);
    const { version } = await world().current(GRID);
    await until('another deployment', async () => (await deployments()).some((id) => !before.includes(id)));

    // what ECS does now: new tasks first
    const replaced = await Promise.all(LANGUAGES.map(start));
    await Promise.all([...tasks, ...replaced].map((bot) => bot.some(5)));
    for (const bot of tasks) await bot.rest();
    for (const bot of [...tasks, ...replaced]) expect(await bot.stop()).toBe(0);
    expect(tasks.map(({ versions }) => versions)).toEqual([[old], [old]]);
    expect(replaced.map(({ versions }) => versions)).toEqual([[version], [version]]);
    expect([...tasks, ...replaced].flatMap(({ failures }) => failures)).toEqual([]);
  });
}
