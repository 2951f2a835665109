// The other regions with a copy of every secret: which they may be, for the secret's template.
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { concreteRegion } from '../core/checks';
import { ConfigError, finding } from '../core/config-error';
import { KeyReplica } from './key-ring-props';
import { ringIn } from './ring-registry';

/** The place of the ring that the copies are of. */
export interface ReplicatedRing {
  readonly environment: string;
  /** Home region. */
  readonly region: string;
}

/** The copies as the secret's template has them. Refuses the ring's own region, one named twice, and that of another ring. */
export function replicaRegions(
  ring: Construct,
  { environment, region: home }: ReplicatedRing,
  replicas: readonly KeyReplica[],
): CfnSecret.ReplicaRegionProperty[] {
  const regions = replicas.map(({ region }) => concreteRegion(ring, 'replicaRegions', region));
  refuseReplicasBesideRing(ring, environment, regions);
  const wrong = regions.find((region, index) => region === home || regions.indexOf(region) !== index);
  if (wrong !== undefined) {
    throw new ConfigError(
      'REPLICA_REGION_INVALID',
      `'replicaRegions' names '${wrong}', which is ${wrong === home ? "the ring's own region" : 'there twice'}; name other regions, each once`,
      ring,
    );
  }
  return replicas.map(({ region, encryptionKeyArn }) => ({ region, kmsKeyId: encryptionKeyArn }));
}

/** The other ring may be made later: at the end of synth both are there. */
function refuseReplicasBesideRing(ring: Construct, environment: string, regions: readonly string[]): void {
  const problem = (region: string, other: IConstruct) =>
    `'replicaRegions' names '${region}', which is the home region of '${other.node.path}', a ring of the same environment; name other regions, each once`;
  ring.node.addValidation({
    validate: () =>
      regions.flatMap((region) => {
        const other = ringIn(ring, environment, region);
        return other && other !== ring ? [finding('REPLICA_REGION_INVALID', problem(region, other))] : [];
      }),
  });
}
