// Where a workload reads how its exchange is talked to: at home the ring's parameter, elsewhere a copy, so that a failover
// needs no other region.
import { Stack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct, IConstruct } from 'constructs';
import { exchangeParameterName } from '../../../contract/keys';
import { requireConcrete } from '../../core/checks';
import { topLevelStack } from '../../core/environment-claim';
import { stackSingleton } from '../../core/stack-singleton';
import { AttachableKey } from './attachable-key';

/** Name of the parameter, literal. */
export function exchangeParameter({ exchange, ring, construct }: AttachableKey, workload: IConstruct): string {
  const name = exchangeParameterName(ring.environment, exchange.name);
  if (Stack.of(workload).region === ring.region) return name;
  const stack = topLevelStack(workload);
  // Named by the stack: two stacks of a region may have it, and one may go before the other.
  const copy = `${name}/${requireConcrete(workload, 'stackName', stack.stackName)}`;
  const copies = stackSingleton(stack, 'ExchangeKeysExchanges', () => new Construct(stack, 'ExchangeKeysExchanges'));
  if (copies.node.tryFindChild(exchange.name)) return copy;
  new StringParameter(copies, exchange.name, {
    parameterName: copy,
    description: `How to talk to exchange ${exchange.name} (cdk-exchange-keys), copy for ${stack.stackName}`,
    stringValue: exchange._document(construct),
    tier: ParameterTier.INTELLIGENT_TIERING,
  });
  return copy;
}
