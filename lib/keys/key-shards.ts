// Where a key's resources live: in the ring's stack, or, for rings of thousands, in one of a fixed set of nested stacks.
import { CfnParameter, NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConfigError, finding } from '../core/config-error';

/** How many keys a ring is made for. Cannot be changed later: secrets would have to move between stacks. */
export enum RingSize {
  /** Up to 150 keys, all in the ring's own stack. */
  STANDARD = 'standard',
  /** Thousands of keys, in up to 32 nested stacks by a hash of the key's name: adding a key moves no other. */
  SHARDED = 'sharded',
}

/** Keys in one stack: with 3 resources each, a ring's own and the user's, below CloudFormation's 500. */
export const KEYS_PER_STACK = 150;
/** Fixed for ever: another number would move keys. */
const SHARDS = 32;
/** Quota of CloudFormation for one template. */
const MOST_PARAMETERS = 200;

/** Hands out the scope of each key's resources. */
export class KeyShards {
  private readonly counts = new Map<Construct, number>();

  constructor(
    private readonly ring: Construct,
    private readonly size: RingSize,
  ) {}

  /** The scope for the key of this name. */
  public scopeFor(keyName: string): Construct {
    const scope = this.size === RingSize.SHARDED ? this.shard(shardOf(keyName)) : this.ownStack();
    const count = (this.counts.get(scope) ?? 0) + 1;
    if (count > KEYS_PER_STACK) {
      throw new ConfigError(
        'RING_FULL',
        this.size === RingSize.SHARDED
          ? `key '${keyName}' would be number ${count} in its nested stack, which holds ${KEYS_PER_STACK}; make a ring in another account or region for further keys`
          : `key '${keyName}' would be number ${count} of the ring, which holds ${KEYS_PER_STACK}; a ring for more is made with size: RingSize.SHARDED from the beginning`,
        this.ring,
      );
    }
    this.counts.set(scope, count);
    return scope;
  }

  /** Apart from the ring's own parts: their ids may grow in number, those of keys are the user's. */
  private ownStack(): Construct {
    return (this.ring.node.tryFindChild('Key') as Construct | undefined) ?? new Construct(this.ring, 'Key');
  }

  private shard(index: number): Construct {
    const id = `Shard${String(index).padStart(2, '0')}`;
    const existing = this.ring.node.tryFindChild(id) as Construct | undefined;
    if (existing) return existing;
    const stack = new NestedStack(this.ring, id, { description: `Exchange API keys, shard ${index} of ${SHARDS}` });
    stack.node.addValidation({ validate: () => tooManyParameters(stack) });
    return stack;
  }
}

/** Each role of the app that a key of the shard is granted to becomes a parameter of its nested stack. */
function tooManyParameters(stack: NestedStack): string[] {
  const count = stack.node.findAll().filter((part) => part instanceof CfnParameter).length;
  if (count <= MOST_PARAMETERS) return [];
  const problem = `nested stack '${stack.node.path}' has ${count} parameters, CloudFormation allows ${MOST_PARAMETERS}; grant its keys to roles by ARN (Role.fromRoleArn), which need none`;
  return [finding('SHARD_PARAMETERS', problem)];
}

/** FNV-1a of the name, reduced to the number of shards; frozen by a test. */
export function shardOf(keyName: string): number {
  let hash = 0x811c9dc5;
  for (const character of keyName) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash % SHARDS;
}
