// The baseline: the same function as ours, as a careful engineer would write it down for one team.
import { App } from 'aws-cdk-lib';
import { EgressCase } from '../egress-case';
import { AddressStack } from './address-stack';
import { NetworkStack } from './network-stack';

export function compose(app: App, { layout, regions }: EgressCase): void {
  for (const region of regions) new NetworkStack(app, region, layout, new AddressStack(app, region));
}
