// Secrets Manager does not answer for ten minutes, in which the key is rotated: nobody fails, nobody storms, everybody catches up.
import { setTimeout } from 'node:timers/promises';
import { type Bot, LANGUAGES, type Language } from '../support/workload-process';
import type { AwsProxy, ProxyMode } from '../support/workload-proxy';
import { MAKER, type World } from '../support/workload-world';
import { MINUTES_IN_SECONDS, OUTAGE_FACTOR } from './hurry';

const OUTAGE_MS = 600_000;
/** After 1, 2, 4, … seconds: the tenth begins before ten minutes have passed. */
const READS = 10;
/** Of the SDK, for one read. */
const ATTEMPTS = 3;

interface Cut {
  readonly bot: Bot;
  readonly proxy: AwsProxy;
  readonly mode: ProxyMode;
}

export function awsOutage(world: () => World): void {
  const cut = async (language: Language, mode: ProxyMode): Promise<Cut> => {
    const proxy = await world().proxy();
    const more = { ...MINUTES_IN_SECONDS, AWS_ENDPOINT_URL: proxy.url };
    const bot = await world().start({ language, key: MAKER, more }).trading();
    return { bot, proxy, mode };
  };

  test('ten minutes without Secrets Manager', async () => {
    const cuts = await Promise.all(
      LANGUAGES.flatMap((language) => (['refuse', 'hang'] as const).map((mode) => cut(language, mode))),
    );
    for (const { proxy, mode } of cuts) proxy.set(mode);
    const rotated = world().rotate(MAKER);
    await Promise.all([setTimeout(OUTAGE_MS / OUTAGE_FACTOR), ...cuts.map(({ bot }) => bot.says('SECRET_UNREADABLE'))]);
    await rotated;
    const { version } = await world().current(MAKER);
    for (const { bot, proxy } of cuts) {
      expect(bot.versions).not.toContain(version);
      expect(bot.stderr.filter((line) => line.includes('SECRET_UNREADABLE'))).toHaveLength(1);
      expect(proxy.turnedAway).toBeGreaterThanOrEqual(1);
      expect(proxy.turnedAway).toBeLessThanOrEqual((READS + 1) * ATTEMPTS);
    }
    for (const { proxy } of cuts) proxy.set('open');
    await Promise.all(cuts.map(({ bot }) => bot.takesOver(version, 60)));
    await Promise.all(cuts.map(({ bot }) => bot.some(5)));
    for (const { bot } of cuts) {
      expect(bot.failures).toEqual([]);
      expect(bot.stderr.filter((line) => line.includes('KEY_READ_AGAIN'))).toHaveLength(1);
      await bot.stop();
    }
  });
}
