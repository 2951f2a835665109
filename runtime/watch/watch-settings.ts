// What the stack tells the detector through environment variables, each within its limits.
import {
  FINDINGS_TABLE_VARIABLE,
  LEARNING_HOURS_VARIABLE,
  SPIKE_FAILURES_VARIABLE,
  WATCH_LIMITS,
} from '../../contract/watch';
import { type FunctionSettings, functionSettings, required } from '../shared/function-settings';
import { Refusal } from '../shared/refusal';

export interface DetectorSettings extends FunctionSettings {
  readonly table: string;
  readonly learningMs: number;
  readonly spikeFailures: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

const HOUR_MS = 3_600_000;

/** @throws Refusal `FUNCTION_SETTING_MISSING`, `FUNCTION_SETTING_MALFORMED`. */
export function detectorSettings(variables: Variables): DetectorSettings {
  return {
    ...functionSettings(variables),
    table: required(variables, FINDINGS_TABLE_VARIABLE),
    learningMs: number(variables, LEARNING_HOURS_VARIABLE, WATCH_LIMITS.learningHours) * HOUR_MS,
    spikeFailures: number(variables, SPIKE_FAILURES_VARIABLE, WATCH_LIMITS.spikeFailures),
  };
}

function number(
  variables: Variables,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const text = required(variables, name);
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= from && value <= to) return value;
  throw new Refusal(
    'FUNCTION_SETTING_MALFORMED',
    `environment variable ${name} is '${text.slice(0, 40)}', allowed are whole numbers from ${from} to ${to}; deploy the ring again`,
  );
}
