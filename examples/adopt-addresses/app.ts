// Addresses that exist already, for example the ones a deleted stack has retained.
import { App, Stack } from 'aws-cdk-lib';
import { AddressSource, EgressAddresses, EgressNetwork } from 'cdk-exchange-keys';

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };

const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
  environment: 'staging',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  // One for each zone; the deployment reads each from EC2, and fails when one is not there.
  source: AddressSource.adopt({
    'eu-west-1a': 'eipalloc-0123456789abcdef0',
    'eu-west-1b': 'eipalloc-0123456789abcdef1',
  }),
});
new EgressNetwork(new Stack(app, 'Network', { env }), 'Network', { addresses });

app.synth();
