// Refuses that anything else in the app runs with the role by which a workload reads its key: a role is what IAM tells apart.

import { CfnResource } from 'aws-cdk-lib';
import { CfnInstanceProfile, IRole } from 'aws-cdk-lib/aws-iam';
import { finding } from '../../core/config-error';
import { AppResource, AppResources } from './app-resources';
import { AttachableKey } from './attachable-key';
import { holdsName, mentions } from './references';

/** Properties that say with which role something runs: `Role`, `TaskRoleArn`, `NodeRole`, `JobFlowRole`, `Roles`. */
const RUNS_AS = /^\w*[Rr]ole(?:s|Arn|ARN|Name)?$/;
/** Whose keys are names of the user's. */
const NAMED_BY_USER = new Set(['Variables', 'Parameters', 'Tags']);

/** What could be the role, in a condition for example, counts as the role. */
export function refuseOtherUsers(app: AppResources, key: AttachableKey, role: IRole): string[] {
  const workloads = [...key.attached.values()];
  const ours = new Set(workloads.map(({ node }) => node.defaultChild ?? node.tryFindChild('Association')));
  const ofInstances = workloads.includes(role);
  const names = namesOf(app, role);
  return app.all
    .filter(({ resource, type }) => {
      if (ours.has(resource) || type === 'AWS::CloudFormation::Stack') return false;
      // what a role may do is in policies, and says nothing of who has it
      return type === CfnInstanceProfile.CFN_RESOURCE_TYPE_NAME ? !ofInstances : !type.startsWith('AWS::IAM::');
    })
    .filter((by) => {
      const text = rolesOf(by);
      if (text === NONE) return false;
      return mentions(by, text, role.roleArn, role.roleName) || names.some((name) => holdsName(text, name));
    })
    .map(({ resource }) => shared(key, role, resource));
}

/** The name of a role that has a literal one, by which a template can name it without a reference. */
export function namesOf(app: AppResources, role: IRole): string[] {
  const { defaultChild } = role.node;
  const own = CfnResource.isCfnResource(defaultChild) ? app.of(defaultChild).properties.RoleName : undefined;
  const name = own ?? role.roleName;
  return typeof name === 'string' && /^[\w+=,.@-]+$/.test(name) ? [name] : [];
}

const NONE = '[]';
const ROLES = new WeakMap<AppResource, string>();

function rolesOf(by: AppResource): string {
  const known = ROLES.get(by) ?? rolesIn(by);
  ROLES.set(by, known);
  return known;
}

/** The values that say with which role something runs, as JSON; a state machine passes roles on in its definition. */
function rolesIn({ type, properties, text }: AppResource): string {
  if (type === 'AWS::StepFunctions::StateMachine') return text;
  const found: unknown[] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (NAMED_BY_USER.has(name)) continue;
      if (RUNS_AS.test(name)) found.push(inner);
      else look(inner);
    }
  };
  look(properties);
  return JSON.stringify(found);
}

function shared(key: AttachableKey, role: IRole, user: CfnResource): string {
  return finding(
    'KEY_SHARED',
    `'${user.node.path}' runs with role '${role.node.path}', by which another workload reads key '${key.keyName}'; one key, one workload: give it a role of its own`,
  );
}
