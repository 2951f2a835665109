// Refuses a workload whose role was changed after its key was attached: another role would run with it, or none.
import { IRole } from 'aws-cdk-lib/aws-iam';
import { finding } from '../../core/config-error';
import { AppResource } from './app-resources';
import { AttachableKey } from './attachable-key';
import { refersTo } from './references';

/** @param property of the resource, that holds the role which the key was given to */
export function roleKept(key: AttachableKey, by: AppResource, property: string, role: IRole): string[] {
  if (refersTo(by, by.properties[property], role.roleArn)) return [];
  return [
    finding(
      'WORKLOAD_ROLE_REPLACED',
      `'${by.resource.node.path}' does not have role '${role.node.path}' as '${property}', to which key '${key.keyName}' was given when it was attached; remove the override, and pass the role to the workload's construct`,
    ),
  ];
}
