// Alarms of probes and checks at any pace: two runs without an answer tell nobody, and what is not well never looks quiet for a moment.
import fc from 'fast-check';
import { type AlarmDefinition, alarmDefinition } from '../../../contract/alarms';
import { PROBE_MINUTES } from '../../../contract/verify';

const RUN_SECONDS = PROBE_MINUTES * 60;
/** EventBridge Scheduler calls within the minute, a run takes up to one, and its metric comes later. */
const LATEST_SECONDS = 149;
/** CloudWatch evaluates alarms every minute, and each at a moment of its own. */
const EVALUATION_SECONDS = 60;
const RUNS = 24;

type Outcome = 'good' | 'bad' | 'unknown';
interface Run {
  readonly at: number;
  readonly outcome: Outcome;
}

const late = fc.array(fc.integer({ min: 0, max: LATEST_SECONDS }), { minLength: RUNS, maxLength: RUNS });
const runs = (seconds: readonly number[], outcomeOf: (run: number) => Outcome): Run[] =>
  seconds.map((after, run) => ({ at: run * RUN_SECONDS + after, outcome: outcomeOf(run) }));

/** The window slides: periods are counted back from the moment of the evaluation. */
function isOn(
  { periodSeconds, evaluationPeriods, datapointsToAlarm, ...alarm }: AlarmDefinition,
  all: Run[],
  end: number,
) {
  const about =
    alarm.missingData === 'breaching'
      ? (run: Run) => run.outcome !== 'unknown'
      : ({ outcome }: Run) => outcome === 'bad';
  const counted = all.filter(about);
  const periods = Array.from({ length: evaluationPeriods }, (_, back) => end - back * periodSeconds);
  const seen = periods.filter((to) => counted.some(({ at }) => at > to - periodSeconds && at <= to)).length;
  return (alarm.missingData === 'breaching' ? evaluationPeriods - seen : seen) >= datapointsToAlarm;
}

const PAIRS = [
  ['InsideProbeFailed', 'InsideProbeUnknown'],
  ['AllowlistDrift', 'InsideProbeUnknown'],
  ['OpenPath', 'InsideProbeUnknown'],
  ['OutsideProbeFailed', 'OutsideProbeUnknown'],
  ['EgressDrift', 'EgressUnknown'],
] as const;
const UNKNOWN = ['InsideProbeUnknown', 'OutsideProbeUnknown', 'EgressUnknown'] as const;

/** All moments of evaluation from the time on when every period that is looked at has had its run. */
const moments = (from: number) => {
  const to = (RUNS - 1) * RUN_SECONDS;
  return Array.from({ length: Math.floor((to - from) / 20) }, (_, step) => from + step * 20);
};
const BEGUN = 6 * RUN_SECONDS + LATEST_SECONDS;
const TURN = 12;

describe.each(UNKNOWN)('%s', (id) => {
  const alarm = alarmDefinition(id);

  test('stays off when two runs in a row have no answer, however unevenly they come', () => {
    fc.assert(
      fc.property(late, (seconds) => {
        const all = runs(seconds, (run) => (run === TURN || run === TURN + 1 ? 'unknown' : 'good'));
        expect(moments(BEGUN).filter((end) => isOn(alarm, all, end))).toEqual([]);
      }),
    );
  });

  test('is on before a fifth run in a row could have had an answer, and stays on', () => {
    fc.assert(
      fc.property(late, (seconds) => {
        const all = runs(seconds, (run) => (run < TURN ? 'good' : 'unknown'));
        const until = (TURN + 3) * RUN_SECONDS + LATEST_SECONDS;
        expect(moments(until).every((end) => isOn(alarm, all, end))).toBe(true);
      }),
    );
  });
});

describe.each(PAIRS)('%s and %s', (found, unknown) => {
  const quiet = (all: Run[], end: number) =>
    !isOn(alarmDefinition(found), all, end) &&
    [-EVALUATION_SECONDS, 0, EVALUATION_SECONDS].some((skew) => !isOn(alarmDefinition(unknown), all, end + skew));

  test.each<[string, Outcome, Outcome]>([
    ['what was bad is not known any more', 'bad', 'unknown'],
    ['what was not known turns out to be bad', 'unknown', 'bad'],
  ])('%s: one of them is on all the time', (_, before, after) => {
    fc.assert(
      fc.property(late, (seconds) => {
        const all = runs(seconds, (run) => (run < TURN ? before : after));
        expect(moments(BEGUN).filter((end) => quiet(all, end))).toEqual([]);
      }),
    );
  });
});
