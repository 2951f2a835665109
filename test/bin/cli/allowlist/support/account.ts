// An account on loopback with regions and the parameters in them; the SDK that asks is the real one.

import { connect } from '../../../../../bin/cli/aws/clients';
import type { Context } from '../../../../../bin/cli/context';
import type { AllowlistRole } from '../../../../../contract/allowlist';
import { document } from '../../../../contract/allowlist-formats/arbitraries';
import { type Answer, jsonError, startLoopbackAws } from '../../support/loopback-aws';

export interface Account {
  readonly endpoint: string;
  readonly operations: string[];
  /** By region: its document, or what it answers instead. Others have none. */
  regions: Record<string, string | Answer>;
  /** Of the configurations of exchanges, by name. */
  exchanges: Record<string, object>;
  /** Instead of the list of regions. */
  describe?: Answer;
  stop(): Promise<void>;
}

export async function startAccount(): Promise<Account> {
  const account: Pick<Account, 'regions' | 'exchanges' | 'describe'> = { regions: {}, exchanges: {} };
  const respond = (operation: string, { Name }: Record<string, unknown>): Answer => {
    if (operation === 'DescribeRegions') return account.describe ?? regionList(Object.keys(account.regions));
    const [, exchange] = /^\/exchange-keys\/prod\/exchange\/(.+)$/.exec(String(Name)) ?? [];
    if (exchange !== undefined)
      return parameter(account.exchanges[exchange] && JSON.stringify(account.exchanges[exchange]));
    const [, region = ''] = /^\/exchange-keys\/prod\/egress\/(.+)\/allowlist$/.exec(String(Name)) ?? [];
    const found = account.regions[region];
    return typeof found === 'object' ? found : parameter(found);
  };
  return Object.assign(account, await startLoopbackAws(respond));
}

/** As EC2 answers; the names may come with what they are opted into. */
export const regionList = (regions: readonly string[]): Answer => ({
  body: `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><regionInfo>${regions
    .map((region) => region.split(' '))
    .map(
      ([name, status = 'opt-in-not-required']) =>
        `<item><regionName>${name}</regionName><optInStatus>${status}</optInStatus></item>`,
    )
    .join('')}</regionInfo></DescribeRegionsResponse>`,
});

/** An error as EC2 gives it. */
export const ec2Error = (code: string, message = 'said by the endpoint', status = 403): Answer => ({
  status,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
});

const parameter = (text: string | undefined): Answer =>
  text ? { body: { Parameter: { Value: text } } } : jsonError('ParameterNotFound');

/** The text of a region's document: zone letter to address and role. */
export const published = (region: string, zones: Record<string, [string, AllowlistRole]>, cidrs?: string[]): string =>
  JSON.stringify(document(region, zones, cidrs));

/** One attempt, a short wait: how often and how long is the SDK's business. */
export const impatient: Context['connect'] = (connection) =>
  connect({
    ...connection,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_000, throwOnRequestTimeout: true },
  } as typeof connection);
