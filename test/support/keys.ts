// Builds small apps with a key ring, ready for assertions.
import { App, AppProps, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  EgressAddresses,
  EgressNetwork,
  Exchange,
  ExchangeKey,
  ExchangeKeyProps,
  KeyPermission,
  KeyRing,
  KeyRingProps,
} from '../../lib';
import { ACCOUNT, compliantTemplate, REGION, stackIn } from './egress';
import { xxkkConfiguration } from './exchange-configuration';

export const OPERATOR = `arn:aws:iam::${ACCOUNT}:role/Operator`;
export const BREAK_GLASS = `arn:aws:iam::${ACCOUNT}:role/BreakGlass`;

export const ALARM_TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:desk-alarms`;

export type RingOptions = Partial<KeyRingProps>;

export interface RingScenario {
  readonly app: App;
  readonly networkStack: Stack;
  readonly stack: Stack;
  readonly ring: KeyRing;
}

/** The exchange that most tests use. */
export function exchange(): Exchange {
  return Exchange.xxkk(xxkkConfiguration('https://api.xxkk.example'));
}

/** An app with addresses, a network and a ring, each in a stack of its own. */
export function withRing(options: RingOptions = {}, appProps?: AppProps): RingScenario {
  const environment = options.environment ?? 'dev';
  const app = new App(appProps);
  const addresses = new EgressAddresses(
    stackIn(app, 'Addresses', { terminationProtection: environment === 'prod' }),
    'Egress',
    { environment, availabilityZones: ['eu-west-1a', 'eu-west-1b'] },
  );
  const networkStack = stackIn(app, 'Network');
  const network = new EgressNetwork(networkStack, 'Network', { addresses });
  const stack = stackIn(app, 'Keys');
  // in production somebody must be told of alarms
  const alarmTopic = environment === 'prod' ? Topic.fromTopicArn(stack, 'Alarms', ALARM_TOPIC) : undefined;
  const ring = new KeyRing(stack, 'Keys', { ...ringProps(stack), environment, network, alarmTopic, ...options });
  return { app, networkStack, stack, ring };
}

/** Everything a ring needs besides its environment and network. */
export function ringProps(scope: Construct): Pick<KeyRingProps, 'exchange' | 'owner' | 'operators' | 'breakGlassRole'> {
  return {
    exchange: exchange(),
    owner: 'desk-1',
    operators: [new ArnPrincipal(OPERATOR)],
    breakGlassRole: Role.fromRoleArn(scope, 'BreakGlass', BREAK_GLASS),
  };
}

/** A trading key, tier HIGH. */
export const TRADER: ExchangeKeyProps = {
  purpose: 'trader-bot',
  instance: 'a',
  owner: 'desk-1',
  account: 'sub-1',
  permissions: [KeyPermission.READ, KeyPermission.TRADE],
};

/** The role of a workload in the stack. */
export function workloadRole(stack: Stack, id = 'BotRole'): Role {
  return new Role(stack, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
}

/** A ring with one trading key that is granted to a role of the ring's stack. */
export function withKey(
  options: RingOptions = {},
  props: Partial<ExchangeKeyProps> = {},
): RingScenario & { key: ExchangeKey; role: Role } {
  const scenario = withRing(options);
  const role = workloadRole(scenario.stack);
  const key = scenario.ring.addKey('TraderBotA', { ...TRADER, ...props });
  key.grantRead(role);
  return { ...scenario, key, role };
}

export { ACCOUNT, REGION };

/** The template of the ring's watch. */
export function watchTemplate(ring: KeyRing): Template {
  return compliantTemplate(ring.node.findChild('Watch') as NestedStack);
}
