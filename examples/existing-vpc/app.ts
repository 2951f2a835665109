// A VPC that exists already: the deployment proves that each subnet's only way out is the known address.
import { App, Stack } from 'aws-cdk-lib';
import { AddressSource, EgressAddresses, ExistingEgressNetwork } from 'cdk-exchange-keys';

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };

const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
  environment: 'staging',
  availabilityZones: ['eu-west-1a'],
  source: AddressSource.adopt({ 'eu-west-1a': 'eipalloc-0123456789abcdef0' }),
});
new ExistingEgressNetwork(new Stack(app, 'Network', { env }), 'Network', {
  addresses,
  vpcId: 'vpc-0123456789abcdef0',
  zones: {
    'eu-west-1a': {
      subnetId: 'subnet-0123456789abcdef0',
      routeTableId: 'rtb-0123456789abcdef0',
      natGatewayId: 'nat-0123456789abcdef0',
    },
  },
});

app.synth();
