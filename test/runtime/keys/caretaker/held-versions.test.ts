// Old keys that workloads report to hold, against the local AWS and the loopback exchange: held for one more overlap, then not; and what a watch that says nothing means.
import { CURRENT } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { KEPT_MS } from '../../../../contract/watch';
import { createDetector } from '../../../../runtime/watch/detector';
import { FindingsTable } from '../../../../runtime/watch/findings-table';
import { OurNetwork } from '../../../../runtime/watch/our-network';
import { Ring } from '../../../../runtime/watch/ring';
import { FAULTS, FaultyAws } from '../../watch/support/faulty-aws';
import { deliver, keyReport } from '../../watch/support/records';
import { captureLogs, leaks, logged } from '../support/log-capture';
import { ENVIRONMENT, HOUR, RingWorld, type WorldKey } from '../support/ring-world';
import { kinds, newWorld, type PassOptions, type PassResult, pass, QUARTER } from './passes';
import { DOCUMENT, RingsWatch } from './rings-watch';

let world: RingWorld;
let watch: RingsWatch;
let faulty: FaultyAws;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
  watch = new RingsWatch(world);
  faulty = await FaultyAws.start();
}, 90_000);
afterAll(async () => {
  await faulty.stop();
  await world.stop();
});
beforeEach(async () => {
  await newWorld(world);
  await watch.deploy();
});
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

const MINUTE = 60_000;
const NAME = 'prod-trader-bot-a';
const VERSION = 'a1b2c3d4-0000-4000-8000-000000000001';

/** A key after a rotation. */
async function rotated(): Promise<{ key: WorldKey; old: string }> {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  return { key, old };
}

/** A pass that asks the real table; the watch is alive unless told otherwise. */
async function ask(options: PassOptions = {}, alive = true): Promise<PassResult> {
  if (alive) await watch.beat();
  return pass(world, { ...options, overrides: { heldVersions: () => watch.open(), ...options.overrides } });
}

describe('what the watch is asked', () => {
  test('the newest time, of a version that was seen, and nothing of any other', async () => {
    await watch.putItem(NAME, VERSION, { heldAt: { N: '1795000000500' } });
    const held = await watch.open();
    expect(await held(NAME, VERSION)).toBe(1_795_000_000.5);
    expect(await held(NAME, VERSION.replace(/1$/, '2'))).toBeUndefined();
    expect(await held('prod-trader-bot-b', VERSION)).toBeUndefined();
  });

  test('a time that has expired is none; DynamoDB deletes late', async () => {
    await world.addLiveKey().then((key) => watch.held(key, VERSION));
    const held = await watch.open();
    expect(await held(NAME, VERSION)).toBeDefined();
    world.advance(KEPT_MS + 2_000);
    expect(await held(NAME, VERSION)).toBeUndefined();
  });

  test.each<[string, object]>([
    ['no time', {}],
    ['a text', { heldAt: { S: 'now' } }],
  ])('an item with %s is no answer', async (_, attributes) => {
    await watch.putItem(NAME, VERSION, attributes);
    const held = await watch.open();
    await expect(held(NAME, VERSION)).rejects.toMatchObject({ code: 'AWS_ANSWER_UNUSABLE' });
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ['is not deployed', 'AWS_CALL_FAILED', () => watch.unpublish()],
    ['has a document that nobody understands', 'WATCH_DOCUMENT_MALFORMED', () => watch.publish('{}')],
    ['has no table', 'AWS_CALL_FAILED', () => watch.dropTable()],
    [
      'has been silent for longer than a quarter of an hour',
      'WATCH_SILENT',
      async () => world.advance(15 * MINUTE + 9),
    ],
    ['hears and cannot judge', 'WATCH_SILENT', () => watch.beat(false)],
    [
      'has never said anything',
      'WATCH_SILENT',
      async () => {
        await watch.dropTable();
        await watch.createTable();
      },
    ],
  ])('a watch that %s cannot be asked', async (_, code, break_) => {
    await break_();
    await expect(watch.open()).rejects.toMatchObject({ code });
  });

  test.each(FAULTS)(
    '%s of the table is a refusal',
    async (_, fault) => {
      faulty.fault = fault;
      await expect(watch.open(faulty.dynamo())).rejects.toMatchObject({
        code: expect.stringMatching(/^(AWS_|WATCH_SILENT)/),
      });
    },
    30_000,
  );
});

describe('at the end of an overlap', () => {
  test('a version that a workload still holds is left alone for one more overlap, and then revoked whatever happens', async () => {
    const { key, old } = await rotated();
    const document = await world.document(key, old);
    world.advance(24 * HOUR + QUARTER);
    await watch.held(key, old, HOUR);
    const first = await ask();
    expect(first.counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
    expect(first.counts).not.toHaveProperty(Metric.KEYS_FAILED);
    expect(await kinds(world, key, old)).toEqual(['revoke']);
    expect(logged()).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(/^OldKeyStillInUse: a workload held it at \d{4}-/),
        keyName: key.name.text,
        versionId: old,
      }),
    );

    world.advance(23 * HOUR);
    await watch.held(key, old);
    const still = await ask();
    expect(still.counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
    expect(still.counts).not.toHaveProperty(Metric.REVOCATION_OVERDUE);

    world.advance(HOUR);
    await watch.held(key, old);
    expect((await ask()).counts).toMatchObject({ [Metric.REVOKED_WHILE_IN_USE]: 1 });
    expect(await kinds(world, key, old)).toEqual(['quarantined', 'revoke']);
    world.advance(QUARTER);
    await ask();
    expect(await world.works(document)).toBe(false);
    expect(await kinds(world, key, old)).toEqual([]);
  });

  test('as soon as nobody reports it any more, the key is revoked', async () => {
    const { key, old } = await rotated();
    world.advance(24 * HOUR + QUARTER);
    await watch.held(key, old);
    expect((await ask()).counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
    world.advance(2 * HOUR);
    expect((await ask()).counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
    world.advance(QUARTER + MINUTE);
    const { counts } = await ask();
    expect(counts).not.toHaveProperty(Metric.OLD_KEY_STILL_IN_USE);
    expect(counts).not.toHaveProperty(Metric.REVOKED_WHILE_IN_USE);
    expect(await kinds(world, key, old)).toEqual(['quarantined', 'revoke']);
  });

  test('a version that another key or another version was held as, or none was, is revoked at once', async () => {
    const { key, old } = await rotated();
    world.advance(24 * HOUR + QUARTER);
    await watch.held(key, (await world.holder(key, CURRENT)) as string);
    await watch.held({ ...key, name: { ...key.name, text: 'prod-trader-bot-b' } }, old);
    await ask();
    expect(await kinds(world, key, old)).toEqual(['quarantined', 'revoke']);
  });

  test('a report goes the whole way: from the log through the detector to the caretaker', async () => {
    const { key, old } = await rotated();
    const table = new FindingsTable(watch.dynamo, DOCUMENT.findingsTable, world.clock.sleep);
    const store = world.store();
    const detect = createDetector({
      ring: new Ring(ENVIRONMENT, () => store),
      network: new OurNetwork(async () => []),
      table: () => table,
      publishCounts: () => undefined,
      now: world.clock.now,
      learningMs: HOUR,
      spikeFailures: 10,
    });
    const report = (keyVersion: string) =>
      deliver(keyReport({ keyName: key.name.text, keyVersion, timestamp: world.clock.now() }));
    world.advance(24 * HOUR + QUARTER);
    await detect(report((await world.holder(key, CURRENT)) as string));
    await detect(report('0'.repeat(32)));
    await detect(report(old));
    expect((await ask()).counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
    expect(await kinds(world, key, old)).toEqual(['revoke']);
  });

  test('before the end nobody is asked', async () => {
    await rotated();
    world.advance(23 * HOUR);
    let asked = 0;
    const heldVersions = () => {
      asked++;
      return watch.open();
    };
    await ask({ routine: true, overrides: { heldVersions } });
    expect(asked).toBe(0);
  });

  test('a watch that is silent holds the key, is told of, and does so for one more overlap only', async () => {
    const { key, old } = await rotated();
    world.advance(24 * HOUR + QUARTER);
    const silent = await ask({}, false);
    expect(silent.counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1, [Metric.KEYS_FAILED]: 1 });
    expect(silent.counts).not.toHaveProperty(Metric.REVOCATION_OVERDUE);
    expect(await kinds(world, key, old)).toEqual(['revoke']);
    const said = logged().map(({ message }) => String(message));
    expect(said).toContainEqual(expect.stringMatching(/^KeysFailed: the watch of prod cannot say .*\[WATCH_SILENT\]$/));
    expect(said).toContain('OldKeyStillInUse: nobody can say whether a workload holds it');

    world.advance(24 * HOUR);
    const [stop] = [await ask({}, false), world.advance(QUARTER), await ask({}, false)];
    expect(stop.counts).toMatchObject({ [Metric.REVOKED_WHILE_IN_USE]: 1, [Metric.KEYS_FAILED]: 1 });
    expect(await world.works(await world.document(key, old))).toBe(false);
    expect(await kinds(world, key, old)).toEqual([]);
  });

  test('when the watch comes back and nobody holds the key, it ends', async () => {
    const { key, old } = await rotated();
    world.advance(24 * HOUR + QUARTER);
    await watch.unpublish();
    expect((await ask()).counts).toMatchObject({ [Metric.KEYS_FAILED]: 1 });
    await watch.publish(JSON.stringify(DOCUMENT));
    expect((await ask()).counts).not.toHaveProperty(Metric.KEYS_FAILED);
    expect(await kinds(world, key, old)).toEqual(['quarantined', 'revoke']);
  });

  test('a watch that gives no answer is asked once in a pass, not for every key', async () => {
    const keys = [await rotated()];
    for (const instance of ['b', 'c']) {
      const key = await world.addLiveKey(instance);
      const old = (await world.holder(key, CURRENT)) as string;
      await world.rotate(key);
      keys.push({ key, old });
    }
    world.advance(24 * HOUR + QUARTER);
    let asked = 0;
    const heldVersions = async () => {
      asked++;
      throw new Error('no answer');
    };
    const { counts } = await ask({ overrides: { heldVersions } });
    expect(asked).toBe(1);
    expect(counts).toMatchObject({ [Metric.KEYS_FAILED]: 3, [Metric.OLD_KEY_STILL_IN_USE]: 3 });
  });
});

test('killed at every effect around the end of a held key: it lives while it is held, and dies after', async () => {
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; ; at++) {
      await newWorld(world);
      await watch.deploy();
      const { key, old } = await rotated();
      const document = await world.document(key, old);
      world.advance(24 * HOUR + QUARTER);
      await watch.held(key, old);
      const { ended } = await ask({ kill: { at, when } });
      expect(await kinds(world, key, old)).toEqual(['revoke']);
      expect(await world.works(document)).toBe(true);
      await ask();
      expect(await kinds(world, key, old)).toEqual(['revoke']);
      // the use above is one that the exchange sees, so the end is the hard stop
      world.advance(24 * HOUR);
      const stop = await ask({ kill: { at, when } });
      world.advance(QUARTER);
      for (const _ of [1, 2]) await ask();
      expect(await world.works(document)).toBe(false);
      expect(await kinds(world, key, old)).toEqual([]);
      expect(await world.works(await world.current(key))).toBe(true);
      if (ended !== 'killed' && stop.ended !== 'killed') {
        expect(at).toBeGreaterThan(4);
        break;
      }
    }
  }
}, 240_000);
