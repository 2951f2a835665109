// The exchange that `--exchange` names: one that is configured in the environment, or one that is known without.
import {
  ALLOWLIST_VENUES,
  type AllowlistVenue,
  configuredVenue,
  knownVenue,
} from '../../../contract/allowlist-formats';
import { exchangeParameterName, parseExchangeName } from '../../../contract/keys';
import { parameterText } from '../aws/parameter';
import { regionOf } from '../aws/ring';
import type { AccountSession } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';

/**
 * The configuration is where the keys are, in the session's region.
 * @throws Failure `VENUE_UNKNOWN`, `EXCHANGE_NAME_MALFORMED`; InputError as `configuredVenue` does.
 */
export async function chosenVenue({ aws, environment }: AccountSession, given: string): Promise<AllowlistVenue> {
  const name = asUsage(() => parseExchangeName(given));
  const parameter = exchangeParameterName(environment, name);
  const region = await regionOf(aws);
  const text = await parameterText(aws, parameter);
  if (text !== undefined) return configuredVenue(text, name, parameter);
  const known = knownVenue(name);
  if (known !== undefined) return known;
  throw new Failure(
    'VENUE_UNKNOWN',
    `exchange '${name}' is not configured for '${environment}' in ${region}, nor is it known without, as are ` +
      `${ALLOWLIST_VENUES.map((venue) => venue.name).join(', ')}; check --region, or configure the exchange`,
    { exitCode: EXIT.usage },
  );
}
