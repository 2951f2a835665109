// Which exchanges the rings of an environment call: each of them must let the addresses in before traffic leaves.
import { IConstruct } from 'constructs';

const EXCHANGES = Symbol.for('cdk-exchange-keys.exchanges');

/** Enters an exchange of a ring of the environment. */
export function requireExchange(scope: IConstruct, environment: string, exchange: string): void {
  const exchanges = exchangesOf(scope);
  exchanges.set(environment, [...new Set([...(exchanges.get(environment) ?? []), exchange])].sort());
}

/** The names of all exchanges that rings of the environment have, in any region of the app; complete at the end of synth. */
export function requiredExchanges(scope: IConstruct, environment: string): readonly string[] {
  return exchangesOf(scope).get(environment) ?? [];
}

function exchangesOf(scope: IConstruct): Map<string, readonly string[]> {
  const root = scope.node.root as IConstruct & { [EXCHANGES]?: Map<string, readonly string[]> };
  if (!root[EXCHANGES]) Object.defineProperty(root, EXCHANGES, { value: new Map() });
  return root[EXCHANGES] as Map<string, readonly string[]>;
}
