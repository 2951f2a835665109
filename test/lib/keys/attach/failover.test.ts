// A key in other regions: where its secret has copies, one workload in each.
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Cluster, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { KeyDelivery, KeyRefresh } from '../../../../lib';
import { refusal } from '../../../support/config-error';
import { ACCOUNT, resourcesOf } from '../../../support/egress';
import { addService, addTask, BOT, codesOf, KeyOptions, otherNetwork, withUnattachedKey } from './scenario';

const ecs = new ServicePrincipal('ecs-tasks.amazonaws.com');
const REPLICATED: KeyOptions = { ring: { replicaRegions: [{ region: 'us-east-1' }] } };

/** A workload at home, and the parts of one in Virginia. */
function twoRegions(options: KeyOptions = REPLICATED) {
  const home = addTask(withUnattachedKey(options));
  addService(home);
  const { app, stack } = home;
  const network = otherNetwork(app, 'Virginia', 'dev', 'us-east-1');
  const bots = new Stack(app, 'VirginiaBots', { env: { account: ACCOUNT, region: 'us-east-1' } });
  // IAM is global: a role for the other region, in the key's stack
  const role = new Role(stack, 'VirginiaRole', { roleName: 'bot-virginia', assumedBy: ecs });
  const cluster = new Cluster(bots, 'Cluster', { vpc: network.vpc });
  const addBot = (id: string) => {
    const task = new FargateTaskDefinition(bots, `${id}Task`, { taskRole: role });
    const container = task.addContainer('Bot', { image: BOT });
    new FargateService(bots, id, {
      cluster,
      taskDefinition: task,
      vpcSubnets: { subnets: network.workloadSubnets },
      securityGroups: [network.workloadSecurityGroup],
    });
    return container;
  };
  return { ...home, virginia: { bots, role, network, addBot } };
}

test('both regions have the key by its one name, and a configuration of the exchange of their own', () => {
  const { app, stack, key, container, role, virginia } = twoRegions();
  key.grantRead(role, virginia.role);
  key.attachToContainer(container);
  key.attachToContainer(virginia.addBot('Bot'));
  expect(codesOf(app)).toEqual([]);
  const template = Template.fromStack(virginia.bots);
  const [task] = Object.values(resourcesOf(template, 'AWS::ECS::TaskDefinition'));
  const [{ Environment }] = task.Properties.ContainerDefinitions as { Environment: unknown[] }[];
  const copy = '/exchange-keys/dev/exchange/xxkk/VirginiaBots';
  expect(Environment).toContainEqual({ Name: 'XXKK_SECRET_ID', Value: 'exchange-keys/dev/dev-trader-bot-a' });
  expect(Environment).toContainEqual({ Name: 'XXKK_EXCHANGE_PARAMETER', Value: copy });
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: copy });
  const home = Template.fromStack(stack);
  const [original] = Object.values(home.findResources('AWS::SSM::Parameter')).filter(
    ({ Properties }) => Properties.Name === '/exchange-keys/dev/exchange/xxkk',
  );
  template.hasResourceProperties('AWS::SSM::Parameter', { Value: original.Properties.Value });
  expect(JSON.stringify(home.toJSON())).toContain(`:ssm:us-east-1:${ACCOUNT}:parameter${copy}`);
});

test('a role that was not granted together with the first is a second workload', () => {
  const { key, container, virginia } = twoRegions();
  key.attachToContainer(container);
  const other = virginia.addBot('Bot');
  expect(refusal('KEY_SHARED', () => key.attachToContainer(other))).toContain('pass all roles of one workload');
});

test('two workloads in the other region', () => {
  const { key, container, role, virginia } = twoRegions();
  key.grantRead(role, virginia.role);
  key.attachToContainer(container);
  key.attachToContainer(virginia.addBot('Bot'));
  const second = virginia.addBot('Second');
  expect(refusal('KEY_SHARED', () => key.attachToContainer(second))).toContain('in us-east-1 already');
});

test('a region without a copy', () => {
  const { key, role, virginia } = twoRegions({});
  key.grantRead(role, virginia.role);
  const container = virginia.addBot('Bot');
  expect(refusal('REPLICA_MISSING', () => key.attachToContainer(container))).toContain(
    "is in us-east-1, where key 'dev-trader-bot-a' has no copy; it is in eu-west-1",
  );
});

test('values are injected at home only', () => {
  const { key, virginia } = twoRegions({ ...REPLICATED, key: { refresh: KeyRefresh.onRedeploy(Duration.hours(1)) } });
  const container = virginia.addBot('Bot');
  const delivery = KeyDelivery.injected({ acknowledgeManualRedeploy: 'by hand' });
  expect(refusal('INJECTED_AWAY_FROM_HOME', () => key.attachToContainer(container, { delivery }))).toContain(
    'are injected in eu-west-1 only',
  );
});
