// The exchange refuses the address: another key would not help, so nobody asks for one; the watch finds it.
import { type Finding, FindingKind } from '../../../contract/watch';
import { until } from '../support/until';
import { LANGUAGES } from '../support/workload-process';
import { TRADER, type World } from '../support/workload-world';

const REQUESTS = 3;

export function blockedAddress(world: () => World): void {
  test('taken off the allowlist: no read of the key, records that say so, a finding; and back', async () => {
    const { document } = await world().current(TRADER);
    const { control } = world().exchange;
    const [blocked, other] = world().addresses;
    const proxies = await Promise.all(LANGUAGES.map(() => world().proxy()));
    const bots = await Promise.all(
      LANGUAGES.map((language, index) =>
        world()
          .start({ language, key: TRADER, more: { AWS_ENDPOINT_URL: proxies[index].url } })
          .ready(),
      ),
    );
    const asked = proxies.map(({ asked }) => asked.length);
    const ask = () => Promise.all(bots.map((bot) => bot.call('GET', '/v1/positions')));
    expect((await ask()).map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    const text = (finding: Finding) => JSON.stringify(finding);
    const known = new Set((await world().findings()).map(text));

    control.editKeyByHand(document.keyId, { ips: [other] });
    for (let request = 0; request < REQUESTS; request++) {
      const answers = await ask();
      expect(answers.map(({ outcome, exchangeCode }) => [outcome, exchangeCode])).toEqual([
        ['blocked-ip', '10010'],
        ['blocked-ip', '10010'],
      ]);
    }
    expect(proxies.map(({ asked }) => asked.length)).toEqual(asked);

    control.editKeyByHand(document.keyId, { ips: [...world().addresses] });
    expect((await ask()).map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    for (const bot of bots) {
      const outcomes = bot.stdout.map((line) => JSON.parse(line).outcome).filter(Boolean);
      expect(outcomes).toEqual(['ok', ...Array(REQUESTS).fill('blocked-ip'), 'ok']);
      await bot.stop();
    }
    await world().logged();
    const fresh = await until('the finding', async () => {
      const findings = (await world().findings()).filter((one) => !known.has(text(one)));
      return findings.length > 0 && findings;
    });
    expect(fresh.map(({ kind, keyName, subject }) => [kind, keyName, subject])).toEqual([
      [FindingKind.BLOCKED_BY_ALLOWLIST, TRADER, blocked],
    ]);
  });
}
