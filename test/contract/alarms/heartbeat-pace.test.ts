// A watch that lives never looks blind: heartbeats come unevenly, and periods of alarms begin at any second.
import fc from 'fast-check';
import { alarmDefinition } from '../../../contract/alarms';
import { HEARTBEAT_MINUTES } from '../../../contract/watch';

/** EventBridge Scheduler calls within the minute (User Guide, "Schedule types"). */
const SCHEDULER_SECONDS = 59;
/** From the call to the metric: cold starts, and what CloudWatch Logs takes more than at best. */
const WAY_SECONDS = 90;

const { periodSeconds, evaluationPeriods, datapointsToAlarm } = alarmDefinition('HeartbeatMissing');

/** In how many of the periods that are looked at no heartbeat came. */
function emptyPeriods(late: readonly number[], begin: number): number {
  const beats = late.map((seconds, beat) => beat * HEARTBEAT_MINUTES * 60 + seconds);
  return Array.from({ length: evaluationPeriods }, (_, period) => begin + period * periodSeconds).filter(
    (start) => !beats.some((at) => at >= start && at < start + periodSeconds),
  ).length;
}

test('the alarm stays off, however unevenly heartbeats come and wherever periods begin', () => {
  const beats = Math.ceil(((evaluationPeriods + 2) * periodSeconds) / (HEARTBEAT_MINUTES * 60));
  const late = fc.array(fc.integer({ min: 0, max: SCHEDULER_SECONDS + WAY_SECONDS }), {
    minLength: beats,
    maxLength: beats,
  });
  const begin = fc.integer({ min: periodSeconds, max: 2 * periodSeconds - 1 });
  fc.assert(
    fc.property(late, begin, (seconds, start) => {
      expect(emptyPeriods(seconds, start)).toBeLessThan(datapointsToAlarm);
    }),
    { numRuns: 2000 },
  );
});

test('the alarm goes off within a quarter of an hour of the last one', () => {
  expect(datapointsToAlarm * periodSeconds + periodSeconds).toBeLessThanOrEqual(900);
});
