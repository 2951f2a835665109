// The catalogue's own rules: complete, each alarm able to go off and to end, and said in one style.
import {
  ALARM_CATALOGUE,
  ALARM_IDS,
  type AlarmDefinition,
  AlarmSeverity,
  alarmDefinition,
  alarmName,
  alarmNamePrefix,
  DO_NOT_TRADE,
  DO_NOT_TRADE_ALARM,
  RUNBOOK_URL,
  runbookAnchor,
} from '../../../contract/alarms';
import { CaretakerMetric, FilterMetric, VerifyMetric, WatchMetric } from '../../../contract/metrics';
import { FINDING_KINDS, REPEAT_MS } from '../../../contract/watch';

const named = ALARM_CATALOGUE.map((alarm) => [alarm.id, alarm] as const);
const ringMetrics = ({ signal }: AlarmDefinition) => (signal.source === 'ring' ? signal.metrics : []);
const duplicates = (texts: readonly string[]) => texts.filter((text, index) => texts.indexOf(text) !== index);

/** They go off by silence; everything else counts bad things. */
const PROOFS_OF_LIFE = [
  'CaretakerSilent',
  'HeartbeatMissing',
  'InsideProbeUnknown',
  'OutsideProbeUnknown',
  'EgressUnknown',
];

describe('ids', () => {
  test('each has exactly one definition, and no definition is without', () => {
    expect(ALARM_CATALOGUE.map(({ id }) => id).sort()).toEqual([...ALARM_IDS].sort());
    expect(duplicates([...ALARM_IDS, DO_NOT_TRADE])).toEqual([]);
    for (const id of ALARM_IDS) expect(alarmDefinition(id).id).toBe(id);
  });

  const all = [...ALARM_IDS, DO_NOT_TRADE] as const;

  test.each(all)('%s is PascalCase, and its name fits', (id) => {
    expect(id).toMatch(/^([A-Z][a-z]+)+$/);
    // longest name of an environment that anybody would give
    expect(alarmName('e'.repeat(32), id).length).toBeLessThanOrEqual(255);
    expect(alarmName('prod', id)).toBe(`exchange-keys-prod-${id}`);
    expect(alarmName('prod', id).startsWith(alarmNamePrefix('prod'))).toBe(true);
    expect(runbookAnchor(id)).toBe(`#${id.toLowerCase()}`);
  });

  test('two articles never share an anchor', () => {
    expect(duplicates([...ALARM_IDS, DO_NOT_TRADE].map(runbookAnchor))).toEqual([]);
    expect(RUNBOOK_URL).toMatch(/^https:\/\/[^#]+\/docs\/runbook\.md$/);
  });

  test('these are published: names, overrides and links of users depend on them', () => {
    expect([...ALARM_IDS].sort()).toMatchInlineSnapshot(`
[
  "AllowlistDrift",
  "AuthFailureRate",
  "AuthFailureSpike",
  "BadRecord",
  "BlockedByAllowlist",
  "CaretakerImpaired",
  "CaretakerSilent",
  "DeadLetters",
  "DetectorImpaired",
  "EgressDrift",
  "EgressUnknown",
  "HeartbeatMissing",
  "InsideProbeFailed",
  "InsideProbeUnknown",
  "KeyDrift",
  "NatPacketsDropped",
  "NatPortsExhausted",
  "NewSourceIp",
  "OldKeyAlive",
  "OldKeyInUse",
  "OpenPath",
  "OutsideProbeFailed",
  "OutsideProbeUnknown",
  "PermissionMismatch",
  "PermissionRefused",
  "RetiredKeyUse",
  "RotationOverdue",
  "StandbyNotListed",
  "UndeployedKeyUse",
  "UnknownKey",
]
`);
  });
});

describe.each(named)('%s', (id, alarm) => {
  const { threshold, thresholdRange, periodSeconds, evaluationPeriods, datapointsToAlarm } = alarm;

  test('can go off: M of N within what CloudWatch evaluates', () => {
    expect(Number.isInteger(evaluationPeriods) && Number.isInteger(datapointsToAlarm)).toBe(true);
    expect(datapointsToAlarm).toBeGreaterThanOrEqual(1);
    expect(datapointsToAlarm).toBeLessThanOrEqual(evaluationPeriods);
    expect([60, 300, 600, 900, 3600]).toContain(periodSeconds);
    // PutMetricAlarm: a day for periods below an hour, a week for longer ones
    expect(periodSeconds * evaluationPeriods).toBeLessThanOrEqual(periodSeconds < 3600 ? 86_400 : 604_800);
  });

  test('its threshold is within its own range, and can be missed as well as met', () => {
    const [from, to] = thresholdRange;
    expect(from).toBeLessThanOrEqual(to);
    expect(threshold).toBeGreaterThanOrEqual(from);
    expect(threshold).toBeLessThanOrEqual(to);
    // a count that is never below 0 would always be in alarm
    if (alarm.comparison === 'GreaterThanOrEqualToThreshold') expect(from).toBeGreaterThan(0);
  });

  test('silence means what it has to: dead for a proof of life, quiet for a count of bad things', () => {
    const proof = PROOFS_OF_LIFE.includes(id);
    expect(alarm.missingData).toBe(proof ? 'breaching' : 'notBreaching');
    expect(alarm.comparison).toBe(proof ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold');
  });

  test('its metrics are known, and few enough for one expression', () => {
    const metrics = ringMetrics(alarm);
    const known: string[] = [
      ...Object.values(CaretakerMetric),
      ...Object.values(WatchMetric),
      ...Object.values(VerifyMetric),
    ];
    expect(metrics.filter((metric) => !known.includes(metric))).toEqual([]);
    expect(duplicates(metrics)).toEqual([]);
    expect(metrics.length).toBeLessThanOrEqual(10);
    if (alarm.signal.source !== 'ring') return;
    expect(metrics.length).toBeGreaterThan(0);
    const used = [...(alarm.signal.expression ?? '').matchAll(/\bm(\d+)\b/g)].map(([, index]) => Number(index));
    expect(used.filter((index) => index >= metrics.length)).toEqual([]);
    if (alarm.signal.expression) expect(new Set(used).size).toBe(metrics.length);
  });

  test('is said in the one style: a short title, one sentence, no full stop', () => {
    expect(alarm.title).toMatch(/^[A-Z][A-Za-z ,]{5,58}[a-z]$/);
    expect(alarm.meaning).toMatch(/^[A-Z0-9].{20,200}[^.!?\s]$/);
    expect(alarm.meaning).not.toMatch(/[.!?] /);
    expect(Object.values(AlarmSeverity)).toContain(alarm.severity);
  });

  test('what stops trading cannot wait until the morning', () => {
    if (alarm.doNotTrade) expect(alarm.severity).toBe(DO_NOT_TRADE_ALARM.severity);
  });
});

test('titles and meanings are of one alarm only', () => {
  expect(duplicates(ALARM_CATALOGUE.map(({ title }) => title))).toEqual([]);
  expect(duplicates(ALARM_CATALOGUE.map(({ meaning }) => meaning))).toEqual([]);
});

describe('nothing that is counted goes unheard', () => {
  test.each(FINDING_KINDS)('finding %s has the alarm of its name', (kind) => {
    const { signal } = alarmDefinition(kind);
    // refused addresses are counted in the log as well, so that a dead detector does not hide them
    const heard = signal.source === 'finding' ? signal.finding : signal.source === 'filter' ? signal.metric : undefined;
    expect(heard).toBe(kind);
  });

  test.each(Object.values(FilterMetric))('metric filter %s has the alarm of its name', (metric) => {
    expect(alarmDefinition(metric).signal).toEqual({ source: 'filter', metric });
  });

  /** Seeing keys stands for a pass; a key that was never put is somebody's work in progress. */
  const UNHEARD: readonly string[] = [CaretakerMetric.PASS, CaretakerMetric.NOT_BOOTSTRAPPED];

  test.each(Object.values(CaretakerMetric))('caretaker metric %s', (metric) => {
    const alarms = ALARM_CATALOGUE.filter((alarm) => ringMetrics(alarm).includes(metric));
    expect(alarms.length).toBe(UNHEARD.includes(metric) ? 0 : 1);
  });

  /** Findings are heard kind by kind; lines that are no records are findings themselves. */
  const BY_OTHER_WAYS: readonly string[] = [WatchMetric.FINDINGS, WatchMetric.BAD_RECORDS];

  test.each(Object.values(WatchMetric))('watch metric %s', (metric) => {
    const alarms = ALARM_CATALOGUE.filter((alarm) => ringMetrics(alarm).includes(metric));
    expect(alarms.length).toBe(BY_OTHER_WAYS.includes(metric) ? 0 : 1);
  });

  /** What the gate says follows from the alarms. */
  const ZONES = ALARM_CATALOGUE.flatMap(({ signal }) => (signal.source === 'zones' ? [signal.metric] : []));

  test.each(Object.values(VerifyMetric))('verify metric %s', (metric) => {
    const alarms = ALARM_CATALOGUE.filter((alarm) => ringMetrics(alarm).includes(metric));
    const inZones = ZONES.filter((other) => other === metric);
    expect(alarms.length + inZones.length).toBe(metric === VerifyMetric.TRADING_ALLOWED ? 0 : 1);
  });

  test('whatever is found or left unproven about the way out stops trading', () => {
    const metrics: readonly string[] = Object.values(VerifyMetric);
    const about = ALARM_CATALOGUE.filter(
      (alarm) => alarm.signal.source === 'zones' || ringMetrics(alarm).some((metric) => metrics.includes(metric)),
    );
    expect(about).toHaveLength(8);
    expect(about.filter(({ doNotTrade }) => !doNotTrade)).toEqual([]);
    // why these numbers: probe-pace.test.ts
    for (const { missingData, evaluationPeriods, datapointsToAlarm, periodSeconds } of about) {
      expect([datapointsToAlarm, evaluationPeriods, periodSeconds]).toEqual(
        missingData === 'breaching' ? [2, 3, 600] : [1, 5, 300],
      );
    }
  });

  test('an ongoing trouble, told again each period, never lets its alarm end in between', () => {
    for (const alarm of ALARM_CATALOGUE.filter(({ signal }) => signal.source === 'finding')) {
      expect(alarm.periodSeconds * alarm.evaluationPeriods * 1000).toBeGreaterThanOrEqual(REPEAT_MS);
    }
  });

  test('what the routine check counts every 6 hours is looked back on for longer', () => {
    const routine: readonly string[] = [
      CaretakerMetric.DRIFT,
      CaretakerMetric.STANDBY_NOT_LISTED,
      CaretakerMetric.CURRENT_KEY_REFUSED,
      CaretakerMetric.PROBE_INCONCLUSIVE,
      CaretakerMetric.ROTATION_OVERDUE,
      CaretakerMetric.EXPIRING_KEY,
    ];
    for (const alarm of ALARM_CATALOGUE) {
      if (!ringMetrics(alarm).some((metric) => routine.includes(metric))) continue;
      expect(alarm.periodSeconds * alarm.evaluationPeriods).toBeGreaterThanOrEqual(7 * 3600);
    }
  });
});
