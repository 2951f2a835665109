// What in an app starts tasks of a task definition: services, task sets, rules and schedules; and where it puts them.
import { Token } from 'aws-cdk-lib';
import { TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { AppResource, AppResources, listOf, part, Rendered, refersTo } from './app-resources';

export interface EcsLaunch {
  readonly by: AppResource;
  readonly launchType: unknown;
  readonly subnets: unknown;
  readonly securityGroups: unknown;
  readonly assignPublicIp: unknown;
}

/** All launches of the task definition. */
export function launchesOf(app: AppResources, task: TaskDefinition): EcsLaunch[] {
  const starts = (by: AppResource, value: unknown) =>
    refersTo(by, value, task.taskDefinitionArn) || namesFamily(value, task.family);
  const services = app
    .ofType('AWS::ECS::Service', 'AWS::ECS::TaskSet')
    .filter((by) => starts(by, by.properties.TaskDefinition))
    .map((by) => launch(by, by.properties));
  const rules = app
    .ofType('AWS::Events::Rule')
    .flatMap((by) =>
      (listOf(by.properties.Targets) ?? []).map((target) => ({ by, ecs: part(part(target).EcsParameters) })),
    );
  const schedules = app
    .ofType('AWS::Scheduler::Schedule')
    .map((by) => ({ by, ecs: part(part(by.properties.Target).EcsParameters) }));
  const started = [...rules, ...schedules].filter(({ by, ecs }) => starts(by, ecs.TaskDefinitionArn));
  return [...services, ...started.map(({ by, ecs }) => launch(by, ecs))];
}

function launch(by: AppResource, given: Rendered): EcsLaunch {
  const network = part(given.NetworkConfiguration);
  // a rule spells it in another way than a service
  const { Subnets, SecurityGroups, AssignPublicIp } = part(network.AwsvpcConfiguration ?? network.AwsVpcConfiguration);
  return {
    by,
    launchType: given.LaunchType,
    subnets: Subnets,
    securityGroups: SecurityGroups,
    assignPublicIp: AssignPublicIp,
  };
}

/** A service may name the family, with or without a revision. */
function namesFamily(value: unknown, family: string): boolean {
  return typeof value === 'string' && !Token.isUnresolved(family) && value.split(':')[0] === family;
}
