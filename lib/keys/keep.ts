// Keeps a resource in the account whatever happens to the template: with it would go the only copy of what it holds.
import { CfnResource } from 'aws-cdk-lib';

/** By an override, which no aspect changes: `RemovalPolicies.of(app).destroy()` is meant for other resources. */
export function keep(resource: CfnResource): void {
  resource.addOverride('DeletionPolicy', 'Retain');
  resource.addOverride('UpdateReplacePolicy', 'Retain');
}
