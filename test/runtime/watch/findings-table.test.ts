// What the table says of an item and what it lets be written agree at every moment: or a finding could be taken for stored that is not.
import { FindingKind, KEPT_MS, versionItem } from '../../../contract/watch';
import { FindingsTable } from '../../../runtime/watch/findings-table';
import { foundIn } from '../../../runtime/watch/found';
import { HOUR, TABLE, WatchWorld } from './support/watch-world';

let world: WatchWorld;
beforeAll(async () => {
  world = await WatchWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset());

test('when a version was last held never goes back, and is new again when it has expired', async () => {
  const table = new FindingsTable(world.dynamo, TABLE, async () => undefined);
  const [keyName, versionId, now] = ['prod-trader-bot-a', 'v'.repeat(32), world.now()];
  const place = { keyName, item: versionItem(versionId) };
  const heldAt = async (at = now) => (await table.read([place], at)).values().next().value?.heldAt;
  for (const [ago, newest] of [
    [10, 10],
    [30, 10],
    [10, 10],
    [0, 0],
    [20, 0],
  ]) {
    await table.putHeld({ keyName, versionId, at: now - ago }, now);
    expect(await heldAt()).toBe(now - newest);
  }
  const later = now + KEPT_MS + HOUR;
  expect(await heldAt(later)).toBeUndefined();
  await table.putHeld({ keyName, versionId, at: later }, later);
  expect(await heldAt(later)).toBe(later);
});

test.each([-1_500, -1, 0, 1, 500, 999, 1_000, 1_001, HOUR])(
  'a finding is new again when it has expired, %d ms after it has',
  async (late) => {
    const table = new FindingsTable(world.dynamo, TABLE, async () => undefined);
    const now = Math.floor(world.now() / 1000) * 1000;
    const finding = { kind: FindingKind.BAD_RECORD, keyName: '-', subject: 'not-json', at: now, detail: 'x' };
    const found = foundIn(finding);
    const foundAt = async () => Number((await world.items())[0].foundAt.N);
    await table.putFindings([found], now, () => undefined);
    expect(await foundAt()).toBe(now);

    const then = now + KEPT_MS + late;
    const known = await table.read([{ keyName: '-', item: found.item }], then);
    await table.putFindings([found], then, () => undefined);
    expect(await foundAt()).toBe(known.size === 0 ? then : now);
    expect(known.size).toBe(late < 1_000 ? 1 : 0);
  },
);
