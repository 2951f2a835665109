// Closes the default security group of a VPC: whatever is placed there by mistake can talk to nobody.
import {
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { parseSecurityGroupId } from '../../contract/aws-ids';
import type { Patience } from '../shared/ec2-client';
import { Ec2Reader } from '../shared/ec2-reader';
import { type Reader, record, refuseProperty, text } from '../shared/properties';
import { Refusal, shown } from '../shared/refusal';

/** What this function reads of CloudFormation's event. */
export interface CloseEvent {
  readonly RequestType?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly ResourceProperties?: unknown;
}

export interface CloseContext {
  readonly region: string | undefined;
  readonly patience: Patience;
}

interface CloseRequest {
  readonly SecurityGroupId: string;
}

const readRequest: Reader<CloseRequest> = record<CloseRequest>({
  SecurityGroupId: text("a security group id, 'sg-…'", parseSecurityGroupId),
});

/**
 * Removes every rule and confirms that none is left; throws a `Refusal` to fail the deployment. A deleted resource
 * opens nothing again: the group ends with its VPC.
 */
export async function closeDefaultSecurityGroup(event: CloseEvent, { region, patience }: CloseContext) {
  const { RequestType, PhysicalResourceId, ResourceProperties } = event;
  if (RequestType === 'Delete') return { PhysicalResourceId };
  if (RequestType !== 'Create' && RequestType !== 'Update') {
    throw new Refusal(
      'REQUEST_TYPE_UNKNOWN',
      `request type is ${shown(RequestType)}; expected 'Create', 'Update' or 'Delete'`,
    );
  }
  if (region === undefined) throw new Refusal('REGION_MISMATCH', 'this function runs in no known region; deploy again');
  const { ServiceToken: _, ...properties } = objectOf(ResourceProperties);
  const { SecurityGroupId: id } = readRequest(properties, '');
  const ec2 = new Ec2Reader(region, patience, 'some rules may be gone already, deploy again');
  try {
    await removeRules(await readGroup(id, ec2), ec2);
    const { IpPermissions = [], IpPermissionsEgress = [] } = await readGroup(id, ec2);
    const left = IpPermissions.length + IpPermissionsEgress.length;
    if (left > 0) {
      throw new Refusal(
        'SECURITY_GROUP_STILL_OPEN',
        `security group '${id}' still has ${left} rules after all were removed; find out what adds them, then deploy again`,
      );
    }
    return { PhysicalResourceId: id };
  } finally {
    ec2.close();
  }
}

async function removeRules(group: SecurityGroup, ec2: Ec2Reader): Promise<void> {
  const { GroupId, IpPermissions = [], IpPermissionsEgress = [] } = group;
  if (IpPermissions.length > 0) {
    await ec2.ask('RevokeSecurityGroupIngress', (client, options) =>
      client.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }), options),
    );
  }
  if (IpPermissionsEgress.length > 0) {
    await ec2.ask('RevokeSecurityGroupEgress', (client, options) =>
      client.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: IpPermissionsEgress }), options),
    );
  }
}

/** The group as it is; an answer without its rules does not count as a group without rules. */
async function readGroup(id: string, ec2: Ec2Reader): Promise<SecurityGroup> {
  const action = 'DescribeSecurityGroups';
  const answer = await ec2.ask(action, (client, options) =>
    client.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }), options),
  );
  const [group, ...others] = ec2.given(action, 'the list asked for', answer.SecurityGroups);
  if (group?.GroupId !== id || others.length > 0) {
    throw ec2.unusable(action, `${shown(group?.GroupId)} when asked for '${id}'`);
  }
  ec2.given(action, `'IpPermissions' for '${id}'`, group.IpPermissions);
  ec2.given(action, `'IpPermissionsEgress' for '${id}'`, group.IpPermissionsEgress);
  return group;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return refuseProperty('ResourceProperties', value, 'an object');
  return value as Record<string, unknown>;
}
