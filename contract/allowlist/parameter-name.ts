// Where the allowlist document of a region is published.
import { parseRegion } from '../availability-zone';
import { type ExtraEnvironments, parseEnvironment } from '../environment';

/**
 * The SSM parameter, e.g. `/exchange-keys/prod/egress/eu-west-1/allowlist`.
 * @throws InputError as `parseEnvironment` and `parseRegion` do.
 */
export function allowlistParameterName(environment: string, region: string, extra?: ExtraEnvironments): string {
  return `/exchange-keys/${parseEnvironment(environment, extra)}/egress/${parseRegion(region)}/allowlist`;
}
