// A key whose values ECS puts into a container's environment: what that needs, and what redeploys after a rotation.
import { Stack, Token } from 'aws-cdk-lib';
import { BaseService, ContainerDefinition, Secret, TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Grant, IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import { loaderVariables } from '../../../contract/workload';
import { ConfigError } from '../../core/config-error';
import { refuseCycle } from './attach-cycle';
import { AttachableKey } from './attachable-key';
import { InjectedDeliveryProps } from './key-delivery';
import { recordReason } from './placement-unknown';
import { redeployOnRotation } from './redeploy-on-rotation';

export interface Injection {
  /** Who reads the secret. */
  readonly executionRole: IRole;
  /** What is redeployed; undefined where people see to it. */
  readonly service?: BaseService;
}

/** Refuses what could never get another key, and what CloudFormation could not deploy. */
export function requireInjectable(key: AttachableKey, task: TaskDefinition, props: InjectedDeliveryProps): Injection {
  if (!key.refresh?._byRedeployment) {
    throw new ConfigError(
      'KEY_NEVER_REFRESHED',
      `key '${key.keyName}' ${key.refresh ? 'is refreshed by polling' : "has no 'refresh'"}, but injected values are read when a task starts and never again: give the key 'refresh: KeyRefresh.onRedeploy(...)' with the time a redeployment takes, or use KeyDelivery.loader(), which reads again by itself`,
      key.construct,
    );
  }
  requireHome(key, task);
  const service = requireRedeployment(key, task, props);
  const executionRole = task.obtainExecutionRole();
  refuseCycle(key, task, executionRole, {
    refers: 'names the secret of',
    wayOut:
      "make the execution role in stack '<keys>', log to the ring's 'requestLogs', and pass the role as 'executionRole'; or use KeyDelivery.loader(), which needs the secret's name only",
  });
  return { executionRole, service };
}

/** A copy has another ARN, which nothing here knows, and rotations are told at home only. */
function requireHome({ keyName, ring, construct }: AttachableKey, task: TaskDefinition): void {
  const { region } = Stack.of(task);
  if (region === ring.region) return;
  throw new ConfigError(
    'INJECTED_AWAY_FROM_HOME',
    `task definition '${task.node.path}' is in ${Token.isUnresolved(region) ? 'no explicit region' : region}, values of key '${keyName}' are injected in ${ring.region} only; use KeyDelivery.loader() in other regions`,
    construct,
  );
}

function requireRedeployment(
  key: AttachableKey,
  task: TaskDefinition,
  props: InjectedDeliveryProps,
): BaseService | undefined {
  const { redeployOnRotation: service } = props;
  const reason = recordReason(key, task, 'acknowledgeManualRedeploy', props.acknowledgeManualRedeploy);
  if ((service === undefined) === (reason === undefined)) {
    throw new ConfigError(
      'REDEPLOY_UNDECIDED',
      `injected values of key '${key.keyName}' change by a redeployment only, and ${service ? 'both' : 'neither'} 'redeployOnRotation' ${service ? 'and' : 'nor'} 'acknowledgeManualRedeploy' ${service ? 'are' : 'is'} given; name the service to redeploy, or say who redeploys it and how`,
      key.construct,
    );
  }
  if (service && service.taskDefinition !== task) {
    throw new ConfigError(
      'REDEPLOY_OF_OTHER_SERVICE',
      `'redeployOnRotation' is '${service.node.path}', which runs '${service.taskDefinition.node.path}' and not '${task.node.path}', which has key '${key.keyName}'; name the service that runs the container`,
      key.construct,
    );
  }
  return service;
}

/** The fields of the key document, by the variables that ECS fills. */
export function injectKey(
  key: AttachableKey,
  container: ContainerDefinition,
  prefix: string,
  { service }: Injection,
): void {
  const names = loaderVariables(prefix);
  const fields: [string, string][] = [
    [names.apiKey, 'apiKey'],
    [names.apiSecret, 'apiSecret'],
    [names.keyVersion, 'versionId'],
    ...(key.exchange._usesPassphrase ? [[names.apiPassphrase, 'passphrase'] as [string, string]] : []),
  ];
  for (const [name, field] of fields) container.addSecret(name, new KeyField(key.secretArn, field));
  if (service) redeployOnRotation(key, service);
}

/** A field of the current version. ECS must send the label: the secret's policy denies every other request. */
class KeyField extends Secret {
  public readonly arn: string;
  public readonly hasField = true;

  constructor(secretArn: string, field: string) {
    super();
    this.arn = `${secretArn}:${field}:AWSCURRENT:`;
  }

  /** Nothing to add: who reads is in the secret's policy. */
  public grantRead(grantee: IGrantable): Grant {
    return Grant.drop(grantee, 'the policy of the secret names the reader');
  }
}
