// Placement is told apart in every shape of an app: nested stacks, stages, references of each strength, networks that exist already.
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Cluster, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  AddressSource,
  EgressAddresses,
  EgressNetwork,
  ExistingEgressNetwork,
  IEgressNetwork,
  KeyRing,
} from '../../../../lib';
import { ACCOUNT, REGION } from '../../../support/egress';
import { ringProps, TRADER } from '../../../support/keys';
import { addTask, BOT, codesOf, withUnattachedKey } from './scenario';

const ecs = new ServicePrincipal('ecs-tasks.amazonaws.com');
const WRONG = ['subnet-0123456789abcdef0'];

/** A service of the scope; in a foreign subnet when `isWrong`. */
function addBot(scope: Stack, network: IEgressNetwork, taskRole: Role, isWrong: boolean) {
  const task = new FargateTaskDefinition(scope, 'Task', { taskRole });
  const container = task.addContainer('Bot', { image: BOT });
  const service = new FargateService(scope, 'Service', {
    cluster: new Cluster(scope, 'Cluster', { vpc: network.vpc }),
    taskDefinition: task,
    vpcSubnets: { subnets: network.workloadSubnets },
    securityGroups: [network.workloadSecurityGroup],
  });
  if (isWrong) {
    const resource = service.node.findChild('Service') as import('aws-cdk-lib/aws-ecs').CfnService;
    resource.addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.Subnets', WRONG);
  }
  return container;
}

const expected = (isWrong: boolean) => (isWrong ? ['WORKLOAD_OUTSIDE_EGRESS_NETWORK'] : []);
const BOTH = [false, true];

test.each(BOTH)('in a nested stack (wrong place: %s)', (isWrong) => {
  const { app, bots, network, role, key } = withUnattachedKey();
  key.attachToContainer(addBot(new NestedStack(bots, 'Nested'), network, role, isWrong));
  expect(codesOf(app)).toEqual(expected(isWrong));
});

test.each(['strong', 'both', 'weak'].flatMap((strength) => BOTH.map((isWrong) => [strength, isWrong] as const)))(
  'with %s references between stacks (wrong place: %s)',
  (strength, isWrong) => {
    const scenario = withUnattachedKey({}, { context: { '@aws-cdk/core:defaultCrossStackReferences': strength } });
    const { app, bots, network, role, key } = scenario;
    key.attachToContainer(addBot(bots, network, role, isWrong));
    expect(codesOf(app)).toEqual(expected(isWrong));
  },
);

/** Addresses, network, ring and bot below one scope. */
function everything(scope: App | Stage, isWrong: boolean, { existing = false, environment = 'dev' } = {}): void {
  const env = { account: ACCOUNT, region: REGION };
  const stack = (id: string) => new Stack(scope, id, { env });
  const addresses = new EgressAddresses(stack('Addresses'), 'Egress', {
    environment,
    availabilityZones: ['eu-west-1a'],
    ...(existing && { source: AddressSource.adopt({ 'eu-west-1a': 'eipalloc-0123456789abcdef0' }) }),
  });
  const networkStack = stack('Network');
  const network = existing
    ? new ExistingEgressNetwork(networkStack, 'Network', {
        addresses,
        vpcId: 'vpc-0123456789abcdef0',
        zones: {
          'eu-west-1a': {
            subnetId: 'subnet-00000000000000001',
            routeTableId: 'rtb-0123456789abcdef0',
            natGatewayId: 'nat-0123456789abcdef0',
          },
        },
      })
    : new EgressNetwork(networkStack, 'Network', { addresses });
  const keys = stack('Keys');
  const ring = new KeyRing(keys, 'Keys', { ...ringProps(keys), environment, network });
  const role = new Role(keys, 'BotRole', { assumedBy: ecs });
  const key = ring.addKey('TraderBotA', TRADER);
  key.attachToContainer(addBot(stack('Bots'), network, role, isWrong));
}

test.each(BOTH)('in a network that exists already (wrong place: %s)', (isWrong) => {
  const app = new App();
  everything(app, isWrong, { existing: true });
  expect(codesOf(app)).toEqual(expected(isWrong));
});

test.each(BOTH)('in one of two stages (wrong place: %s)', (isWrong) => {
  const app = new App();
  everything(new Stage(app, 'One'), false);
  everything(new Stage(app, 'Two'), isWrong, { environment: 'staging' });
  expect(codesOf(app)).toEqual(expected(isWrong));
});

test('what is attached after a synth is checked by the next one', () => {
  const { app, key, container } = addTask(withUnattachedKey());
  app.synth();
  key.attachToContainer(container);
  expect(() => app.synth({ force: true })).toThrow('WORKLOAD_PLACEMENT_UNKNOWN');
});
