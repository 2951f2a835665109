// The rings of an app by their place: an environment has one in a region of an account.
import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ConfigError } from '../core/config-error';

const RINGS = Symbol.for('cdk-exchange-keys.rings');

/** Enters the ring; refuses a second one of its environment in the same place. */
export function registerRing(ring: IConstruct, environment: string, region: string): void {
  const rings = ringsOf(ring);
  const place = placeOf(ring, environment, region);
  const other = rings.get(place);
  if (other) {
    throw new ConfigError(
      'RING_DUPLICATE',
      `environment '${environment}' has a ring in ${region} already, '${other.node.path}'; add the keys to that one`,
      ring,
    );
  }
  rings.set(place, ring);
}

/** The ring of the environment in a region of the scope's account, if the app has one. */
export function ringIn(scope: IConstruct, environment: string, region: string): IConstruct | undefined {
  return ringsOf(scope).get(placeOf(scope, environment, region));
}

const placeOf = (scope: IConstruct, environment: string, region: string) =>
  `${environment} ${Stack.of(scope).account} ${region}`;

function ringsOf(scope: IConstruct): Map<string, IConstruct> {
  const root = scope.node.root as IConstruct & { [RINGS]?: Map<string, IConstruct> };
  if (!root[RINGS]) Object.defineProperty(root, RINGS, { value: new Map() });
  return root[RINGS] as Map<string, IConstruct>;
}
