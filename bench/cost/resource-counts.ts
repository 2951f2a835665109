// What of a ring costs money by being there, counted in its synthesised templates.
import { isManagementKey, isProbeKey, keyOfSecret } from '../../contract/keys';

export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface ResourceCounts {
  readonly secrets: number;
  /** Of these, the keys by which the ring manages the others, and those of its probes: no workload uses them. */
  readonly ownKeys: number;
  readonly kmsKeys: number;
  readonly alarms: number;
  /** Metrics that all alarms together look at: an alarm on three is billed as three. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Each makes a metric of its own. */
  readonly metricFilters: number;
  readonly eventRules: number;
  /** SSM parameters too long for the free tier. */
  readonly advancedParameters: number;
  /** One for each zone. */
  readonly insideProbes: number;
  /** Memory in GB and whether Lambda's own lines are logged, by the name of the function. */
  readonly functions: Readonly<Record<FunctionName, { readonly gigabytes: number; readonly platformLines: boolean }>>;
}

export const FUNCTION_NAMES = [
  ...(['Rotation', 'Caretaker', 'Detector', 'Notifier', 'Heartbeat'] as const),
  ...(['EgressCheck', 'TradingGate', 'InsideProbe', 'OutsideProbe'] as const),
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

const LONGEST_STANDARD_PARAMETER = 4096;

export function countResources(templates: readonly Template[]): ResourceCounts {
  const all = templates.flatMap(({ Resources = {} }) => Object.entries(Resources));
  const of = (type: string) => all.filter(([, { Type }]) => Type === type);
  const [secrets, alarms] = [of('AWS::SecretsManager::Secret'), of('AWS::CloudWatch::Alarm')];
  const functionsCalled = (name: FunctionName) => of('AWS::Lambda::Function').filter(([id]) => id.includes(name));
  const isOwn = (name: string) => [isManagementKey, isProbeKey].some((is) => is(keyOfSecret(name)));
  const functions = FUNCTION_NAMES.map((name) => {
    const found = functionsCalled(name);
    if (found.length !== 1 && (name !== 'InsideProbe' || found.length === 0))
      throw new Error(`expected one function '${name}' in the templates, found ${found.length}`);
    const { MemorySize, LoggingConfig } = found[0][1].Properties ?? {};
    const { SystemLogLevel } = (LoggingConfig ?? {}) as { SystemLogLevel?: string };
    return [name, { gigabytes: Number(MemorySize) / 1024, platformLines: SystemLogLevel !== 'WARN' }] as const;
  });
  return {
    secrets: secrets.length,
    ownKeys: secrets.filter(([, { Properties }]) => isOwn(String(Properties?.Name))).length,
    kmsKeys: of('AWS::KMS::Key').length,
    alarms: alarms.length,
    alarmMetrics: alarms.reduce((sum, [, alarm]) => sum + metricsOf(alarm), 0),
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    metricFilters: of('AWS::Logs::MetricFilter').length,
    eventRules: of('AWS::Events::Rule').length,
    advancedParameters: of('AWS::SSM::Parameter').filter(([, { Properties }]) => isLong(Properties?.Value)).length,
    insideProbes: functionsCalled('InsideProbe').length,
    functions: Object.fromEntries(functions) as ResourceCounts['functions'],
  };
}

/** Expressions cost nothing; the metrics they are computed from do. */
function metricsOf({ Properties = {} }: Resource): number {
  if (!Array.isArray(Properties.Metrics)) return 1;
  return Properties.Metrics.filter((metric) => 'MetricStat' in metric).length;
}

const isLong = (value: unknown) => typeof value === 'string' && value.length > LONGEST_STANDARD_PARAMETER;
