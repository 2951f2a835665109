// One instance of a helper construct per stack, found again by its id in the tree (no static registry).
import { Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';

/** Returns the child `id` of the scope's stack, made by `create` when it is not there yet. */
export function stackSingleton<T extends Construct>(scope: IConstruct, id: string, create: (stack: Stack) => T): T {
  const stack = Stack.of(scope);
  return (stack.node.tryFindChild(id) as T | undefined) ?? create(stack);
}
