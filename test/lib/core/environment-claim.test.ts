import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { claimStack, ENVIRONMENT_TAG, environmentOf, topLevelStack } from '../../../lib/core/environment-claim';
import { refusal } from '../../support/config-error';

const stackIn = (app: App, environment?: string) =>
  new Stack(app, `Stack${app.node.children.length}`, { tags: environment ? { [ENVIRONMENT_TAG]: environment } : {} });

test('a stack belongs to nobody until something claims it', () => {
  const stack = stackIn(new App());
  expect(environmentOf(stack)).toBeUndefined();
  claimStack(new Construct(stack, 'Inside'), 'dev');
  expect(environmentOf(stack)).toBe('dev');
  expect(environmentOf(new Construct(stack, 'Other'))).toBe('dev');
});

test('is claimed again by the same environment, and by no other', () => {
  const stack = stackIn(new App());
  claimStack(stack, 'dev');
  claimStack(stack, 'dev');
  expect(refusal('ENVIRONMENTS_MIXED', () => claimStack(stack, 'prod'))).toContain("belongs to environment 'dev'");
  expect(environmentOf(stack)).toBe('dev');
});

test('a tag of the stack is a claim', () => {
  const stack = stackIn(new App(), 'prod');
  expect(environmentOf(stack)).toBe('prod');
  refusal('ENVIRONMENTS_MIXED', () => claimStack(stack, 'dev'));
  claimStack(stack, 'prod');
});

test('a nested stack belongs where its parent does', () => {
  const stack = stackIn(new App());
  const nested = new NestedStack(new NestedStack(stack, 'Outer'), 'Inner');
  expect(topLevelStack(nested)).toBe(stack);
  claimStack(nested, 'dev');
  expect(environmentOf(stack)).toBe('dev');
  refusal('ENVIRONMENTS_MIXED', () => claimStack(stack, 'prod'));
});

test('the claim of one stack says nothing about another', () => {
  const app = new App();
  claimStack(stackIn(app), 'dev');
  expect(environmentOf(stackIn(app))).toBeUndefined();
});

test('the claim is not visible in the template', () => {
  const app = new App();
  const stack = stackIn(app);
  claimStack(stack, 'dev');
  expect(JSON.stringify(app.synth().getStackArtifact(stack.artifactId).template)).not.toContain('"dev"');
  expect(Object.keys(stack)).not.toContain('dev');
});
