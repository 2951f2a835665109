// The baseline: the same function as ours, as a careful engineer would write it down for one team.
import { App } from 'aws-cdk-lib';
import type { Case } from '../../compose';
import { egressCase } from '../case';
import { AddressStack } from './address-stack';
import { NetworkStack } from './network-stack';

export function compose(app: App, benchCase: Case): void {
  const { layout, regions } = egressCase(benchCase);
  for (const region of regions) new NetworkStack(app, region, layout, new AddressStack(app, region));
}
