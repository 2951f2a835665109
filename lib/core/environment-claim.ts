// Which environment a stack belongs to: the first construct of an environment claims its stack, another one is refused.
import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ConfigError } from './config-error';

/** The tag by which resources and roles say which environment they belong to. */
export const ENVIRONMENT_TAG = 'exchange-keys:environment';

const CLAIM = Symbol.for('cdk-exchange-keys.environment');

/** Claims the scope's top-level stack for an environment. */
export function claimStack(scope: IConstruct, environment: string): void {
  const stack = topLevelStack(scope);
  const owner = environmentOfStack(stack);
  if (owner !== undefined && owner !== environment) {
    throw new ConfigError(
      'ENVIRONMENTS_MIXED',
      `stack '${stack.stackName}' belongs to environment '${owner}' and cannot hold something of '${environment}'; make a stack for each environment`,
      scope,
    );
  }
  Object.defineProperty(stack, CLAIM, { value: environment, configurable: true });
}

/** The environment of the construct's stack, where it is known. */
export function environmentOf(scope: IConstruct): string | undefined {
  return environmentOfStack(topLevelStack(scope));
}

/** The stack that is deployed by itself; a nested stack is part of it. */
export function topLevelStack(scope: IConstruct): Stack {
  const stack = Stack.of(scope);
  return stack.nestedStackParent ? topLevelStack(stack.nestedStackParent) : stack;
}

function environmentOfStack(stack: Stack): string | undefined {
  return (stack as { [CLAIM]?: string })[CLAIM] ?? stack.tags.tagValues()[ENVIRONMENT_TAG];
}
