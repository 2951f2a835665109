// The benchmark of the egress stacks: an environment in 1, 3 and 20 regions, in both layouts.
import type { Benchmark } from '../benchmark';
import { ALL_REGIONS, LAYOUTS } from './case';

export const EGRESS: Benchmark = {
  area: 'egress',
  command: 'npm run bench',
  subject: 'our egress stacks',
  variantName: 'layout',
  variants: LAYOUTS,
  sizeName: 'regions',
  sizes: { usual: '1,3,20', most: ALL_REGIONS.length },
  rounds: (regions, samples) => Math.ceil(samples / Math.sqrt(regions)),
  warmUpSize: 3,
  context: 'plain-vpc',
  listed: [
    {
      type: 'Custom::ExchangeKeysClosedDefaultSecurityGroup',
      perUnit: 1,
      purpose: 'closes the default security group; ec2.Vpc can, but asks AWS for zones at synth',
    },
    {
      type: 'Custom::VpcRestrictDefaultSG',
      perUnit: -1,
      purpose: "ec2.Vpc's way to close the default security group",
    },
  ],
};
