// The subject: this library, used as its README says.
import { App, Stack } from 'aws-cdk-lib';
import { EgressAddresses, EgressNetwork, NatLayout } from '../../lib';
import type { Case } from '../compose';
import { ENVIRONMENT, egressCase, envOf, Layout, stackName, VPC_CIDR, zonesOf } from './case';

const LAYOUT: Record<Layout, NatLayout> = { zonal: NatLayout.ZONAL, regional: NatLayout.REGIONAL };

export function compose(app: App, benchCase: Case): void {
  const { layout, regions } = egressCase(benchCase);
  for (const region of regions) {
    const env = envOf(region);
    const addressStack = new Stack(app, stackName('addresses', region), { env, terminationProtection: true });
    const addresses = new EgressAddresses(addressStack, 'Egress', {
      environment: ENVIRONMENT,
      availabilityZones: zonesOf(region),
    });
    const networkStack = new Stack(app, stackName('network', region), { env });
    new EgressNetwork(networkStack, 'Network', { addresses, layout: LAYOUT[layout], vpcCidr: VPC_CIDR });
  }
}
