// What in an app starts tasks of a task definition: services, task sets, rules and schedules; and where it puts them.
import { Token } from 'aws-cdk-lib';
import { TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { AppResource, AppResources, listOf, part, Rendered } from './app-resources';
import { holdsName, mentions } from './references';

export interface EcsLaunch {
  readonly by: AppResource;
  readonly launchType: unknown;
  readonly subnets: unknown;
  readonly securityGroups: unknown;
  readonly assignPublicIp: unknown;
}

/** All launches of the task definition; what could start it starts it. */
export function launchesOf(app: AppResources, task: TaskDefinition): EcsLaunch[] {
  const services = app
    .ofType('AWS::ECS::Service', 'AWS::ECS::TaskSet')
    .filter((by) => names(by, by.properties.TaskDefinition, task))
    .map((by) => launch(by, by.properties));
  const rules = app
    .ofType('AWS::Events::Rule')
    .flatMap((by) =>
      (listOf(by.properties.Targets) ?? []).map((target) => ({ by, ecs: part(part(target).EcsParameters) })),
    );
  const schedules = app
    .ofType('AWS::Scheduler::Schedule')
    .map((by) => ({ by, ecs: part(part(by.properties.Target).EcsParameters) }));
  const started = [...rules, ...schedules].filter(({ by, ecs }) => names(by, ecs.TaskDefinitionArn, task));
  return [...services, ...started.map(({ by, ecs }) => launch(by, ecs))];
}

/** What else names the task definition, and so may start it: state machines, pipes, functions that are told its ARN. */
export function startersOf(app: AppResources, task: TaskDefinition): AppResource[] {
  const read = new Set(launchesOf(app, task).map(({ by }) => by));
  return app.all.filter(
    (by) =>
      !read.has(by) &&
      by.resource !== task.node.defaultChild &&
      !STARTS_NOTHING.test(by.type) &&
      (mentions(by, by.text, task.taskDefinitionArn) || (NAMES_FAMILY.has(by.type) && names(by, by.properties, task))),
  );
}

/** A policy says what may be done, a nested stack's resources are seen by themselves. */
const STARTS_NOTHING = /^AWS::(IAM|CloudFormation|SSM)::/;
/** Where a text like a family is one. */
const NAMES_FAMILY = new Set(['AWS::StepFunctions::StateMachine', 'AWS::Scheduler::Schedule', 'AWS::Pipes::Pipe']);

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

/** By a reference, in a condition too, or by its family, with or without a revision. */
function names(by: AppResource, value: unknown, task: TaskDefinition): boolean {
  const text = JSON.stringify(value ?? null);
  if (mentions(by, text, task.taskDefinitionArn)) return true;
  return !Token.isUnresolved(task.family) && holdsName(text, task.family, '(?::\\d*)?');
}
