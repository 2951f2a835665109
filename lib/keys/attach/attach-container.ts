// Attaches a key to a container: who reads it, which variables the container gets, what is checked of where it runs.
import { CfnTaskDefinition, ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import { refuseLogCycle } from './attach-cycle';
import { AttachContainerOptions } from './attach-options';
import { AttachableKey } from './attachable-key';
import { allowReadingExchange, bindWorkload, claimPrefix, workloadVariables } from './bind-workload';
import { containerFindings } from './container-findings';
import { injectKey, requireInjectable } from './inject-key';
import { KeyDelivery } from './key-delivery';
import { refuseOtherUsers } from './other-users';
import { recordReason } from './placement-unknown';
import { roleKept } from './role-kept';
import { checkAtTheEnd } from './workload-checks';

export function attachContainer(
  key: AttachableKey,
  container: ContainerDefinition,
  options: AttachContainerOptions,
): void {
  const { taskDefinition: task } = container;
  const injected = (options.delivery ?? KeyDelivery.loader())._injected;
  const injection = injected && requireInjectable(key, task, injected);
  bindWorkload(key, task);
  const prefix = claimPrefix(key, container, options.prefix);
  const reader = injection ? injection.executionRole : task.taskRole;
  refuseLogCycle(key, task, reader, container.logDriverConfig?.options?.['awslogs-group']);
  key.grantRead(reader);
  const source = injection ? 'variables' : 'secret';
  for (const [name, value] of Object.entries(workloadVariables(key, task, prefix, source))) {
    container.addEnvironment(name, value);
  }
  allowReadingExchange(key, task, task.taskRole);
  if (injection) injectKey(key, container, prefix, injection);
  const placement = recordReason(key, task, 'acknowledgePlacement', options.acknowledgePlacement);
  checkAtTheEnd(key.construct, (app) => [
    ...roleKept(
      key,
      app.of(task.node.defaultChild as CfnTaskDefinition),
      injection ? 'ExecutionRoleArn' : 'TaskRoleArn',
      reader,
    ),
    ...containerFindings(app, { key, container, prefix, placement }),
    ...refuseOtherUsers(app, key, reader),
  ]);
}
