// Attaches a key to the role of EC2 instances.
import { IRole } from 'aws-cdk-lib/aws-iam';
import { AttachInstanceRoleOptions } from './attach-options';
import { AttachableKey } from './attachable-key';
import { allowReadingExchange, bindWorkload, claimPrefix, workloadVariables } from './bind-workload';
import { instanceFindings } from './instance-findings';
import { refuseOtherUsers } from './other-users';
import { recordReason } from './placement-unknown';
import { checkAtTheEnd } from './workload-checks';

/** The variables, which nobody but the user can bring to the instance. */
export function attachInstanceRole(
  key: AttachableKey,
  role: IRole,
  options: AttachInstanceRoleOptions,
): { [name: string]: string } {
  bindWorkload(key, role);
  const prefix = claimPrefix(key, role, options.prefix);
  key.grantRead(role);
  allowReadingExchange(key, role, role);
  const placement = recordReason(key, role, 'acknowledgePlacement', options.acknowledgePlacement);
  checkAtTheEnd(key.construct, (app) => [
    ...instanceFindings(app, key, role, placement),
    ...refuseOtherUsers(app, key, role),
  ]);
  return { ...workloadVariables(key, role, prefix, 'secret') };
}
