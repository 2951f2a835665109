import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { RuntimeFunction } from '../../../lib/core/runtime-function';
import { refusal } from '../../support/config-error';

const functionIn = (stack: Stack, bundle = 'egress-lookup') =>
  new RuntimeFunction(stack, 'Function', { bundle, description: 'for the test', timeout: Duration.seconds(60) });

test('has a role of its own that may write to its own log group and nothing else', () => {
  const stack = new Stack(new App(), 'S');
  functionIn(stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
  expect(policy.Properties.PolicyDocument.Statement).toEqual([
    {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^FunctionLogs/), 'Arn'] },
    },
  ]);
  template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 180 } });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.stringLikeRegexp('FunctionLogs') } },
  });
});

test('a permissions boundary of the organisation reaches its role', () => {
  const stack = new Stack(new App(), 'S');
  functionIn(stack);
  PermissionsBoundary.of(stack).apply(ManagedPolicy.fromAwsManagedPolicyName('Boundary'));
  Template.fromStack(stack).allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: Match.anyValue() });
});

test('a bundle that is not built is refused', () => {
  refusal('BUNDLE_MISSING', () => functionIn(new Stack(new App(), 'S'), 'no-such-bundle'));
});
