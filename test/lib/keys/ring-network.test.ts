// Which service tells workloads the address they leave from.
import { App, Stack } from 'aws-cdk-lib';
import { EgressAddresses, EgressNetwork } from '../../../lib';
import { echoService } from '../../../lib/keys/ring-network';

const env = { account: '111122223333', region: 'eu-west-1' };

function network(dnsAllowlist?: string[]): EgressNetwork {
  const app = new App();
  const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
    environment: 'dev',
    availabilityZones: ['eu-west-1a'],
  });
  return new EgressNetwork(new Stack(app, 'Network', { env }), 'Network', { addresses, dnsAllowlist });
}

test('without probes Amazon’s own, where its name resolves', () => {
  expect(echoService(network(), undefined)).toBe('https://checkip.amazonaws.com');
  expect(echoService(network(['api.xxkk.example']), undefined)).toBeUndefined();
  expect(echoService(network(['api.xxkk.example', 'checkip.amazonaws.com']), undefined)).toBe(
    'https://checkip.amazonaws.com',
  );
});
