// Golden file: changing one of these logical ids replaces a user's address, NAT gateway, network, the secret of a key, or an alarm.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { NatLayout, RingSize } from '../../lib';
import { withNetwork } from '../support/egress';
import { TRADER, withKey } from '../support/keys';
import { PROBES } from '../support/probes';

const FILE = path.join(__dirname, '..', 'golden', 'logical-ids.json');

function layoutIds(layout: NatLayout): Record<string, string> {
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
  return logicalIds(addressStack, networkStack);
}

/** A ring with probes and two keys. */
function ringIds(size: RingSize): Record<string, string> {
  const { stack, ring, role } = withKey({ size, probes: PROBES });
  const key = ring.addKey('TraderBotB', { ...TRADER, instance: 'b' });
  key.grantRead(role);
  const nested = ['Verify', 'Watch'].map((id) => ring.node.findChild(id) as NestedStack);
  return size === RingSize.SHARDED ? logicalIds(stack, Stack.of(key)) : logicalIds(stack, ...nested);
}

function logicalIds(...stacks: Stack[]): Record<string, string> {
  const resources = stacks.flatMap((stack) =>
    Object.entries<{ Type: string }>(Template.fromStack(stack).toJSON().Resources),
  );
  return Object.fromEntries(
    resources.map(([id, { Type }]) => [id, Type] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test.each(Object.values(NatLayout))('the logical ids of layout %s are what they always were', (layout) => {
  const golden = JSON.parse(readFileSync(FILE, 'utf8'));
  expect(layoutIds(layout)).toEqual(golden[layout]);
});

test.each(Object.values(RingSize))('the logical ids of a ring of size %s are what they always were', (size) => {
  const golden = JSON.parse(readFileSync(FILE, 'utf8'));
  expect(ringIds(size)).toEqual(golden[`ring ${size}`]);
});
