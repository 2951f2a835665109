// Keeps a resource in the account whatever happens to the template: with it would go the only copy of what it holds.
import { CfnResource } from 'aws-cdk-lib';

/**
 * By an override, which no aspect changes: `RemovalPolicies.of(app).destroy()` is meant for other resources.
 *
 * Not when its creation is rolled back: it holds a placeholder at most, and its name would be in the way of the next try.
 */
export function keep(resource: CfnResource): void {
  resource.addOverride('DeletionPolicy', 'RetainExceptOnCreate');
  resource.addOverride('UpdateReplacePolicy', 'Retain');
}
