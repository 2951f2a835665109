// One run of a probe from its checks to its answer: what did not pass is logged, what counts is published, whatever happens.
import { outcomeOf, type ProbeAnswer, type ProbeCheck } from '../../contract/verify';
import { log } from '../shared/logger';

export interface Probed {
  readonly checks: readonly ProbeCheck[];
  readonly keys: ProbeAnswer['keys'];
}

export interface ProbePlan {
  readonly probe: ProbeAnswer['probe'];
  readonly zone?: string;
  readonly look: () => Promise<Probed>;
  /** Called once with the checks of the run: none when it broke. */
  readonly publish: (checks: readonly ProbeCheck[]) => void;
  readonly now: () => number;
}

export async function runProbe({ probe, zone, look, publish, now }: ProbePlan): Promise<ProbeAnswer> {
  let checks: readonly ProbeCheck[] = [];
  try {
    const probed = await look();
    checks = probed.checks;
    for (const { check, subject, outcome, code, detail } of checks.filter((one) => one.outcome !== 'pass')) {
      log('probe check', { zone, check, subject, outcome, code, detail });
    }
    const at = new Date(now()).toISOString();
    const { keys } = probed;
    return { schema: 1, probe, ...(zone !== undefined && { zone }), outcome: outcomeOf(checks), at, checks, keys };
  } finally {
    publish(checks);
  }
}

export const failed = (checks: readonly ProbeCheck[], ...names: readonly ProbeCheck['check'][]): number =>
  checks.filter(({ check, outcome }) => outcome === 'fail' && names.includes(check)).length;

export function together(probed: readonly Probed[]): Probed {
  return { checks: probed.flatMap(({ checks }) => checks), keys: probed.flatMap(({ keys }) => keys) };
}
