// Checks every region live; one that cannot be read is part of the result, and the others are checked all the same.
import { checkRegion, egressReader, type RegionReport } from '../../../runtime/shared/egress-check';
import { Refusal } from '../../../runtime/shared/refusal';
import type { AwsClients } from '../aws/clients';
import type { AccountSession } from '../command';
import { Failure } from '../failure';
import { inRegions } from './in-regions';
import { documentPolicy } from './read-regions';

/** Why a region says nothing. */
export interface Unreadable {
  readonly code: string;
  readonly message: string;
}

/** What differs: `subject` is the id or address, `message` says what to do. */
export interface Problem {
  readonly code: string;
  readonly subject: string;
  readonly message: string;
}

export interface CheckedRegion extends Pick<RegionReport, 'allowlist' | 'networks'> {
  readonly region: string;
  readonly problems: readonly Problem[];
  readonly unreadable?: Unreadable;
}

/** All calls of a region together; those of the clients have limits of their own. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 20_000, maxAttempts: 5, total: 180_000 };

/** In the order of the regions. */
export function checkRegions(session: AccountSession, regions: readonly string[]): Promise<CheckedRegion[]> {
  return inRegions(session, regions, {
    what: 'addresses, NAT gateways and routes',
    ask: async (aws, region) => {
      try {
        const { allowlist, networks, problems } = await check(session, aws, region);
        return { region, allowlist, networks, problems };
      } catch (error) {
        return { region, allowlist: undefined, networks: [], problems: [], unreadable: unreadable(error) };
      }
    },
  });
}

async function check(session: AccountSession, { ssm, ec2: client }: AwsClients, region: string): Promise<RegionReport> {
  const { context, environment } = session;
  const ec2 = egressReader(region, PATIENCE, client);
  const abortSignal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE.total)]);
  try {
    return await checkRegion({ environment, region, ssm, ec2, abortSignal, ...documentPolicy(context, environment) });
  } finally {
    ec2.close();
    ssm.destroy();
  }
}

/** Credentials that are not there, or have expired, are so everywhere: that ends the command. */
function unreadable(error: unknown): Unreadable {
  if (!(error instanceof Refusal)) throw error;
  const { code, message } = error;
  if (['AWS_CREDENTIALS_MISSING', 'AWS_CREDENTIALS_EXPIRED'].includes(code)) throw new Failure(code, message);
  return { code, message };
}
