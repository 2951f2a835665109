// Refuses that anything else in the app runs with the role by which a workload reads its key: a role is what IAM tells apart.

import { CfnResource } from 'aws-cdk-lib';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { finding } from '../../core/config-error';
import { AppResource, AppResources, listOf, refersTo } from './app-resources';
import { AttachableKey } from './attachable-key';

export function refuseOtherUsers(app: AppResources, key: AttachableKey, role: IRole): string[] {
  const ours = new Set([...key.attached.values()].map(({ node }) => node.defaultChild));
  const uses = (by: AppResource, ...values: unknown[]) => values.some((value) => refersTo(by, value, role.roleArn));
  const attachedToRole = [...key.attached.values()].includes(role);
  const users = [
    ...app
      .ofType('AWS::ECS::TaskDefinition')
      .filter((by) => uses(by, by.properties.TaskRoleArn, by.properties.ExecutionRoleArn)),
    ...app.ofType('AWS::Lambda::Function').filter((by) => uses(by, by.properties.Role)),
    ...(attachedToRole
      ? []
      : app
          .ofType('AWS::IAM::InstanceProfile')
          .filter((by) => listOf(by.properties.Roles)?.some((value) => refersTo(by, value, role.roleName)))),
  ].map(({ resource }) => resource);
  return users.filter((user) => !ours.has(user)).map((user) => shared(key, role, user));
}

function shared(key: AttachableKey, role: IRole, user: CfnResource): string {
  return finding(
    'KEY_SHARED',
    `'${user.node.path}' runs with role '${role.node.path}', by which another workload reads key '${key.keyName}'; one key, one workload: give it a role of its own`,
  );
}
