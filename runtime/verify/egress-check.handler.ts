// Lambda entry point: the egress check of a ring, called by a schedule, by events of EC2, and by the gate of a pipeline.
import { ENVIRONMENT_VARIABLE } from '../../contract/keys';
import { PATIENCE } from '../shared/ec2-client';
import { checkRegion, egressReader } from '../shared/egress-check';
import { required } from '../shared/function-settings';
import { publishCounts } from '../shared/metrics';
import { withSearchableCode } from '../shared/refusal';
import { createSsmClient } from '../shared/secrets-client';
import { type Budget, checkEgress, type EgressCheckAnswer, egressCounts } from './egress-check';
import { type EgressCheckSettings, egressCheckSettings } from './egress-check-settings';

/** What Lambda says about the time that is left. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}

/** Enough to write the log and the metrics before Lambda stops the function. */
const RESERVE_MS = 8_000;
const LONGEST_MS = 50_000;

/** What an event says is not trusted; that one came is enough to look. */
export const handler = (_event: unknown, invocation: Invocation): Promise<EgressCheckAnswer> =>
  withSearchableCode(async () => {
    const budget = Math.min(LONGEST_MS, invocation.getRemainingTimeInMillis() - RESERVE_MS);
    const ring = required(process.env, ENVIRONMENT_VARIABLE);
    const publish = (counts: Parameters<typeof publishCounts>[1]) => publishCounts(ring, counts);
    const settings = settingsOr(() => publish(egressCounts(false, 0)));
    return checkEgress({ settings, budget, publishCounts: publish, checkRegion: readerOf(settings) });
  });

/** Also a check that cannot begin says so. */
function settingsOr(unchecked: () => void): EgressCheckSettings {
  try {
    return egressCheckSettings(process.env);
  } catch (error) {
    unchecked();
    throw error;
  }
}

function readerOf({ environment, localAws, allowlistRegions }: EgressCheckSettings) {
  return async (region: string, expectedNetworks: readonly string[], { milliseconds, abortSignal }: Budget) => {
    const ssm = createSsmClient(region);
    const ec2 = egressReader(region, { ...PATIENCE, total: Math.max(0, milliseconds) });
    try {
      const expected = { expectsAllowlist: allowlistRegions.includes(region), expectedNetworks };
      return await checkRegion({ environment, region, ssm, ec2, localAws, ...expected, abortSignal });
    } finally {
      ssm.destroy();
      ec2.close();
    }
  };
}
