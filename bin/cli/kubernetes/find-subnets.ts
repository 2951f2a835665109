// The workload subnets of an environment's network in a region, as the network publishes them.
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { type NetworkDocument, networkParameterPath, parseNetworkDocument } from '../../../contract/egress';
import { environmentsWith } from '../../../contract/environment';
import { quoted } from '../../../contract/quoted';
import { required } from '../aws/errors';
import { regionOf } from '../aws/ring';
import type { AccountSession } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';

/**
 * In the order of zones.
 * @param name the end of the parameter's name; needed where there are several networks.
 * @throws Failure `NETWORK_NOT_FOUND`, `NETWORK_AMBIGUOUS`; InputError as `parseNetworkDocument` does.
 */
export async function findSubnets(session: AccountSession, name: unknown): Promise<string[]> {
  const { environment } = session;
  const region = await regionOf(session.aws);
  const path = networkParameterPath(environment, region, environmentsWith(environment));
  const found = await textsBelow(session, path);
  const chosen = name === undefined ? [...found.keys()] : [...found.keys()].filter((one) => one === name);
  const list = [...found.keys()].sort().join(', ');
  if (chosen.length === 0) {
    throw new Failure(
      'NETWORK_NOT_FOUND',
      `no network ${name === undefined ? '' : `${quoted(String(name))} `}of environment '${environment}' in ${region}${list && `, there are ${list}`}; check --environment, --region${name === undefined ? '' : ' and --network'}, deploy the network, or name --subnets`,
    );
  }
  if (chosen.length > 1) {
    throw new Failure(
      'NETWORK_AMBIGUOUS',
      `environment '${environment}' has ${chosen.length} networks in ${region}: ${list}; choose one with --network`,
      { exitCode: EXIT.usage },
    );
  }
  const document: NetworkDocument = parseNetworkDocument(found.get(chosen[0]) ?? '', { environment, region });
  return document.zones.map(({ subnetId }) => subnetId);
}

async function textsBelow({ aws }: AccountSession, Path: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const page = await aws.ssm.send(new GetParametersByPathCommand({ Path, NextToken }));
    for (const { Name = '', Value = '' } of required('ssm:GetParametersByPath', page.Parameters)) {
      found.set(Name.slice(Path.length), Value);
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken);
  return found;
}
