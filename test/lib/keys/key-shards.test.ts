// Rings of thousands of keys: where a key is depends on its name alone.
import { CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { ExchangeKey, KeyRing, RingSize } from '../../../lib';
import { KEYS_PER_STACK, shardOf } from '../../../lib/keys/key-shards';
import { refusal } from '../../support/config-error';
import { ACCOUNT, TRADER, withRing, workloadRole } from '../../support/keys';

const SHARDED = { size: RingSize.SHARDED };

function addKeys(ring: KeyRing, numbers: readonly number[]): ExchangeKey[] {
  return numbers.map((number) => {
    const instance = String(number).padStart(4, '0');
    const key = ring.addKey(`Key${instance}`, { ...TRADER, instance });
    key.grantRead(new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/Bot${instance}`));
    return key;
  });
}

/** Everything by which CloudFormation knows the key's resources: their stack, their ids. */
function placeOf(key: ExchangeKey): string[] {
  const stack = Stack.of(key) as NestedStack;
  const nested = stack.nestedStackResource as CfnResource;
  const own = key.node.children as CfnResource[];
  return [stack.nestedStackParent?.resolve(nested.logicalId), ...own.map((child) => stack.resolve(child.logicalId))];
}

test.each([
  ['prod-trader-bot-a', 5],
  ['prod-trader-bot-b', 12],
  ['prod-marketdata-01', 1],
  ['dev-trader-bot-a', 29],
  ['staging-hedger-x', 1],
  ['prod-management-xxkk-0', 24],
])('%s is in shard %d (frozen: another one would replace the secret)', (name, shard) => {
  expect(shardOf(name)).toBe(shard);
});

test('the shards are 32, and filled evenly', () => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 3200; index += 1) {
    const shard = shardOf(`prod-trader-${index}-a`);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, index) => index));
  expect(Math.max(...counts.values())).toBeLessThan(KEYS_PER_STACK);
});

test('a key that is added moves no other', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 9999 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(numbers, fc.nat(), (all, cut) => {
      const some = all.slice(cut % all.length);
      const before = addKeys(withRing(SHARDED).ring, some);
      const after = new Map(addKeys(withRing(SHARDED).ring, all).map((key) => [key.keyName, placeOf(key)]));
      for (const key of before) expect(after.get(key.keyName)).toEqual(placeOf(key));
    }),
    { numRuns: 12 },
  );
});

test('a thousand keys synthesise, each in its shard, no stack beyond the limits of CloudFormation', () => {
  const { app, stack, ring } = withRing(SHARDED);
  const keys = addKeys(
    ring,
    Array.from({ length: 1000 }, (_, index) => index),
  );
  app.synth();
  const shards = new Set(keys.map((key) => Stack.of(key)));
  expect(shards.size).toBe(32);
  let secrets = 0;
  for (const shard of shards) {
    const template = Template.fromStack(shard).toJSON();
    const resources = Object.values<{ Type: string }>(template.Resources);
    secrets += resources.filter(({ Type }) => Type === 'AWS::SecretsManager::Secret').length;
    expect(resources.length).toBeLessThanOrEqual(500);
    expect(Object.keys(template.Parameters).length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
  }
  // The management key is one of them.
  expect(secrets).toBe(1001);
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources).length).toBeLessThanOrEqual(40 + 32);
});

test('the 151st key of a ring is refused, the management key counted', () => {
  const { ring } = withRing();
  addKeys(
    ring,
    Array.from({ length: KEYS_PER_STACK - 1 }, (_, index) => index),
  );
  expect(refusal('RING_FULL', () => addKeys(ring, [KEYS_PER_STACK]))).toContain(
    'number 151 of the ring, which holds 150',
  );
});

test('the 151st key of a shard is refused', () => {
  const { ring } = withRing(SHARDED);
  const numbers = Array.from({ length: 9999 }, (_, number) => number).filter(
    (number) => shardOf(`dev-trader-bot-${String(number).padStart(4, '0')}`) === 7,
  );
  addKeys(ring, numbers.slice(0, KEYS_PER_STACK));
  expect(refusal('RING_FULL', () => addKeys(ring, [numbers[KEYS_PER_STACK]]))).toContain('in its nested stack');
});

test('more roles than a nested stack has room for parameters are refused at the end of synth', () => {
  const { app, stack, ring } = withRing({ size: RingSize.SHARDED });
  const key = ring.addKey('TraderBotA', TRADER);
  const roles = Array.from({ length: 201 }, (_, index) => workloadRole(stack, `Role${index}`));
  key.grantRead(...roles);
  refusal('SHARD_PARAMETERS', () => app.synth());
});
