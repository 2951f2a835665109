// Starts a new deployment of one ECS service after a rotation, unless one has begun since. Throws whatever is in the way, so
// that Lambda calls again and at last leaves the event in the dead-letter queue, where an alarm sees it.
import { DescribeServicesCommand, type ECSClient, type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { awsRefusal, refusalOf } from '../shared/aws-refusal';
import { log } from '../shared/logger';
import { Refusal, shown } from '../shared/refusal';

export interface RedeployDependencies {
  readonly keyName: string;
  /** ARN of the cluster. */
  readonly cluster: string;
  readonly service: string;
  readonly ecs: ECSClient;
}

/** CloudTrail tells whole seconds: a deployment in the same second may have begun before the rotation ended. */
const CLOCK_STEP_MS = 1000;

/** Errors of ECS that say that there is nothing to redeploy any more. */
const GONE = ['ServiceNotFoundException', 'ServiceNotActiveException', 'ClusterNotFoundException'];

export function createRedeploy(dependencies: RedeployDependencies): (event: unknown) => Promise<void> {
  const { keyName, service: resourceId } = dependencies;
  return async (event) => {
    try {
      const rotatedAt = rotationTime(event);
      const deployed = hasDeploymentSince(await describe(dependencies), rotatedAt + CLOCK_STEP_MS);
      // A repeated event, or somebody was faster.
      if (!deployed) await forceDeployment(dependencies);
      const outcome = deployed ? 'deployed already' : 'deployment started';
      log('the service takes over the new key', { operation: 'redeploy', keyName, resourceId, outcome });
    } catch (error) {
      const refusal = refusalOf(error);
      const fields = { operation: 'redeploy', keyName, resourceId, code: refusal.code, detail: refusal.message };
      log('the service was not redeployed', { ...fields, outcome: 'failed' });
      throw refusal;
    }
  };
}

/** When the rotation ended, in milliseconds. */
function rotationTime(event: unknown): number {
  const { detail } = fieldsOf(event);
  const { eventName, eventTime } = fieldsOf(detail);
  const time = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN;
  if (eventName === 'RotationSucceeded' && Number.isFinite(time)) return time;
  throw new Refusal(
    'REDEPLOY_EVENT_MALFORMED',
    `expected the event RotationSucceeded with its eventTime, got ${shown(eventName)} at ${shown(eventTime)}; invoke this function by its rule only`,
  );
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

async function describe(dependencies: RedeployDependencies): Promise<Service> {
  const { ecs, cluster, service: name } = dependencies;
  const answer = await ecs
    .send(new DescribeServicesCommand({ cluster, services: [name] }))
    .catch((error: unknown) => refuse('ecs:DescribeServices', dependencies, error));
  const [service] = answer.services ?? [];
  if (service?.status === 'ACTIVE') return service;
  const reason = service?.status ?? answer.failures?.[0]?.reason;
  if (reason === 'MISSING' || (service && reason)) throw gone(dependencies, reason);
  throw new Refusal(
    'AWS_ANSWER_UNUSABLE',
    `an answer of AWS could not be read (ecs:DescribeServices told neither the state of the service nor that it is missing: ${shown(reason)}); try again and report it if it stays`,
  );
}

/** The newest deployment is the primary one; all of its tasks began after it did. */
function hasDeploymentSince({ deployments = [] }: Service, time: number): boolean {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return primary?.createdAt !== undefined && primary.createdAt.getTime() >= time;
}

async function forceDeployment(dependencies: RedeployDependencies): Promise<void> {
  const { ecs, cluster, service } = dependencies;
  await ecs
    .send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }))
    .catch((error: unknown) => refuse('ecs:UpdateService', dependencies, error));
}

function refuse(action: string, dependencies: RedeployDependencies, error: unknown): never {
  const { name } = error instanceof Error ? error : new Error(String(error));
  if (GONE.includes(name)) throw gone(dependencies, name);
  throw awsRefusal(action, dependencies.service, error);
}

function gone({ service, cluster, keyName }: RedeployDependencies, reason: string): Refusal {
  return new Refusal(
    'REDEPLOY_SERVICE_GONE',
    `service '${service}' of cluster '${cluster}' is not active (${reason}), so that nothing takes over the new version of key '${keyName}'; deploy the stack of the service again, or stop attaching the key to it`,
  );
}
