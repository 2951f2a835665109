// Nothing is wrong: every proof is there, nothing pages, and traffic may go on.
import { GREEN, MINUTE, OTHER_REGION, PERIOD, REGION } from '../support/verify-config';
import type { VerifyWorld } from '../support/verify-world';

/** What nobody has shown yet is as good as wrong. */
const UNPROVEN = ['DoNotTrade', 'EgressUnknown', 'InsideProbeUnknown', 'OutsideProbeUnknown'];

export function green(world: () => VerifyWorld, begin: () => number): void {
  test('the right network is let in, the wrong one is refused because of its address, nobody has moved anything', async () => {
    const { exchange, verify, echoes, addresses } = world();
    exchange.control.clearJournal();
    expect(await world().round(begin())).toEqual(GREEN);
    const asked = exchange.control.journal().map(({ peer }) => peer);
    const outside = asked.filter((peer) => !addresses.includes(peer));
    expect(new Set(asked.filter((peer) => addresses.includes(peer)))).toEqual(
      new Set((await world().aws.allowlist(REGION)).entries.map(({ address }) => address)),
    );
    expect(outside).not.toEqual([]);
    expect(Object.keys(verify.insideProbes)).toHaveLength(2);
    for (const echo of echoes) expect(new Set(echo.callers).size).toBe(2);
  });

  test('a new ring is trusted when it has been proven for ten minutes; then no alarm is on, and the trading gate is open', async () => {
    for (let at = begin() + PERIOD; at <= begin() + 20 * MINUTE; at += PERIOD) {
      expect(await world().round(at)).toEqual(GREEN);
      const proven = at >= begin() + 2 * PERIOD;
      expect((await world().alarmsOn(at)).sort()).toEqual(proven ? [] : UNPROVEN);
    }
    await world().fire(world().verify.tradingGate);
    expect(await world().tradingGate()).toEqual({ allowed: true, reasons: [] });
  });

  test('the operator sees it: every region as published, and the gate of a pipeline lets traffic on', async () => {
    const { lockFile } = world();
    world().setClock(Date.now());
    await world().mustCommand(['allowlist', 'verify', '--lock', lockFile]);
    await world().mustCommand(['verify', 'gate', '--timeout', '0', '--lock', lockFile]);
    const { stdout } = await world().mustCommand(['allowlist', 'print', '--format', 'json']);
    for (const region of [REGION, OTHER_REGION]) {
      for (const { address } of (await world().aws.allowlist(region)).entries) expect(stdout).toContain(`"${address}`);
    }
  });
}
