// The baseline: the same resources with the same properties, as a careful engineer would write them down for one team.
//
// Construct ids are those of the library, so that both sides give the same templates, to the letter of a logical id.
import { type App, NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Case } from '../../compose';
import { instanceOf, keyId, MOST_IN_ONE_STACK, OWNER, SUB_ACCOUNT } from '../case';
import { sharedParts } from '../shared-parts';
import { type KeyDetails, secretWithRotation } from './key';
import { HandWrittenRing } from './ring';

const NESTED_STACKS = 32;
const DESCRIPTION = `exchange-keys/1 owner=${OWNER} exchange=xxkk`;

export function compose(app: App, benchCase: Case): void {
  const { stack, network, breakGlassRole, roles } = sharedParts(app, benchCase);
  const ring = new HandWrittenRing(stack, 'Keys', network, breakGlassRole, roles.length + 1);
  const sharded = benchCase.size > MOST_IN_ONE_STACK;
  const keys = sharded ? ring : new Construct(ring, 'Key');
  const add = (id: string, key: Pick<KeyDetails, 'name' | 'description' | 'permissions' | 'workload'>) => {
    const scope = sharded ? nestedStack(ring, key.name) : keys;
    secretWithRotation(scope, id, { ...key, owner: OWNER, exchange: 'xxkk', tier: 'high', parts: ring.parts });
  };
  add('ManagementXxkk', {
    name: 'prod-management-xxkk-0',
    description: `${DESCRIPTION} tier=high permissions=manage-keys overlap=24h`,
    permissions: 'manage-keys',
  });
  for (const [index, workload] of roles.entries()) {
    add(keyId(index), {
      name: `prod-trader-bot-${instanceOf(index)}`,
      description: `${DESCRIPTION} account=${SUB_ACCOUNT} tier=high permissions=read,trade overlap=24h`,
      permissions: 'read trade',
      workload,
    });
  }
}

/** Spread by a hash of the name, so that no key moves when another is added. */
function nestedStack(ring: Construct, name: string): Construct {
  const index = hash(name) % NESTED_STACKS;
  const id = `Shard${String(index).padStart(2, '0')}`;
  const existing = ring.node.tryFindChild(id) as NestedStack | undefined;
  return (
    existing ?? new NestedStack(ring, id, { description: `Exchange API keys, shard ${index} of ${NESTED_STACKS}` })
  );
}

function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
