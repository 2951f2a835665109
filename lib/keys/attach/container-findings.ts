// What is wrong with how a container with a key runs: its place, and the variables that ECS fills.
import { CfnTaskDefinition, ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import { finding } from '../../core/config-error';
import { AppResource, AppResources, listOf, part, Rendered } from './app-resources';
import { AttachableKey } from './attachable-key';
import { EcsLaunch, launchesOf, startersOf } from './ecs-launches';
import { warnOfUnwatchedLogs } from './log-group-advice';
import { placementUnknown, starterUnknown } from './placement-unknown';
import { plainSecretFindings } from './plain-secrets';
import { acknowledgeSettings } from './settings-only';
import { shownRendered } from './shown-rendered';
import { placeFindings } from './subnet-findings';

export interface AttachedContainer {
  readonly key: AttachableKey;
  readonly container: ContainerDefinition;
  readonly prefix: string;
  /** Why it may be unknown where tasks run. */
  readonly placement?: string;
}

export function containerFindings(app: AppResources, attached: AttachedContainer): string[] {
  const { key, container, prefix, placement } = attached;
  const task = container.taskDefinition;
  const definition = app.of(task.node.defaultChild as CfnTaskDefinition);
  const launches = launchesOf(app, task);
  const containers = listOf(definition.properties.ContainerDefinitions)?.map(part);
  const own = containers?.find(({ Name }) => Name === container.containerName);
  acknowledgeSettings(definition, container);
  warnOfUnwatchedLogs(key, definition, awsLogsGroup(own));
  return [
    ...networkFindings(key, definition),
    ...launches.flatMap((launch) => launchFindings(app, key, task.node.path, launch)),
    ...(placement
      ? []
      : startersOf(app, task).map((by) => starterUnknown(key, `task definition '${task.node.path}'`, by))),
    ...(launches.length === 0 && !placement
      ? [
          placementUnknown(
            key,
            `task definition '${task.node.path}'`,
            'no service, task set, rule or schedule',
            'RunTask',
          ),
        ]
      : []),
    ...plainSecretFindings(key, container.node.path, prefix, environmentNames(own && containers)),
  ];
}

/** Undefined where it cannot be known; null where nothing is logged to CloudWatch for certain. */
function awsLogsGroup(container: Rendered | undefined): unknown {
  if (!container) return undefined;
  const { LogDriver, Options } = part(container.LogConfiguration);
  if (LogDriver === undefined) return null;
  return LogDriver === 'awslogs' ? part(Options)['awslogs-group'] : undefined;
}

/** Of all containers, because one can stand in another's way or log; undefined where one name is not known. */
function environmentNames(containers: readonly Rendered[] | undefined): unknown[] | undefined {
  const names = containers?.flatMap(({ Environment = [] }) =>
    (listOf(Environment) ?? [undefined]).map((variable) => part(variable).Name),
  );
  return names?.every((name) => typeof name === 'string') ? names : undefined;
}

function networkFindings(key: AttachableKey, { resource, properties }: AppResource): string[] {
  const { NetworkMode: mode, RequiresCompatibilities: runsOn } = properties;
  const outside = (problem: string) =>
    finding(
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      `task definition '${resource.node.path}' with key '${key.keyName}' ${problem}`,
    );
  return [
    ...(mode === 'awsvpc'
      ? []
      : [
          outside(
            `has network mode ${mode === undefined ? "'bridge'" : shownRendered(mode)}, so that its tasks leave through whatever host they are on; use NetworkMode.AWS_VPC`,
          ),
        ]),
    ...(runsOn !== undefined && !listOf(runsOn)?.every(isInAws)
      ? [outside('may run on machines outside of AWS (EXTERNAL); use FARGATE or EC2')]
      : []),
  ];
}

const isInAws = (launchType: unknown) => ['FARGATE', 'EC2', 'MANAGED_INSTANCES'].includes(String(launchType));

function launchFindings(app: AppResources, key: AttachableKey, task: string, launch: EcsLaunch): string[] {
  const { by, launchType, assignPublicIp } = launch;
  const what = `task definition '${task}'`;
  const findings = placeFindings(app, key, { ...launch, what });
  if (assignPublicIp !== undefined && assignPublicIp !== 'DISABLED') {
    findings.push(
      finding(
        'WORKLOAD_PUBLIC_IP',
        `'${by.resource.node.path}' runs ${what} with key '${key.keyName}' and assignPublicIp ${shownRendered(assignPublicIp)}, an address that no exchange knows; set assignPublicIp to false`,
      ),
    );
  }
  if (launchType !== undefined && !isInAws(launchType)) {
    findings.push(
      finding(
        'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
        `'${by.resource.node.path}' runs ${what} with key '${key.keyName}' on machines outside of AWS (launch type ${typeof launchType === 'string' ? launchType : shownRendered(launchType)}); use FARGATE or EC2`,
      ),
    );
  }
  return findings;
}
