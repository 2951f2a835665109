// Builds workloads with a key: a Fargate service, a function, instances, each in a stack of its own beside the ring's.
import { App, AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerDefinition,
  ContainerDefinitionOptions,
  ContainerImage,
  ContainerInsights,
  FargateService,
  FargateServiceProps,
  FargateTaskDefinition,
  FargateTaskDefinitionProps,
  LogDriver,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EgressAddresses, EgressNetwork, ExchangeKey, ExchangeKeyProps } from '../../../../lib';
import { ACCOUNT, Resource, resourcesOf, stackIn } from '../../../support/egress';
import { RingOptions, RingScenario, TRADER, withRing } from '../../../support/keys';

export const BOT = ContainerImage.fromRegistry('registry.example/bot:1');

/** The one resource of a type in a stack's template. */
export function only(stack: Stack, type: string): Resource {
  const found = Object.values(resourcesOf(Template.fromStack(stack), type));
  expect(found).toHaveLength(1);
  return found[0];
}

export interface KeyScenario extends RingScenario {
  readonly key: ExchangeKey;
  readonly network: EgressNetwork;
  /** Of the workload. */
  readonly bots: Stack;
  /** Made in the key's stack. */
  readonly role: Role;
}

export interface KeyOptions {
  readonly ring?: RingOptions;
  readonly key?: Partial<ExchangeKeyProps>;
  readonly service?: string;
}

/** A ring with a key, and a stack for its workload. */
export function withUnattachedKey(
  { ring: ringOptions, key: props, service }: KeyOptions = {},
  appProps?: AppProps,
): KeyScenario {
  const scenario = withRing(ringOptions, appProps);
  const { app, ring, networkStack, stack } = scenario;
  const key = ring.addKey('TraderBotA', { ...TRADER, ...props });
  const role = new Role(stack, 'BotRole', { assumedBy: new ServicePrincipal(service ?? 'ecs-tasks.amazonaws.com') });
  const network = networkStack.node.findChild('Network') as EgressNetwork;
  return { ...scenario, key, network, bots: stackIn(app, 'Bots'), role };
}

export interface BotOptions {
  readonly task?: Partial<FargateTaskDefinitionProps>;
  readonly service?: Partial<FargateServiceProps>;
  readonly container?: Partial<ContainerDefinitionOptions>;
  readonly scope?: Stack;
}

export interface BotScenario extends KeyScenario {
  readonly task: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly cluster: Cluster;
}

/** A task definition with one container that logs to the ring's log group; nothing runs it yet. */
export function addTask(scenario: KeyScenario, options: BotOptions = {}): BotScenario {
  const { ring, network, role } = scenario;
  const scope = options.scope ?? scenario.bots;
  const task = new FargateTaskDefinition(scope, 'Task', { taskRole: role, ...options.task });
  const container = task.addContainer('Bot', {
    image: BOT,
    logging: LogDriver.awsLogs({ streamPrefix: 'bot', logGroup: ring.requestLogs }),
    ...options.container,
  });
  const cluster = new Cluster(scope, 'Cluster', {
    vpc: network.vpc,
    containerInsightsV2: ContainerInsights.ENABLED,
  });
  return { ...scenario, task, container, cluster };
}

/** Runs the task definition as a service in the workload subnets. */
export function addService(
  scenario: BotScenario,
  props: Partial<FargateServiceProps> = {},
  id = 'Service',
): FargateService {
  const { task, cluster, network } = scenario;
  return new FargateService(Stack.of(task), id, {
    taskDefinition: task,
    cluster,
    minHealthyPercent: 100,
    vpcSubnets: { subnets: network.workloadSubnets },
    securityGroups: [network.workloadSecurityGroup],
    ...props,
  });
}

/** A key, and a service with a container that is not attached yet. */
export function withService(
  keyOptions: KeyOptions = {},
  options: BotOptions = {},
): BotScenario & { service: FargateService } {
  const scenario = addTask(withUnattachedKey(keyOptions), options);
  return { ...scenario, service: addService(scenario, options.service) };
}

/** The network of another environment or region, in stacks of its own. */
export function otherNetwork(app: App, id: string, environment: string, region = 'eu-west-1'): EgressNetwork {
  const env = { account: ACCOUNT, region };
  const addresses = new EgressAddresses(
    new Stack(app, `${id}Addresses`, { env, terminationProtection: true }),
    'Egress',
    {
      environment,
      availabilityZones: [`${region}a`, `${region}b`],
    },
  );
  return new EgressNetwork(new Stack(app, `${id}Network`, { env }), 'Network', { addresses });
}

/** A group of the user's own in the network's VPC. */
export function ownSecurityGroup({ bots, network }: KeyScenario): SecurityGroup {
  return new SecurityGroup(bots, 'OwnGroup', { vpc: network.vpc, description: 'metrics', allowAllOutbound: false });
}

/** The findings with which the app's synth ends, by their codes; empty when it succeeds. */
export function findingsOf(app: App): string[] {
  try {
    app.synth();
    return [];
  } catch (error) {
    return [...String(error).matchAll(/^.*\[[A-Z0-9_]+\]$/gm)].map(([line]) => line.trim());
  }
}

/** The codes of the findings. */
export function codesOf(app: App): string[] {
  return findingsOf(app).map((line) => /\[([A-Z0-9_]+)\]$/.exec(line)?.[1] ?? line);
}
