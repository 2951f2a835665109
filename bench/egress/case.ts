// What every implementation synthesises: an environment in a number of regions, three availability zones in each.
import type { Environment } from 'aws-cdk-lib';
import type { Case } from '../compose';

export const LAYOUTS = ['zonal', 'regional'] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface EgressCase {
  readonly layout: Layout;
  readonly regions: readonly string[];
}

export const ENVIRONMENT = 'prod';
export const VPC_CIDR = '10.0.0.0/16';

/** The most the benchmark can take. */
export const ALL_REGIONS: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-south-1', 'ap-east-1'],
  'af-south-1',
];

export const egressCase = ({ variant, size }: Case): EgressCase => ({
  layout: variant as Layout,
  regions: ALL_REGIONS.slice(0, size),
});

export const zonesOf = (region: string): string[] => ['a', 'b', 'c'].map((letter) => region + letter);

export const envOf = (region: string): Environment => ({ account: '111122223333', region });

/** The same names for all, so that template bytes differ only by what the implementation is about. */
export const stackName = (component: 'addresses' | 'network', region: string): string =>
  `exchange-keys-${ENVIRONMENT}-${component}-${region}`;
