// The detector dies at every effect on the table, before and after it; then the same delivery comes again.
import { formatLabel, LabelKind } from '../../../contract/keys';
import { HEARTBEAT_EVENT, Outcome, SPIKE_WINDOW_MS } from '../../../contract/watch';
import { createTableClient } from '../../../runtime/watch/findings-table';
import { type DeathPoint, Effects } from '../keys/support/kill';
import { delivery, type Entry, entry, keyReport, requestRecord } from './support/records';
import { type Item, REGION, SPIKE, WatchWorld } from './support/watch-world';

const KEY = 'prod-trader-bot-a';
const OTHER = 'prod-trader-bot-b';

let world: WatchWorld;
beforeAll(async () => {
  world = await WatchWorld.start();
  world.freeze();
  // each run is a second later, and what is stored is of one window of a spike, and so of one hour
  world.advance(SPIKE_WINDOW_MS - (world.now() % SPIKE_WINDOW_MS));
}, 90_000);
afterAll(() => world.stop());

/** A client whose calls hang for ever once the detector has died, as those of a process that is gone. */
function mortalClient(effects: Effects) {
  const client = createTableClient(REGION);
  let dead = false;
  effects.death.then(() => {
    dead = true;
  });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        if (dead) return new Promise(() => undefined);
        return commandName === 'BatchGetItemCommand' ? next(args) : effects.run(commandName, () => next(args));
      },
    { step: 'initialize', priority: 'high', name: 'mortal' },
  );
  return client;
}

async function run(lines: readonly Entry[], learningMs: number, point?: DeathPoint): Promise<readonly string[]> {
  const effects = new Effects(point, async () => undefined);
  const detect = world.detector({ learningMs, client: mortalClient(effects) });
  const ended = await Promise.race([detect(delivery(lines)), effects.death]);
  expect(ended).toBe(point ? 'killed' : undefined);
  return effects.seen;
}

/** Something of everything that is stored; the refusals are a spike together with those of `before`. */
async function prepare(): Promise<{ before: Entry[]; lines: Entry[] }> {
  await world.reset();
  const [mine, theirs] = [await world.addKey(KEY), await world.addKey(OTHER)];
  const end = Math.floor((world.now() + 3_600_000) / 1000);
  const old = await world.addVersion([formatLabel(LabelKind.REVOKE, end)], KEY);
  const older = await world.addVersion([formatLabel(LabelKind.REVOKE, end + 1)], KEY);
  const start = Math.floor(world.now() / SPIKE_WINDOW_MS) * SPIKE_WINDOW_MS;
  const record = (changes: object) => requestRecord({ keyVersion: mine, timestamp: world.now(), ...changes });
  const refused = (index: number) =>
    entry(record({ outcome: Outcome.SIGNATURE, status: 401, timestamp: start + index, sourceIp: '127.0.0.1' }));
  const half = Array.from({ length: SPIKE / 2 }, (_, index) => index);
  return {
    before: half.map((index) => refused(index)),
    lines: [
      ...half.map((index) => refused(100 + index)),
      entry(record({ sourceIp: '127.0.0.2' })),
      entry(record({ keyName: OTHER, keyVersion: theirs })),
      entry(record({ sourceIp: '203.0.113.7' })),
      entry(record({ keyName: OTHER, keyVersion: '0'.repeat(32) })),
      entry(record({ keyVersion: old, sourceIp: '127.0.0.1' })),
      entry(keyReport({ keyVersion: older, timestamp: world.now() - 1 })),
      entry('no record'),
      entry({ event: HEARTBEAT_EVENT, schema: 1, timestamp: world.now() }),
    ],
  };
}

const names = (items: readonly Item[]) => items.map(({ key, item }) => `${key.S} ${item.S}`).sort();
/** Ids of versions are other ones in each run. */
const kindOfVersion = (name: string) => name.replace(/version#.*/, 'version#');
const ADDRESS = /^(\S+) address#(.*)$/;

describe.each([
  ['after the learning period', 0],
  ['within the learning period', 3_600_000],
])('%s', (_, learningMs) => {
  test('nothing is lost, and each thing is stored once', async () => {
    const first = await prepare();
    await run(first.before, learningMs);
    const effects = await run(first.lines, learningMs);
    const complete = names(await world.items()).map(kindOfVersion);
    expect(complete.filter((name) => name === `${KEY} version#`)).toHaveLength(2);
    expect(complete.filter((name) => name.includes('finding#')).length).toBeGreaterThanOrEqual(
      learningMs === 0 ? 6 : 4,
    );
    expect(effects.length).toBeGreaterThan(10);
    for (let at = 1; at <= effects.length; at++) {
      for (const when of ['before', 'after'] as const) {
        const { before, lines } = await prepare();
        await run(before, learningMs);
        await run(lines, learningMs, { at, when });
        const left = await world.items();
        if (learningMs === 0) {
          for (const name of names(left)) {
            const [, key, origin] = ADDRESS.exec(name) ?? [];
            if (origin) expect(names(left)).toContain(`${key} finding#NewSourceIp#${origin}#once`);
          }
        }
        world.advance(1_000);
        await run(lines, learningMs);
        await run(lines, learningMs);
        const items = await world.items();
        expect(names(items).map(kindOfVersion)).toEqual(complete);
        // what had been stored is as it was: whoever was told of it is not told again
        for (const item of left.filter(({ item: { S = '' } }) => !S.startsWith('spike#')))
          expect(items).toContainEqual(item);
      }
    }
  }, 240_000);
});
