// Checks that need the construct tree: is a value known at synth, which region is this, is the environment known.
import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { parseRegion } from '../../contract/availability-zone';
import { ExtraEnvironments, isProduction, parseEnvironment } from '../../contract/environment';
import { ConfigError, checked } from './config-error';

/** Context key under which a project adds environments of its own: `{ "uat": { "production": false } }`. */
export const ENVIRONMENTS_CONTEXT = 'cdk-exchange-keys:environments';

/** Refuses a value that is only known at deployment: what cannot be decided at synth is not taken as safe. */
export function requireConcrete<T>(scope: IConstruct, prop: string, value: T): T {
  if (Token.isUnresolved(value)) {
    throw new ConfigError(
      'VALUE_UNKNOWN_AT_SYNTH',
      `'${prop}' must be known at synth, got a token; give a literal value instead of a parameter or an attribute`,
      scope,
    );
  }
  return value;
}

/** Refuses a nested stack, whose exports, name and termination protection are not its own. */
export function requireTopLevelStack(scope: IConstruct): void {
  const stack = Stack.of(scope);
  if (!stack.nestedStackParent) return;
  throw new ConfigError(
    'ADDRESSES_IN_NESTED_STACK',
    `egress addresses are in the nested stack '${stack.node.path}'; put them into a stack of their own at the top level, where termination protection and exports hold`,
    scope,
  );
}

/** The region of the stack, which must be set: availability zones and addresses mean nothing without it. */
export function requireRegion(scope: IConstruct): string {
  const { region, stackName } = Stack.of(scope);
  if (Token.isUnresolved(region)) {
    throw new ConfigError(
      'REGION_UNKNOWN',
      `stack '${stackName}' has no explicit region; pass env: { account, region } to it, for example { region: 'eu-west-1' }`,
      scope,
    );
  }
  return region;
}

/** The name of a region that a prop gives, known at synth. */
export function concreteRegion(scope: IConstruct, prop: string, region: string): string {
  requireConcrete(scope, prop, region);
  return checked(scope, prop, () => parseRegion(region));
}

/** The project's own environments. */
export function extraEnvironments(scope: IConstruct): ExtraEnvironments | undefined {
  return scope.node.tryGetContext(ENVIRONMENTS_CONTEXT);
}

/** The environment's name, checked against the closed set and the project's additions to it. */
export function requireEnvironment(scope: IConstruct, name: string): string {
  requireConcrete(scope, 'environment', name);
  return checked(scope, 'environment', () => parseEnvironment(name, extraEnvironments(scope)));
}

/** True where the rules of production hold. */
export function isProductionEnvironment(scope: IConstruct, name: string): boolean {
  return isProduction(name, extraEnvironments(scope));
}
