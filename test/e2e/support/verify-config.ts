// The ring whose way out is proven: a network of two zones at home, and addresses in another region.
import type { Config } from '../../../bin/config/config';
import { VerifyMetric } from '../../../contract/metrics';
import { ENVIRONMENT, REGION, RING_CONFIG } from './ring-config';

export { ENVIRONMENT, MANAGEMENT, REGION } from './ring-config';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** How often everything runs that proves something. */
export const PERIOD = 5 * MINUTE;

export const OTHER_REGION = 'eu-central-1';
export const ZONES = ['eu-west-1a', 'eu-west-1b'] as const;
export const PROBE_KEY = 'dev-probe-xxkk-0';
/** Of the ring: the management key and the probes' own. */
export const KEYS = 2;

export function verifyConfig(echoServices: readonly string[]): Config {
  return {
    environment: ENVIRONMENT,
    regions: {
      // regional: its addresses can be exchanged and given back, where a zonal gateway would have to be replaced
      [REGION]: {
        availabilityZones: [...ZONES],
        network: { layout: 'regional', dnsAllowlist: ['api.xxkk.example'] },
      },
      // allowlisted and without a network yet
      [OTHER_REGION]: { availabilityZones: ['eu-central-1a'], standbyAvailabilityZones: ['eu-central-1b'] },
    },
    ring: { ...RING_CONFIG.ring, probes: { echoServices: [...echoServices], accounts: { xxkk: 'sub-1' } } },
  };
}

/** What one run of everything measures; a metric that is not there was not measured. */
export type Measured = Readonly<Record<string, number>>;

const decided = (zone: string) => `${VerifyMetric.INSIDE_DECIDED} ${zone}`;

/** Everything is well. */
export const GREEN: Measured = {
  ...Object.fromEntries(ZONES.map((zone) => [decided(zone), 1])),
  [VerifyMetric.INSIDE_FAILED]: 0,
  [VerifyMetric.ALLOWLIST_DIFFERENCES]: 0,
  [VerifyMetric.PATHS_OPEN]: 0,
  [VerifyMetric.OUTSIDE_DECIDED]: 1,
  [VerifyMetric.OUTSIDE_FAILED]: 0,
  [VerifyMetric.EGRESS_DIFFERENCES]: 0,
  [VerifyMetric.EGRESS_CHECKED]: 1,
};
