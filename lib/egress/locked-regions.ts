// The regions of an environment that an app has, all of them under the same lock, or none.
import { IConstruct } from 'constructs';
import { ConfigError } from '../core/config-error';
import { EgressLock } from './egress-lock';

interface LockedRegion {
  readonly environment: string;
  readonly region: string;
  readonly lock?: EgressLock;
}

const REGIONS = Symbol.for('cdk-exchange-keys.locked-regions');

/** Enters the addresses of a region; true for the first of its environment. Refuses another lock than the first has. */
export function enterLockedRegion(scope: IConstruct, { environment, region, lock }: LockedRegion): boolean {
  const known = membersOf(scope).filter((member) => member.environment === environment);
  const [first] = known;
  if (first !== undefined) refuseOtherLock(scope, first, lock);
  if (lock?._regionsElsewhere(scope).includes(region)) {
    throw new ConfigError(
      'LOCK_REGION_NOT_ELSEWHERE',
      `the lock says that another app has ${region}, and here are its addresses; leave ${region} out of withRegionsElsewhere() (in exchange-keys.yaml: regionsElsewhere)`,
      scope,
    );
  }
  membersOf(scope).push({ environment, region, lock, scope });
  return first === undefined;
}

/** Regions of the environment's addresses; complete at the end of synth. */
export function regionsInApp(scope: IConstruct, environment: string): string[] {
  return membersOf(scope).flatMap((member) => (member.environment === environment ? [member.region] : []));
}

type Member = LockedRegion & { readonly scope: IConstruct };

function refuseOtherLock(scope: IConstruct, first: Member, lock: EgressLock | undefined): void {
  const [here, there] = [scope.node.path, first.scope.node.path];
  if ((first.lock === undefined) !== (lock === undefined)) {
    const [locked, unlocked] = lock === undefined ? [there, here] : [here, there];
    throw new ConfigError(
      'LOCK_MISSING_IN_REGION',
      `the addresses of ${first.environment} have a lock at '${locked}' and none at '${unlocked}'; pass the same lock to every EgressAddresses of the environment`,
      scope,
    );
  }
  if (first.lock === undefined || lock === undefined || first.lock._equals(lock)) return;
  throw new ConfigError(
    'LOCK_DIFFERS',
    `the lock differs from that of '${there}'; pass the same text and the same regions elsewhere to every EgressAddresses of ${first.environment}`,
    scope,
  );
}

function membersOf(scope: IConstruct): Member[] {
  const root = scope.node.root as IConstruct & { [REGIONS]?: Member[] };
  if (!root[REGIONS]) Object.defineProperty(root, REGIONS, { value: [] });
  return root[REGIONS] as Member[];
}
