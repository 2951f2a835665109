// What both sides use alike and nobody is to be measured by: the network, the roles of the workloads, the watch. Alone, the context.
import { type App, Stack } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EgressAddresses, EgressNetwork } from '../../lib';
import type { RuntimeFunction } from '../../lib/core/runtime-function';
import type { Case } from '../compose';
import {
  BREAK_GLASS,
  ENV,
  ENVIRONMENT,
  exchangeConfiguration,
  indexes,
  REGION,
  ROLES_PER_STACK,
  roleArn,
  roleId,
  stackName,
} from './case';
import { sharedWatch } from './shared-watch';

export interface SharedParts {
  /** The ring's stack. */
  readonly stack: Stack;
  readonly network: EgressNetwork;
  readonly breakGlassRole: IRole;
  /** One for each key. */
  readonly roles: IRole[];
}

export function sharedParts(app: App, { variant, size }: Case, zones = 1): SharedParts {
  exchangeConfiguration();
  const addresses = new EgressAddresses(
    new Stack(app, stackName('addresses'), { env: ENV, terminationProtection: true }),
    'Egress',
    { environment: ENVIRONMENT, availabilityZones: ['a', 'b', 'c'].slice(0, zones).map((letter) => REGION + letter) },
  );
  const network = new EgressNetwork(new Stack(app, stackName('network'), { env: ENV }), 'Network', { addresses });
  const stack = new Stack(app, stackName('keys'), { env: ENV });
  const roles = variant === 'own' ? ownRoles(app, size) : givenRoles(stack, size);
  return { stack, network, breakGlassRole: Role.fromRoleArn(stack, 'BreakGlass', BREAK_GLASS), roles };
}

export function compose(app: App, benchCase: Case): void {
  const { stack, network, roles } = sharedParts(app, benchCase);
  const ring = new Construct(stack, 'Keys');
  // of the functions the watch takes the log groups alone
  const [rotation, caretaker] = ['Rotation', 'Caretaker'].map(
    (id) => ({ logGroup: LogGroup.fromLogGroupName(ring, id, id) }) as RuntimeFunction,
  );
  const arn = roleArn(0);
  const callers = { rotation: arn, caretaker: arn, intake: arn, breakGlass: BREAK_GLASS, deployment: arn };
  sharedWatch(ring, network, { callers, encryptionKeyArn: arn, rotation, caretaker, keyCount: roles.length + 1 });
}

const givenRoles = (stack: Stack, size: number): IRole[] =>
  indexes(size).map((index) => Role.fromRoleArn(stack, roleId(index), roleArn(index)));

function ownRoles(app: App, size: number): IRole[] {
  const stacks = indexes(Math.ceil(size / ROLES_PER_STACK)).map(
    (index) => new Stack(app, stackName(`workloads-${index}`), { env: ENV }),
  );
  return indexes(size).map((index) => {
    const stack = stacks[Math.floor(index / ROLES_PER_STACK)];
    return new Role(stack, roleId(index), { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  });
}
