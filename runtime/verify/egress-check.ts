// The egress check of a ring: every region against what it publishes, told as log lines, metrics and an answer.
import { VerifyMetric } from '../../contract/metrics';
import { refusalOf } from '../shared/aws-refusal';
import type { EgressProblem, RegionReport } from '../shared/egress-check';
import { log } from '../shared/logger';
import { Refusal } from '../shared/refusal';
import type { EgressCheckSettings } from './egress-check-settings';

/** A region that could not be compared, and why: in it, nothing is known. */
export interface UnreadableRegion {
  readonly region: string;
  readonly code: string;
  readonly message: string;
}

export interface EgressCheckAnswer {
  /** True when every region was read completely; only then is an empty list of differences good news. */
  readonly checked: boolean;
  readonly differences: readonly EgressProblem[];
  readonly unreadable: readonly UnreadableRegion[];
}

/** What one region may take. */
export interface Budget {
  readonly milliseconds: number;
  /** Aborted when the time is over. */
  readonly abortSignal: AbortSignal;
}

export interface EgressCheckParts {
  readonly settings: Pick<EgressCheckSettings, 'regions' | 'expectedNetworks'>;
  readonly checkRegion: (region: string, expectedNetworks: readonly string[], budget: Budget) => Promise<RegionReport>;
  readonly publishCounts: (counts: readonly (readonly [string, number])[]) => void;
  /** For all regions together, in milliseconds. */
  readonly budget: number;
}

/** Each region on its own: what one hides says nothing about the others. Never throws for a region. */
export async function checkEgress(parts: EgressCheckParts): Promise<EgressCheckAnswer> {
  const { settings, publishCounts } = parts;
  const outcomes = await withinBudget(parts.budget, (budget) =>
    Promise.all(settings.regions.map((region) => outcomeOf(region, parts, budget))),
  );
  const differences = outcomes.flatMap((outcome) => ('problems' in outcome ? outcome.problems : []));
  const unreadable = outcomes.filter((outcome) => !('problems' in outcome)) as UnreadableRegion[];
  for (const { region, code, subject, message } of differences) {
    log('egress difference', { region, code, subject, detail: message });
  }
  for (const { region, code, message } of unreadable) log('region unreadable', { region, code, detail: message });
  const checked = settings.regions.length > 0 && unreadable.length === 0;
  publishCounts(egressCounts(checked, differences.length));
  return { checked, differences, unreadable };
}

/** The metrics of one check; one that could not even begin publishes them too. */
export const egressCounts = (checked: boolean, differences: number) =>
  [
    [VerifyMetric.EGRESS_DIFFERENCES, differences],
    [VerifyMetric.EGRESS_CHECKED, checked ? 1 : 0],
  ] as const;

async function outcomeOf(
  region: string,
  { settings, checkRegion }: EgressCheckParts,
  budget: Budget,
): Promise<RegionReport | UnreadableRegion> {
  try {
    const expected = settings.expectedNetworks.get(region) ?? [];
    return await unlessLate(checkRegion(region, expected, budget), region, budget);
  } catch (error) {
    const { code, message } = refusalOf(error);
    return { region, code, message };
  }
}

/** A call that does not heed the signal must not keep the check from saying that it knows nothing. */
function unlessLate<T>(work: Promise<T>, region: string, { milliseconds, abortSignal }: Budget): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(
        new Refusal(
          'EGRESS_CHECK_LATE',
          `'${region}' was not read within ${milliseconds} ms; nothing is known about it until a check reads it in time`,
        ),
      );
    if (abortSignal.aborted) late();
    abortSignal.addEventListener('abort', late, { once: true });
    work.then(resolve, reject);
  });
}

async function withinBudget<T>(milliseconds: number, run: (budget: Budget) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(0, milliseconds));
  try {
    return await run({ milliseconds, abortSignal: controller.signal });
  } finally {
    clearTimeout(timer);
  }
}
