// Golden file: changing one of these logical ids replaces a user's address, NAT gateway or network.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { NatLayout } from '../../lib';
import { withNetwork } from '../support/egress';

const FILE = path.join(__dirname, '..', 'golden', 'logical-ids.json');

function logicalIds(layout: NatLayout): Record<string, string> {
  const { addressStack, networkStack } = withNetwork(
    {
      layout,
      interfaceEndpoints: [InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
      dnsAllowlist: ['api.xxkk.example'],
    },
    {
      availabilityZones: layout === NatLayout.SINGLE ? ['eu-west-1a'] : ['eu-west-1a', 'eu-west-1b'],
      standbyAvailabilityZones: ['eu-west-1c'],
    },
  );
  const resources = [addressStack, networkStack].flatMap((stack) =>
    Object.entries<{ Type: string }>(Template.fromStack(stack).toJSON().Resources),
  );
  return Object.fromEntries(
    resources.map(([id, { Type }]) => [id, Type] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test.each(Object.values(NatLayout))('the logical ids of layout %s are what they always were', (layout) => {
  const golden = JSON.parse(readFileSync(FILE, 'utf8'));
  expect(logicalIds(layout)).toEqual(golden[layout]);
});
