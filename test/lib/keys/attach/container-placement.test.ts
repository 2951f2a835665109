// Where tasks with a key may run: workload subnets of the key's environment, without a public address; as the template says in the end.
import { Aspects, CfnParameter, CfnResource, Fn } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import {
  CfnService,
  CfnTaskDefinition,
  CfnTaskSet,
  Cluster,
  Compatibility,
  Ec2Service,
  ExternalService,
  ExternalTaskDefinition,
  LogDriver,
  NetworkMode,
  TaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { EgressNetwork } from '../../../../lib';
import { compliantTemplate } from '../../../support/egress';
import {
  addService,
  addTask,
  BOT,
  BotScenario,
  codesOf,
  findingsOf,
  only,
  otherNetwork,
  withService,
  withUnattachedKey,
} from './scenario';

describe('where tasks may run', () => {
  type Change = (scenario: BotScenario & { service: CfnService }) => void;
  const rendered = (change: Change) => {
    const scenario = withService();
    scenario.key.attachToContainer(scenario.container);
    const service = scenario.service.node.findChild('Service') as CfnService;
    change({ ...scenario, service });
    return findingsOf(scenario.app);
  };
  const NETWORK = 'NetworkConfiguration.AwsvpcConfiguration';

  test.each<[string, string, Change, string]>([
    [
      'a public address',
      'WORKLOAD_PUBLIC_IP',
      ({ service }) => service.addPropertyOverride(`${NETWORK}.AssignPublicIp`, 'ENABLED'),
      "'ENABLED'",
    ],
    [
      'perhaps a public address',
      'WORKLOAD_PUBLIC_IP',
      ({ service, bots }) =>
        service.addPropertyOverride(`${NETWORK}.AssignPublicIp`, new CfnParameter(bots, 'Public').valueAsString),
      'Ref',
    ],
    [
      'a literal subnet',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service }) => service.addPropertyOverride(`${NETWORK}.Subnets`, ['subnet-0123456789abcdef0']),
      "'subnet-0123456789abcdef0'",
    ],
    [
      'one subnet too many',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service }) => service.addPropertyOverride(`${NETWORK}.Subnets.2`, Fn.importValue('Other')),
      'Fn::ImportValue',
    ],
    [
      'subnets of a parameter',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service, bots }) =>
        service.addPropertyOverride(
          `${NETWORK}.Subnets`,
          new CfnParameter(bots, 'Subnets', { type: 'List<AWS::EC2::Subnet::Id>' }).valueAsList,
        ),
      'not known at synth',
    ],
    [
      'no subnets',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service }) => service.addPropertyOverride(`${NETWORK}.Subnets`, []),
      'names no subnets',
    ],
    [
      'no network configuration',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service }) => service.addPropertyDeletionOverride('NetworkConfiguration'),
      'names no subnets',
    ],
    [
      'machines outside of AWS',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service }) => service.addPropertyOverride('LaunchType', 'EXTERNAL'),
      'launch type EXTERNAL',
    ],
    [
      'the public subnets of the network',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ service, network }) => {
        const subnet = network.node.findAll().find(({ node }) => node.id.startsWith('PublicSubnet')) as CfnResource;
        service.addPropertyOverride(`${NETWORK}.Subnets`, [subnet.ref]);
      },
      'names subnet',
    ],
    [
      'a bridge',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ task }) => (task.node.defaultChild as CfnTaskDefinition).addPropertyOverride('NetworkMode', 'bridge'),
      "'bridge'",
    ],
  ])('not with %s: %s', (_, code, change, part) => {
    const findings = rendered(change);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(part);
    expect(findings[0]).toContain(`[${code}]`);
  });

  test.each<[string, Change]>([
    [
      'a launch type of a parameter',
      ({ service, bots }) => service.addPropertyOverride('LaunchType', new CfnParameter(bots, 'Type').valueAsString),
    ],
    [
      'perhaps machines outside of AWS',
      ({ task }) =>
        (task.node.defaultChild as CfnTaskDefinition).addPropertyOverride(
          'RequiresCompatibilities',
          Fn.conditionIf('Outside', ['EXTERNAL'], ['FARGATE']),
        ),
    ],
    [
      'a second service that perhaps runs it',
      ({ bots, task }) =>
        new CfnService(bots, 'Second', { taskDefinition: Fn.conditionIf('X', task.taskDefinitionArn, 'b').toString() }),
    ],
    [
      'a second service by an ARN of the family',
      ({ bots, task }) =>
        new CfnService(bots, 'Second', {
          taskDefinition: `arn:${bots.partition}:ecs:eu-west-1:111122223333:task-definition/${task.family}:3`,
        }),
    ],
  ])('not with %s', (_, change) => {
    expect(rendered(change).map((line) => /\[([A-Z_]+)\]$/.exec(line)?.[1])).toEqual([
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
    ]);
  });

  describe('beside a service that is right, what starts tasks by', () => {
    const resource = (type: string, properties: (scenario: BotScenario) => Record<string, unknown>) =>
      [
        type,
        (scenario: BotScenario) =>
          new CfnResource(scenario.bots, 'Starter', { type, properties: properties(scenario) }),
      ] as const;
    const starters = [
      resource('AWS::StepFunctions::StateMachine', ({ task }) => ({
        DefinitionString: JSON.stringify({ Parameters: { TaskDefinition: task.family } }),
      })),
      resource('AWS::Pipes::Pipe', ({ task }) => ({
        TargetParameters: { EcsTaskParameters: { TaskDefinitionArn: task.taskDefinitionArn } },
      })),
      resource('AWS::Lambda::Function', ({ task }) => ({
        Environment: { Variables: { TASK: task.taskDefinitionArn } },
      })),
      resource('AWS::Scheduler::Schedule', ({ task }) => ({
        Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', Input: `{"TaskDefinition":"${task.family}:7"}` },
      })),
    ];

    test.each(starters)('%s is unknown, unless its place is acknowledged', (type, start) => {
      for (const acknowledgePlacement of [undefined, 'the state machine names both workload subnets']) {
        const scenario = withService();
        scenario.key.attachToContainer(scenario.container, { acknowledgePlacement });
        start(scenario);
        const findings = findingsOf(scenario.app);
        expect(findings).toHaveLength(acknowledgePlacement ? 0 : 1);
        if (!acknowledgePlacement)
          expect(findings[0]).toMatch(`'Bots/Starter' (${type}) names task definition 'Bots/Task'`);
      }
    });

    test.each([
      resource('AWS::SSM::Parameter', ({ task }) => ({ Value: task.taskDefinitionArn })),
      resource('AWS::IAM::ManagedPolicy', ({ task }) => ({ PolicyDocument: { Resource: task.taskDefinitionArn } })),
    ])('%s starts nothing', (_, start) => {
      const scenario = withService();
      scenario.key.attachToContainer(scenario.container);
      start(scenario);
      expect(codesOf(scenario.app)).toEqual([]);
    });
  });

  test('what an aspect changes at last is seen', () => {
    const findings = rendered(({ bots }) =>
      Aspects.of(bots).add({
        visit: (node) => {
          if (CfnService.isCfnService(node)) node.addPropertyOverride(`${NETWORK}.AssignPublicIp`, 'ENABLED');
        },
      }),
    );
    expect(findings.join()).toContain('[WORKLOAD_PUBLIC_IP]');
  });

  test('nothing runs the task definition', () => {
    const { app, key, container } = addTask(withUnattachedKey());
    key.attachToContainer(container);
    expect(codesOf(app)).toEqual(['WORKLOAD_PLACEMENT_UNKNOWN']);
  });

  test('an acknowledged placement is in the metadata of the task definition', () => {
    const { bots, key, container } = addTask(withUnattachedKey());
    key.attachToContainer(container, {
      acknowledgePlacement: ' started by the scheduler of desk 1, in both workload subnets ',
    });
    compliantTemplate(bots);
    expect(only(bots, 'AWS::ECS::TaskDefinition').Metadata).toMatchObject({
      'exchange-keys:acknowledgePlacement:dev-trader-bot-a':
        'started by the scheduler of desk 1, in both workload subnets',
    });
  });

  test('a blank reason acknowledges nothing, and a reason excuses no service that is wrong', () => {
    const blank = addTask(withUnattachedKey());
    blank.key.attachToContainer(blank.container, { acknowledgePlacement: '  ' });
    expect(codesOf(blank.app)).toEqual(['WORKLOAD_PLACEMENT_UNKNOWN']);
    const wrong = withService({}, { service: { assignPublicIp: true } });
    wrong.key.attachToContainer(wrong.container, { acknowledgePlacement: 'also by RunTask' });
    expect(codesOf(wrong.app)).toContain('WORKLOAD_PUBLIC_IP');
  });

  test('each of several services counts, also one that names the family', () => {
    const scenario = withService();
    scenario.key.attachToContainer(scenario.container);
    addService(scenario, { assignPublicIp: false }, 'Second');
    new CfnService(scenario.bots, 'ByFamily', { taskDefinition: `${scenario.task.family}:3`, cluster: 'other' });
    const findings = findingsOf(scenario.app);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain("'Bots/ByFamily'");
  });

  const awsvpc = (subnets: string[], AssignPublicIp?: string) => ({ subnets, assignPublicIp: AssignPublicIp });
  test.each<[string, (scenario: BotScenario, subnets: string[], publicIp?: string) => void]>([
    [
      'a task set',
      ({ bots, task }, subnets, publicIp) =>
        new CfnTaskSet(bots, 'TaskSet', {
          cluster: 'c',
          service: 's',
          taskDefinition: task.taskDefinitionArn,
          networkConfiguration: { awsVpcConfiguration: awsvpc(subnets, publicIp) },
        }),
    ],
    [
      'a rule',
      ({ bots, task }, subnets, publicIp) =>
        new CfnRule(bots, 'Rule', {
          scheduleExpression: 'rate(1 day)',
          targets: [
            {
              id: 'T',
              arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/c',
              ecsParameters: {
                taskDefinitionArn: task.taskDefinitionArn,
                networkConfiguration: { awsVpcConfiguration: awsvpc(subnets, publicIp) },
              },
            },
          ],
        }),
    ],
    [
      'a schedule',
      ({ bots, task }, subnets, publicIp) =>
        new CfnSchedule(bots, 'Schedule', {
          flexibleTimeWindow: { mode: 'OFF' },
          scheduleExpression: 'rate(1 day)',
          target: {
            arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/c',
            roleArn: 'arn:aws:iam::111122223333:role/r',
            ecsParameters: {
              taskDefinitionArn: task.taskDefinitionArn,
              networkConfiguration: { awsvpcConfiguration: awsvpc(subnets, publicIp) },
            },
          },
        }),
    ],
  ])('%s is held against the same', (_, start) => {
    const right = addTask(withUnattachedKey());
    right.key.attachToContainer(right.container);
    start(
      right,
      right.network.workloadSubnets.map(({ subnetId }) => subnetId),
    );
    expect(codesOf(right.app)).toEqual([]);
    const wrong = addTask(withUnattachedKey());
    wrong.key.attachToContainer(wrong.container);
    start(wrong, ['subnet-0123456789abcdef0'], 'ENABLED');
    expect(codesOf(wrong.app)).toEqual(['WORKLOAD_OUTSIDE_EGRESS_NETWORK', 'WORKLOAD_PUBLIC_IP']);
  });

  test.each([
    [NetworkMode.AWS_VPC, []],
    [NetworkMode.HOST, ['WORKLOAD_OUTSIDE_EGRESS_NETWORK', 'WORKLOAD_OUTSIDE_EGRESS_NETWORK']],
  ])('tasks on EC2 in network mode %s', (networkMode, expected) => {
    const scenario = withUnattachedKey();
    const { app, bots, role, key, ring, network } = scenario;
    const task = new TaskDefinition(bots, 'Task', { compatibility: Compatibility.EC2, networkMode, taskRole: role });
    const logging = LogDriver.awsLogs({ streamPrefix: 'bot', logGroup: ring.requestLogs });
    const container = task.addContainer('Bot', { image: BOT, memoryLimitMiB: 64, logging });
    key.attachToContainer(container);
    const cluster = new Cluster(bots, 'Cluster', { vpc: network.vpc });
    cluster.addCapacity('Hosts', { instanceType: new InstanceType('t4g.nano') });
    const place = { vpcSubnets: { subnets: network.workloadSubnets }, securityGroups: [network.workloadSecurityGroup] };
    new Ec2Service(bots, 'Ec2', {
      cluster,
      taskDefinition: task,
      ...(networkMode === NetworkMode.AWS_VPC && place),
    });
    expect(codesOf(app)).toEqual(expected);
  });

  test('ECS Anywhere is outside by nature', () => {
    const { app, bots, role, key, network } = withUnattachedKey();
    const task = new ExternalTaskDefinition(bots, 'Task', { taskRole: role });
    const container = task.addContainer('Bot', { image: BOT, memoryLimitMiB: 64 });
    const cluster = new Cluster(bots, 'Cluster', { vpc: network.vpc });
    new ExternalService(bots, 'External', { cluster, taskDefinition: task });
    key.attachToContainer(container);
    const findings = findingsOf(app).join('\n');
    expect(findings).toContain('launch type EXTERNAL');
    expect(findings).toContain('may run on machines outside of AWS');
  });

  test('in a network of another environment', () => {
    const scenario = addTask(withUnattachedKey());
    const other = otherNetwork(scenario.app, 'Staging', 'staging');
    addService(scenario, {
      vpcSubnets: { subnets: other.workloadSubnets },
      securityGroups: [other.workloadSecurityGroup],
    });
    scenario.key.attachToContainer(scenario.container);
    const findings = findingsOf(scenario.app);
    expect(findings).toHaveLength(2);
    for (const line of findings) {
      expect(line).toContain("network 'StagingNetwork/Network' of 'staging'");
      expect(line).toContain('[WORKLOAD_OF_OTHER_ENVIRONMENT]');
    }
  });

  test('in another network of the same environment', () => {
    const scenario = addTask(withUnattachedKey());
    const other: EgressNetwork = otherNetwork(scenario.app, 'Second', 'dev');
    addService(scenario, {
      vpcSubnets: { subnets: other.workloadSubnets },
      securityGroups: [other.workloadSecurityGroup],
    });
    scenario.key.attachToContainer(scenario.container);
    expect(codesOf(scenario.app)).toEqual([]);
  });
});
