// Trading in one region, with a second one allowlisted and ready to fail over to.
import { App, Stack } from 'aws-cdk-lib';
import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { EgressAddresses, EgressNetwork, NatLayout } from 'cdk-exchange-keys';

const app = new App();
const account = '111122223333';

const ireland = { account, region: 'eu-west-1' };
const addresses = new EgressAddresses(
  new Stack(app, 'Addresses-eu-west-1', { env: ireland, terminationProtection: true }),
  'Egress',
  {
    environment: 'prod',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    standbyAvailabilityZones: ['eu-west-1c'], // allowlisted now, carries traffic when the desk grows
  },
);
new EgressNetwork(new Stack(app, 'Network-eu-west-1', { env: ireland }), 'Network', {
  addresses,
  layout: NatLayout.REGIONAL,
  interfaceEndpoints: [InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
  dnsAllowlist: ['api.xxkk.example'],
});

// No network yet: its addresses are on every allowlist, and that is what takes days, not the deployment.
const virginia = { account, region: 'us-east-1' };
new EgressAddresses(new Stack(app, 'Addresses-us-east-1', { env: virginia, terminationProtection: true }), 'Egress', {
  environment: 'prod',
  availabilityZones: [],
  standbyAvailabilityZones: ['us-east-1a', 'us-east-1b'],
});

app.synth();
