// Which regions a command reads: those that are named, or every region that is enabled in the account.
import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { parseRegion } from '../../../contract/availability-zone';
import { quoted } from '../../../contract/quoted';
import { required } from '../aws/errors';
import { regionOf } from '../aws/ring';
import type { AccountSession } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';
import { listOption } from './lock-options';

/**
 * Sorted, each once. `list` is what `--regions` was given.
 * @throws Failure `LIST_MALFORMED`, `REGIONS_TWICE`, `REGION_MALFORMED`, `AWS_REGION_MISSING`.
 */
export async function chosenRegions(session: AccountSession, list: unknown): Promise<string[]> {
  return list === undefined ? enabledRegions(session) : namedRegions(list);
}

function namedRegions(list: unknown): string[] {
  const names = listOption('--regions', list) ?? [];
  const regions = names.map((name) => asUsage(() => parseRegion(name))).sort();
  const twice = regions.find((name, index) => regions[index + 1] === name);
  if (twice === undefined) return regions;
  throw new Failure('REGIONS_TWICE', `--regions names ${quoted(twice)} twice; remove one of them`, {
    exitCode: EXIT.usage,
  });
}

/** A region that is not enabled holds nothing and refuses every call. */
async function enabledRegions({ aws }: AccountSession): Promise<string[]> {
  await regionOf(aws);
  const { Regions } = await aws.ec2.send(new DescribeRegionsCommand({ AllRegions: false }));
  const names = required('ec2:DescribeRegions', Regions)
    .filter(({ OptInStatus }) => OptInStatus !== 'not-opted-in')
    .flatMap(({ RegionName }) => RegionName ?? []);
  return required('ec2:DescribeRegions', names.length > 0 ? names.sort() : undefined);
}
