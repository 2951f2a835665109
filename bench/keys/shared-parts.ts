// What both sides use alike and nobody is to be measured by: the network, and the roles of the workloads. Alone, the context.
import { type App, Stack } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EgressAddresses, EgressNetwork } from '../../lib';
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

export interface SharedParts {
  /** The ring's stack. */
  readonly stack: Stack;
  readonly network: EgressNetwork;
  readonly breakGlassRole: IRole;
  /** One for each key. */
  readonly roles: IRole[];
}

export function sharedParts(app: App, { variant, size }: Case): SharedParts {
  exchangeConfiguration();
  const addresses = new EgressAddresses(
    new Stack(app, stackName('addresses'), { env: ENV, terminationProtection: true }),
    'Egress',
    { environment: ENVIRONMENT, availabilityZones: [`${REGION}a`] },
  );
  const network = new EgressNetwork(new Stack(app, stackName('network'), { env: ENV }), 'Network', { addresses });
  const stack = new Stack(app, stackName('keys'), { env: ENV });
  const roles = variant === 'own' ? ownRoles(app, size) : givenRoles(stack, size);
  return { stack, network, breakGlassRole: Role.fromRoleArn(stack, 'BreakGlass', BREAK_GLASS), roles };
}

export const compose = (app: App, benchCase: Case): void => void sharedParts(app, benchCase);

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
