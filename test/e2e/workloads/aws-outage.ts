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

  /** Cuts it off from AWS for ten minutes from when it has noticed; gives how often it tried. */
  const outage = async ({ bot, proxy, mode }: Cut): Promise<number> => {
    proxy.set(mode);
    await bot.says('SECRET_UNREADABLE');
    await setTimeout(OUTAGE_MS / OUTAGE_FACTOR);
    const tries = proxy.turnedAway;
    proxy.set('open');
    return tries;
  };

  test('refused and silent: few attempts, no failed request; then everybody has the new version', async () => {
    const modes = LANGUAGES.flatMap((language) => (['refuse', 'hang'] as const).map((mode) => ({ language, mode })));
    const cuts = await Promise.all(modes.map(({ language, mode }) => cut(language, mode)));
    const [tries] = await Promise.all([Promise.all(cuts.map(outage)), world().rotate(MAKER)]);
    for (const [index, { mode }] of cuts.entries()) {
      // the time limits of a read that hangs do not pass faster: there is room for one or two more
      const [least, most] = mode === 'hang' ? [1, 3] : [3, READS + 1];
      expect(tries[index]).toBeGreaterThanOrEqual(least * ATTEMPTS);
      expect(tries[index]).toBeLessThanOrEqual(most * ATTEMPTS);
    }
    const { version } = await world().current(MAKER);
    await Promise.all(cuts.map(({ bot }) => bot.takesOver(version, 60)));
    await Promise.all(cuts.map(({ bot }) => bot.some(5)));
    for (const { bot } of cuts) {
      expect(bot.failures).toEqual([]);
      for (const code of ['SECRET_UNREADABLE', 'KEY_READ_AGAIN']) {
        expect(bot.stderr.filter((line) => line.includes(`"${code}"`))).toHaveLength(1);
      }
      await bot.stop();
    }
  });
}
