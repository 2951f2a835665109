// The smallest bill for a development environment: one address and one NAT gateway for two zones.
import { App, Stack } from 'aws-cdk-lib';
import { EgressAddresses, EgressNetwork, NatLayout } from 'cdk-exchange-keys';

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };

const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
  environment: 'dev',
  availabilityZones: ['eu-west-1a'],
});
new EgressNetwork(new Stack(app, 'Network', { env }), 'Network', {
  addresses,
  layout: NatLayout.SINGLE,
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
});

app.synth();
