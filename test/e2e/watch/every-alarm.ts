// Every alarm of the catalogue, as deployed: its own metric turns it on, somebody is told, and it goes off again.
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { ALARM_CATALOGUE, type AlarmDefinition } from '../../../contract/alarms';
import { METRIC_NAMESPACE } from '../../../contract/keys';
import { ENVIRONMENT, HOUR, KEYS, MINUTE, REGION } from '../support/watch-config';
import { emfLine, keepBeating, keepCaring, keepChecking } from '../support/watch-life';
import { alarmMails, named } from '../support/watch-mailbox';
import type { World } from '../support/watch-world';

/** One metric by which an alarm goes off: the others of the same alarm stay at nothing. */
interface Cause {
  readonly id: string;
  readonly metric: string;
  readonly alarm: AlarmDefinition;
}

/** The ring has no probes; what they find turns their alarms on in verify.test.ts. */
const CAUSES: readonly Cause[] = ALARM_CATALOGUE.filter(({ needsProbes }) => !needsProbes).flatMap((alarm) =>
  metricsOf(alarm).map((metric) => ({ id: alarm.id, metric, alarm })),
);

function metricsOf({ id, signal }: AlarmDefinition): readonly string[] {
  // one that is computed, and one that is there or not
  if (id === 'AuthFailureRate') return ['AuthFailures'];
  if (signal.source === 'ring') return signal.metrics;
  if (signal.source === 'finding') return ['Findings'];
  return [signal.source === 'dead-letters' ? 'ApproximateNumberOfMessagesVisible' : signal.metric];
}

/** What one bad period looks like, as lines of EMF; nothing where the alarm is about silence, or about a queue. */
function badPeriod(gateways: readonly string[], { id, metric, alarm }: Cause, at: number): string[] {
  const { signal, threshold } = alarm;
  if (id === 'HeartbeatMissing' || id === 'EgressUnknown' || signal.source === 'dead-letters') return [];
  if (id === 'AuthFailureRate') return [emfLine(at, { Requests: 100, AuthFailures: threshold })];
  if (id === 'CaretakerSilent') return [emfLine(at, { [metric]: KEYS - 1 })];
  if (signal.source === 'ring') {
    return [emfLine(at, { ...Object.fromEntries(signal.metrics.map((name) => [name, 0])), [metric]: threshold })];
  }
  if (signal.source === 'finding') {
    const dimensions = { Ring: ENVIRONMENT, Finding: signal.finding };
    return [emfLine(at, { [metric]: threshold }, METRIC_NAMESPACE, dimensions)];
  }
  if (signal.source === 'filter') return [emfLine(at, { [metric]: threshold }, `ExchangeKeys/${ENVIRONMENT}`, {})];
  const values = gateways.map((NatGatewayId, index) => [NatGatewayId, index === 0 ? threshold : 0] as const);
  return values.map(([NatGatewayId, value]) => emfLine(at, { [metric]: value }, 'AWS/NATGateway', { NatGatewayId }));
}

/** @param begin a full minute; the first of as many simulated days as there are causes */
export function everyAlarm(world: () => World, begin: () => number): void {
  let gateways: string[];

  beforeAll(async () => {
    gateways = (await world().aws.natGateways(REGION)).map(({ NatGatewayId = '' }) => NatGatewayId);
    expect(gateways).toHaveLength(2);
  });

  test.each(CAUSES.map((cause, day) => ({ ...cause, day })))('$id by $metric', async (cause) => {
    const { hooks, mailbox, sqs, deadLetterQueue: QueueUrl } = world();
    const { alarm, id, day } = cause;
    const period = alarm.periodSeconds * 1000;
    const start = begin() + day * 24 * HOUR;
    const on = start + 2 * HOUR + alarm.datapointsToAlarm * period;
    const off = on + (alarm.evaluationPeriods + 3) * period;
    const expected = alarm.doNotTrade ? [id, 'DoNotTrade'] : [id];
    await keepCaring(world(), start, start + 23 * HOUR);
    if (id !== 'HeartbeatMissing') await keepBeating(world(), start, start + 23 * HOUR);
    else await keepBeating(world(), start, start + 2 * HOUR).then(() => keepBeating(world(), off - 15 * MINUTE, off));
    if (id !== 'EgressUnknown') await keepChecking(world(), start, start + 23 * HOUR);
    else
      await keepChecking(world(), start, start + 2 * HOUR - MINUTE).then(() =>
        keepChecking(world(), off - 15 * MINUTE, off),
      );
    expect(await world().alarmsOn(start + 2 * HOUR)).toEqual([]);
    await mailbox.take();

    const bad = Array.from({ length: alarm.datapointsToAlarm }, (_, n) => start + 2 * HOUR + n * period + MINUTE / 2);
    const lines = bad.flatMap((at) => badPeriod(gateways, cause, at));
    if (lines.length > 0) await hooks.ingestMetrics(REGION, lines);
    if (id === 'DeadLetters') await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    const late = id === 'HeartbeatMissing' ? 5 * MINUTE : 0;
    expect(await world().alarmsOn(on + late)).toEqual([...expected].sort());
    expect(alarmMails(await mailbox.take(), 'ALARM')).toEqual(named(expected));

    if (id === 'DeadLetters') expect(await world().deadLetters()).toEqual([{}]);
    expect(await world().alarmsOn(off)).toEqual([]);
    expect(alarmMails(await mailbox.take(), 'OK')).toEqual(named(expected));
  });
}
