// The trading gate follows the alarms without waiting for its schedule, and closes by itself when nobody writes it.
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { VerifyMetric } from '../../../contract/metrics';
import { GATE_VALID_MINUTES } from '../../../contract/verify';
import { until } from '../support/until';
import { GREEN, HOUR, MINUTE, PERIOD, REGION } from '../support/verify-config';
import type { VerifyWorld } from '../support/verify-world';

/** Nothing calls the function but the event of the alarm. */
const becomes = (world: VerifyWorld, allowed: boolean) =>
  until(`gate ${allowed ? 'open' : 'closed'}`, async () => {
    const state = await world.tradingGate();
    return state.allowed === allowed && state;
  });

export function tradingGate(world: () => VerifyWorld, begin: () => number): void {
  let start: number;

  beforeAll(async () => {
    start = begin() + HOUR / 2;
    await world().keep(GREEN, begin(), start);
    expect(await world().alarmsOn(start)).toEqual([]);
    await world().fire(world().verify.tradingGate);
    expect(await world().tradingGate()).toEqual({ allowed: true, reasons: [] });
  });

  test('closes when an alarm goes off, says which, and opens when it is over', async () => {
    const bad = start + PERIOD;
    await world().keep({ ...GREEN, [VerifyMetric.OUTSIDE_FAILED]: 1 }, bad, bad);
    expect((await world().alarmsOn(bad)).sort()).toEqual(['DoNotTrade', 'OutsideProbeFailed']);
    const { reasons } = await becomes(world(), false);
    expect(reasons).toContain('exchange-keys-dev-OutsideProbeFailed is ALARM');
    expect((await world().command(['verify', 'status'])).output).toContain('OutsideProbeFailed');

    const good = bad + 6 * PERIOD;
    await world().keep(GREEN, bad + PERIOD, good);
    expect(await world().alarmsOn(good)).toEqual([]);
    expect(await becomes(world(), true)).toEqual({ allowed: true, reasons: [] });
  });

  test('its function breaks: what it said last holds for a while, and then the gate is closed', async () => {
    const FunctionName = world().verify.tradingGate;
    const { Handler } = await world().configuration(FunctionName);
    const handle = (name?: string) =>
      world().lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Handler: name }));
    await handle('index.nothing');
    try {
      await world().hooks.fireSchedule(REGION, world().scheduleOf(FunctionName));
      await until('a run that failed', async () => {
        const dropped = await world().hooks.journal('lambda.event_dropped');
        return dropped.some((entry) => entry.function === FunctionName);
      });
      expect(await world().tradingGate()).toEqual({ allowed: true, reasons: [] });
      const later = new Date(Date.now() + GATE_VALID_MINUTES * MINUTE);
      expect(await world().tradingGate(later)).toEqual({ allowed: false, reasons: ['gate-expired'] });
    } finally {
      await handle(Handler);
    }
  });
}
