// Two detectors with the same delivery, each having read the table before the other has written: everything is written once.
import { formatLabel, LabelKind } from '../../../contract/keys';
import { HEARTBEAT_EVENT, Outcome } from '../../../contract/watch';
import { createTableClient } from '../../../runtime/watch/findings-table';
import { deliver, requestRecord } from './support/records';
import { REGION, SPIKE, WatchWorld } from './support/watch-world';

let world: WatchWorld;
beforeAll(async () => {
  world = await WatchWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset());

/** Holds every party until all have come. */
class Barrier {
  private waiting: (() => void)[] = [];

  constructor(private readonly parties: number) {}

  public async pass(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length < this.parties) return;
      for (const release of this.waiting) release();
      this.waiting = [];
    });
  }
}

test('everything is written once', async () => {
  const keyVersion = await world.addKey();
  const old = await world.addVersion([formatLabel(LabelKind.REVOKE, Math.floor(world.now() / 1000) + 3600)]);
  const record = (changes: object) => requestRecord({ keyVersion, timestamp: world.now(), ...changes });
  const event = deliver(
    record({}),
    record({ sourceIp: '127.0.0.2' }),
    record({ keyVersion: old }),
    record({ sourceIp: '203.0.113.7' }),
    record({ outcome: Outcome.SIGNATURE, status: 401, count: SPIKE - 1 }),
    'no record',
    { event: HEARTBEAT_EVENT, schema: 1, timestamp: world.now() },
  );
  const written: string[] = [];
  let refused = 0;
  const barrier = new Barrier(2);
  const party = () => {
    const client = createTableClient(REGION);
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { Item } = args.input as { Item?: Record<string, { S: string }> };
          if (commandName === 'BatchGetItemCommand') {
            const answer = await next(args);
            await barrier.pass();
            return answer;
          }
          try {
            const answer = await next(args);
            if (Item) written.push(`${Item.key.S} ${Item.item.S}`);
            return answer;
          } catch (error) {
            expect((error as Error).name).toBe('ConditionalCheckFailedException');
            refused++;
            throw error;
          }
        },
      { step: 'initialize', priority: 'high' },
    );
    return world.detector({ client, learningMs: 0 })(event);
  };
  await Promise.all([party(), party()]);
  const items = await world.items();
  const names = items.map(({ key, item }) => `${key.S} ${item.S}`).filter((name) => !name.includes('spike#'));
  expect(names.length).toBeGreaterThanOrEqual(9);
  expect([...written].sort()).toEqual(names.sort());
  expect(refused).toBe(written.length);
});
