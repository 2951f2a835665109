// Attaches a key to a Lambda function.
import { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ConfigError } from '../../core/config-error';
import { part } from './app-resources';
import { refuseLogCycle } from './attach-cycle';
import { AttachOptions } from './attach-options';
import { AttachableKey } from './attachable-key';
import { allowReadingExchange, bindWorkload, claimPrefix, workloadVariables } from './bind-workload';
import { functionFindings } from './function-findings';
import { refuseOtherUsers } from './other-users';
import { roleKept } from './role-kept';
import { checkAtTheEnd } from './workload-checks';

export function attachFunction(key: AttachableKey, fn: LambdaFunction, options: AttachOptions): void {
  const { role } = fn;
  if (!role) {
    throw new ConfigError(
      'WORKLOAD_NOT_A_ROLE',
      `function '${fn.node.path}' has no role that is known here; attach key '${key.keyName}' to a function that is made in this app`,
      key.construct,
    );
  }
  bindWorkload(key, fn);
  const prefix = claimPrefix(key, fn, options.prefix);
  refuseLogCycle(key, fn, role, part((fn.node.defaultChild as CfnFunction).loggingConfig).logGroup);
  key.grantRead(role);
  for (const [name, value] of Object.entries(workloadVariables(key, fn, prefix, 'secret'))) {
    fn.addEnvironment(name, value);
  }
  allowReadingExchange(key, fn, role);
  checkAtTheEnd(key.construct, (app) => [
    ...roleKept(key, app.of(fn.node.defaultChild as CfnFunction), 'Role', role),
    ...functionFindings(app, { key, fn, prefix }),
    ...refuseOtherUsers(app, key, role),
  ]);
}
