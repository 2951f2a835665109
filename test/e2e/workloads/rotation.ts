// Bots trade on while their keys are rotated and the old ones revoked; others are killed and started again on the way (G1, G19).

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FindingKind, KEY_EVENT, REQUEST_EVENT } from '../../../contract/watch';
import { until } from '../support/until';
import { type Bot, LANGUAGES, type Language } from '../support/workload-process';
import { BEHIND, HOUR, MAKER, TRADER, type World } from '../support/workload-world';
import { HOURS_IN_SECONDS } from './hurry';

const OVERLAP = 24;
/** Restriction, revocation, and one pass to spare. */
const PASSES = 3;
const OPERATIONS = ['positions', 'placeOrder'];

/** A key on its way through a rotation, with the processes that have it. */
interface Journey {
  readonly name: string;
  readonly language: Language;
  /** Never touched. */
  readonly steady: Bot;
  /** One after the other, each killed but the last. */
  readonly killed: Bot[];
  /** Versions. */
  readonly old: string;
  renewed: string;
  /** Ids at the exchange, the old one first. */
  readonly ids: string[];
}

export function rotation(world: () => World): void {
  const journeys: Journey[] = [];
  let sitter: Bot;
  /** With the regular hours between two reads. */
  let sleepers: Bot[];

  const begin = async (language: Language, name: string): Promise<Journey> => {
    const { version: old, document } = await world().current(name);
    const steady = start(language, name, 0);
    const killed = [start(language, name, 1)];
    await Promise.all([steady, ...killed].map((bot) => bot.trading()));
    return { name, language, steady, killed, old, renewed: '', ids: [document.keyId] };
  };
  const start = (language: Language, key: string, zone: 0 | 1) =>
    world().start({ language, key, zone, more: HOURS_IN_SECONDS });

  /** In the middle of its trading; the next one must get a good key at once. */
  const killAndStart = async ({ language, name, killed }: Journey): Promise<Bot> => {
    await killed.at(-1)?.kill();
    const next = start(language, name, 1);
    killed.push(next);
    await next.trading();
    await next.some(4);
    return next;
  };

  /** Holds the key as it is, by a file that nobody keeps up to date, and does nothing but say so. */
  const startSitter = async () => {
    const file = path.join(world().aws.workspace, 'left-behind.json');
    writeFileSync(file, (await world().current(TRADER)).text, { mode: 0o400 });
    const more = { ...HOURS_IN_SECONDS, XXKK_SECRET_ID: undefined, XXKK_SECRET_FILE: file, TEST_REPORTS_ONLY: '1' };
    return world().start({ language: 'node', key: TRADER, more }).ready();
  };

  const rotate = async (journey: Journey) => {
    const { name, killed, old } = journey;
    const rotated = world().rotate(name);
    await until(`rotation of ${name} under way`, () => world().isPending(name));
    await killAndStart(journey);
    await rotated;
    const { version, document } = await world().current(name);
    expect(version).not.toBe(old);
    journey.renewed = version;
    journey.ids.push(document.keyId);
    expect((await killAndStart(journey)).versions).toEqual([version]);
    expect(killed.length).toBe(3);
  };

  const isAlive = (id: string) =>
    world()
      .exchange.control.liveKeys()
      .some((key) => key.id === id);

  beforeAll(async () => {
    sitter = await startSitter();
    sleepers = LANGUAGES.map((language) => world().start({ language, key: TRADER, zone: 1 }));
    await Promise.all(sleepers.map((bot) => bot.ready()));
    journeys.push(...(await Promise.all([begin('node', TRADER), begin('python', MAKER)])));
  });
  const [NODE, PYTHON] = [() => journeys[0], () => journeys[1]];

  test('rotated: everyone takes over the new version while trading, and whoever is started then has it', async () => {
    await Promise.all(journeys.map(rotate));
    await Promise.all(
      journeys.map(async ({ steady, renewed }) => {
        await steady.takesOver(renewed);
        await steady.some(10);
      }),
    );
    for (const { ids } of journeys) expect(ids.map(isAlive)).toEqual([true, true]);
  });

  test('in the overlap: killed and started again', async () => {
    const started = await Promise.all(journeys.map(killAndStart));
    expect(started.map(({ versions }) => versions)).toEqual(journeys.map(({ renewed }) => [renewed]));
  });

  test('an old version that is still reported is held for one more overlap, one that is not is revoked', async () => {
    await world().logged();
    await world().heartbeat();
    world().exchange.control.advanceClock(BEHIND);
    for (const { name, old } of journeys) await world().endOverlap(name, old, 1);
    // what nobody has reported for two hours is not held any more
    await world().ageReport(MAKER, PYTHON().old, 3 * HOUR);
    for (let pass = 1; pass <= PASSES; pass++) await world().caretaker();
    expect(journeys.map(({ ids: [id] }) => isAlive(id))).toEqual([true, false]);
    expect(await world().saidOf(TRADER, NODE().old)).toEqual(Array(PASSES).fill('OldKeyStillInUse'));
    expect(await world().saidOf(MAKER, PYTHON().old)).toEqual(['quarantine', 'revoke']);

    await world().endOverlap(TRADER, NODE().old, OVERLAP * 3600 + 1);
    for (let pass = 1; pass <= PASSES; pass++) await world().caretaker();
    expect(isAlive(NODE().ids[0])).toBe(false);
    expect(await world().saidOf(TRADER, NODE().old)).toContain('RevokedWhileInUse');
  });

  test('after the end: killed and started again, trading on', async () => {
    const started = await Promise.all(journeys.map(killAndStart));
    expect(started.map(({ versions }) => versions)).toEqual(journeys.map(({ renewed }) => [renewed]));
    await Promise.all(journeys.map(({ steady }) => steady.some(10)));
  });

  test('no request failed, by the count of the bots, the exchange and the log', async () => {
    for (const { steady, killed, ids, name } of journeys) {
      const last = killed.at(-1) as Bot;
      await Promise.all([steady.rest(), last.rest()]);
      expect([steady, ...killed].flatMap(({ failures }) => failures)).toEqual([]);
      const journal = OPERATIONS.flatMap((operation) => world().exchange.control.journal({ operation } as never));
      const asked = journal.filter(({ keyId }) => ids.includes(keyId ?? ''));
      expect(asked.filter(({ code }) => code !== 0)).toEqual([]);
      const from = (zone: number) => asked.filter(({ peer }) => peer === world().addresses[zone]).length;
      expect(from(0)).toBe(steady.answers.length);
      // a process that is killed may have sent one request whose answer it never saw
      const counted = killed.reduce((sum, { answers }) => sum + answers.length, 0);
      expect(from(1)).toBeGreaterThanOrEqual(counted);
      expect(from(1)).toBeLessThanOrEqual(counted + killed.length - 1);
      expect(asked.length).toBe(from(0) + from(1));

      const lines = steady.stdout.map((line) => JSON.parse(line));
      const records = lines.filter(({ event }) => event === REQUEST_EVENT);
      expect(records.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(steady.answers.length);
      expect(new Set(records.map((one) => `${one.keyName} ${one.sourceIp} ${one.outcome}`))).toEqual(
        new Set([`${name} ${world().addresses[0]} ok`]),
      );
      expect(lines.filter(({ event }) => event === KEY_EVENT).length).toBeGreaterThan(2);
      await Promise.all([steady.stop(), last.stop()]);
    }
  });

  test('asleep until the exchange no longer knew the key: read again, and the request repeated', async () => {
    const answers = await Promise.all(sleepers.map((bot) => bot.call('GET', '/v1/positions')));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(sleepers.map(({ versions }) => versions)).toEqual(sleepers.map(() => [NODE().old, NODE().renewed]));
    for (const bot of sleepers) {
      const outcomes = bot.stdout.map((line) => JSON.parse(line).outcome).filter(Boolean);
      expect(outcomes).toEqual(['key-unknown', 'ok']);
      await bot.stop();
    }
  });

  test('the watch found who held and used a revoked key, and nothing else', async () => {
    await setTimeout(1_500); // one more report of whoever was left behind
    await world().logged();
    const found = await until('the finding', async () => {
      const findings = await world().findings();
      return findings.length > 0 && findings;
    });
    expect(found.map(({ kind, keyName, subject }) => [kind, keyName, subject])).toEqual([
      [FindingKind.RETIRED_KEY_USE, TRADER, NODE().old],
    ]);
    await sitter.stop();
  });
}
