// Reads the allowlists of an environment from the regions it may be deployed in.
import { type AllowlistDocument, allowlistParameterName, parseAllowlistDocument } from '../../../contract/allowlist';
import type { ExtraEnvironments } from '../../../contract/environment';
import { environmentsWith } from '../../../contract/environment';
import { isLoopbackEndpoint } from '../../../contract/loopback';
import { parameterText } from '../aws/parameter';
import type { AccountSession } from '../command';
import type { Context } from '../context';
import { Failure } from '../failure';
import { inRegions } from './in-regions';

/**
 * In the order of the regions, without those in which the environment is not deployed.
 * @throws Failure `ALLOWLIST_NOT_DEPLOYED`, and as `inRegions` does.
 */
export async function readRegions(
  session: AccountSession,
  regions: readonly string[],
  { environment }: { readonly environment: string },
): Promise<AllowlistDocument[]> {
  const { environments, localAws } = documentPolicy(session.context, environment);
  const found = await inRegions(session, regions, {
    what: 'allowlists',
    ask: async (aws, region) => {
      const text = await parameterText(aws, allowlistParameterName(environment, region, environments));
      return text === undefined
        ? undefined
        : parseAllowlistDocument(text, { environment, region, environments, localAws });
    },
  });
  const documents = found.filter((document) => document !== undefined);
  if (documents.length > 0) return documents;
  throw notDeployed(environment, regions);
}

export function notDeployed(environment: string, regions: readonly string[]): Failure {
  return new Failure(
    'ALLOWLIST_NOT_DEPLOYED',
    `no allowlist of environment '${environment}' in ${listed(regions)}; check --environment, --regions and the account, or deploy the addresses`,
  );
}

/** How documents and locks of the environment are read here. */
export function documentPolicy(
  { env }: Pick<Context, 'env'>,
  environment: string,
): { readonly environments: ExtraEnvironments; readonly localAws: boolean } {
  return {
    environments: environmentsWith(environment),
    localAws: isLoopbackEndpoint(env.AWS_ENDPOINT_URL),
  };
}

function listed(regions: readonly string[]): string {
  return regions.length > 3 ? `any of ${regions.length} regions` : regions.join(', ');
}
