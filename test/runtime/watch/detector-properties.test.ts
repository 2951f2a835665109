// What holds for any records: order, repetition and batches do not matter, more bad ones never give fewer findings, nothing makes it throw.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { formatDescription, formatLabel, LabelKind, secretName, tierOf } from '../../../contract/keys';
import { parseKeyName } from '../../../contract/keys/key-name';
import { EndpointCategory, Outcome, type RequestRecord } from '../../../contract/watch';
import { readState } from '../../../runtime/keys/key-state';
import { Refusal } from '../../../runtime/shared/refusal';
import type { RingSource } from '../../../runtime/watch/ring';
import { delivery, type Entry, entry, requestRecord } from './support/records';
import { HOUR, WatchWorld } from './support/watch-world';

let world: WatchWorld;
beforeAll(async () => {
  world = await WatchWorld.start();
  await world.reset();
  world.freeze();
}, 90_000);
afterAll(() => world.stop());

const CURRENT = 'c'.repeat(32);
const VERSIONS = [CURRENT, 'd'.repeat(32), 'e'.repeat(32), 'f'.repeat(32), '0'.repeat(32)];
const KEYS = ['prod-trader-bot-a', 'prod-trader-bot-b'];

/** Two keys with a version of every standing, described as Secrets Manager does. */
function source(): RingSource {
  const [current, pending, overlap, closed] = VERSIONS;
  const seconds = Math.floor(world.now() / 1000);
  const states = KEYS.map((name) =>
    readState({
      ARN: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-abcdef`,
      Name: secretName(parseKeyName(name)),
      Description: formatDescription({
        owner: 'desk-1',
        exchange: 'xxkk',
        permissions: ['read'],
        tier: tierOf(['read']),
        overlapHours: 48,
      }),
      VersionIdsToStages: {
        [current]: ['AWSCURRENT'],
        [pending]: ['AWSPENDING'],
        [overlap]: [formatLabel(LabelKind.REVOKE, seconds - 1800)],
      },
    }),
  );
  return {
    list: async () => states,
    describe: async (id) => {
      const found = states.find((state) => state.secretName === id);
      if (found) return found;
      throw new Refusal('AWS_CALL_FAILED', 'no such secret', 'ResourceNotFoundException');
    },
    versions: async () => [current, pending, overlap, closed].map((id) => ({ id, labels: [] })),
  };
}

const good: fc.Arbitrary<Partial<RequestRecord>> = fc.record({
  keyName: fc.constantFrom(...KEYS),
  keyVersion: fc.constant(CURRENT),
  sourceIp: fc.constantFrom('127.0.0.1', '::ffff:127.0.0.2'),
  timestamp: fc.integer({ min: 0, max: 600_000 }),
});
const bad: fc.Arbitrary<Partial<RequestRecord>> = fc.record({
  keyName: fc.constantFrom(...KEYS, 'prod-stranger-a', 'dev-trader-bot-a'),
  keyVersion: fc.constantFrom(...VERSIONS),
  exchange: fc.constantFrom('xxkk', 'xxkk', 'other'),
  sourceIp: fc.constantFrom('127.0.0.1', '203.0.113.7', '2001:db8::1', 'none'),
  category: fc.constantFrom(...Object.values(EndpointCategory)),
  outcome: fc.constantFrom(...Object.values(Outcome)),
  endpoint: fc.constantFrom('/v1/account', 'order'),
  count: fc.integer({ min: 1, max: 4 }),
  timestamp: fc.constantFrom(0, 1_000, 200_000, HOUR, 3 * HOUR, 50 * HOUR, -HOUR),
});
const line: fc.Arbitrary<Partial<RequestRecord> | string> = fc.oneof(
  { weight: 4, arbitrary: good },
  { weight: 8, arbitrary: bad },
  { weight: 1, arbitrary: fc.constantFrom('', '{}', 'x', '{"event":"exchange.request","schema":2}') },
);
/** `timestamp` is how long ago. */
const entries = (lines: readonly (Partial<RequestRecord> | string)[]): Entry[] =>
  lines.map((one) =>
    entry(typeof one === 'string' ? one : requestRecord({ ...one, timestamp: world.now() - (one.timestamp ?? 0) })),
  );

let tables = 0;
async function findings(
  batches: readonly (readonly Entry[])[],
  options: { learningMs: number; cold?: boolean; between?: () => void },
): Promise<string[]> {
  const table = `findings-${++tables}`;
  await world.createTable(table);
  const { learningMs } = options;
  const fresh = () => world.detector({ source: source(), table, learningMs, spikeFailures: 5 });
  let detect = fresh();
  for (const batch of batches) {
    await detect(delivery(batch));
    options.between?.();
    if (options.cold) detect = fresh();
  }
  return (await world.items(table)).flatMap(({ key, item, finding }) => (finding ? [`${key.S} ${item.S}`] : [])).sort();
}

const learning = fc.constantFrom(0, HOUR);

test('order, repetition and batches never change what is found', async () => {
  const property = fc.asyncProperty(
    fc.array(line, { minLength: 1, maxLength: 25 }),
    learning,
    fc.infiniteStream(fc.nat()),
    fc.boolean(),
    async (lines, learningMs, chance, cold) => {
      const all = entries(lines);
      const pick = (below: number) => (chance.next().value as number) % below;
      const repeated = [...all, ...all.filter(() => pick(3) === 0)];
      const shuffled = repeated
        .map((one) => ({ one, order: pick(1_000_000) }))
        .sort((a, b) => a.order - b.order)
        .map(({ one }) => one);
      const batches: Entry[][] = [];
      while (shuffled.length > 0) batches.push(shuffled.splice(0, 1 + pick(12)));
      expect(await findings(batches, { learningMs, cold })).toEqual(await findings([all], { learningMs }));
    },
  );
  await fc.assert(property, { numRuns: 25 });
}, 180_000);

test('more bad records never give fewer findings', async () => {
  const property = fc.asyncProperty(
    fc.array(line, { maxLength: 12 }),
    fc.array(fc.oneof(bad, fc.constant('x')), { minLength: 1, maxLength: 8 }),
    learning,
    fc.boolean(),
    async (lines, more, learningMs, before) => {
      const [all, extra] = [entries(lines), entries(more)];
      const few = await findings([all], { learningMs });
      const many = await findings(before ? [extra, all] : [[...all, ...extra]], { learningMs });
      expect(many).toEqual(expect.arrayContaining(few));
    },
  );
  await fc.assert(property, { numRuns: 25 });
}, 180_000);

test('no input makes the detector throw', async () => {
  const table = 'findings-any';
  await world.createTable(table);
  const detect = world.detector({ source: source(), table });
  const field = fc.constantFrom(...Object.keys(requestRecord()), '__proto__', 'count', 'exchangeCode', 'more');
  const mutant = fc.tuple(field, fc.jsonValue()).map(([name, value]) => {
    const text = JSON.stringify(requestRecord({ keyVersion: CURRENT, timestamp: world.now() }));
    return `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
  });
  const message = fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 300 }), mutant);
  const log = fc.oneof(
    fc.record({ id: fc.string(), message, timestamp: fc.integer() }),
    fc.jsonValue(),
    fc.record({ id: fc.jsonValue(), message: fc.jsonValue() }),
  );
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.array(log, { maxLength: 30 }).map((lines) => delivery(lines)) },
    { weight: 1, arbitrary: fc.anything() },
    { weight: 1, arbitrary: fc.base64String().map((data) => ({ awslogs: { data } })) },
    {
      weight: 2,
      arbitrary: fc.oneof(fc.json(), fc.string()).map((text) => ({
        awslogs: { data: gzipSync(text).toString('base64') },
      })),
    },
  );
  const property = fc.asyncProperty(event, async (one) => {
    await expect(detect(one)).resolves.toBeUndefined();
  });
  await fc.assert(property, { numRuns: 300 });
}, 180_000);
