// An acknowledged finding stays in the validation report with its reason, and covers nothing but what it names.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledge } from '../../../lib/core/acknowledge';

function appWithWildcards(): { app: App; first: CfnPolicy } {
  const app = new App();
  const stack = new Stack(app, 'S');
  const policy = (id: string) =>
    new CfnPolicy(stack, id, {
      policyName: id,
      users: [],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeVpcs', Resource: '*' }],
      },
    });
  const first = policy('First');
  policy('Second');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, first };
}

const REASON = 'describe calls know no resource-level permissions';
const finding = (detail: string) => ({ pack: 'AwsSolutions', rule: 'IAM5', detail }) as const;

test('one construct, not its neighbour', () => {
  const { app, first } = appWithWildcards();
  acknowledge(first, finding('Resource::*'), REASON);
  expect(() => app.synth()).toThrow(/S\/Second/);
  expect(() => appWithWildcards().app.synth()).toThrow(/S\/First/);
});

test('one finding of a rule, not the rule', () => {
  const { app } = appWithWildcards();
  acknowledge(app, finding('Action::ec2:*'), REASON);
  expect(() => app.synth()).toThrow(/S\/First/);
});

test('the report tells who was acknowledged and why', () => {
  const { app } = appWithWildcards();
  acknowledge(app, finding('Resource::*'), REASON);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'));
  const [{ suppressedViolations }] = report.pluginReports;
  expect(suppressedViolations).toContainEqual(
    expect.objectContaining({ ruleName: 'AwsSolutions-IAM5[Resource::*]', reason: REASON }),
  );
});
