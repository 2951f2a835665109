// Deploys, does one thing to what was deployed, and compares what the check says with what it should say.
import {
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  DisassociateNatGatewayAddressCommand,
  type NatGatewayAddress,
} from '@aws-sdk/client-ec2';
import type { RegionReport } from '../../../../../runtime/shared/egress-check';
import { type Deployed, type EgressWorld, type Layout, REGION } from './egress-world';

/** @returns code and subject of each problem that is to be told */
export type Damage = (deployed: Deployed) => Promise<string[]>;

/** Code and subject of each problem, sorted. */
export const told = ({ problems }: RegionReport) => problems.map(({ code, subject }) => `${code} ${subject}`).sort();

export async function expectProblems(world: EgressWorld, layout: Layout, damage: Damage): Promise<void> {
  const deployed = await world.deploy(layout);
  const expected = await damage(deployed);
  const report = await world.check(deployed.names);
  expect(told(report)).toEqual(expected.sort());
  for (const problem of report.problems) {
    expect(problem.region).toBe(REGION);
    expect(problem.message).toMatch(/^(Elastic IP|NAT gateway|route table|subnet|VPC|there is no|no allowlist).*; /);
  }
}

export const removeGateway = ({ ec2 }: EgressWorld, natGatewayId: string) =>
  ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natGatewayId }));

/** Takes addresses off a regional gateway. */
export async function takeFromGateway(
  { ec2 }: EgressWorld,
  natGatewayId: string,
  which: (address: NatGatewayAddress) => boolean,
): Promise<void> {
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [natGatewayId] }));
  const AssociationIds = (NatGateways?.[0].NatGatewayAddresses ?? [])
    .filter(which)
    .map((own) => String(own.AssociationId));
  await ec2.send(new DisassociateNatGatewayAddressCommand({ NatGatewayId: natGatewayId, AssociationIds }));
}
