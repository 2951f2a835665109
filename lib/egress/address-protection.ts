// Refuses, at the end of synth, a template from which an address could be lost without a named acknowledgement.
import { CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { finding } from '../core/config-error';
import { renderedResource } from '../core/rendered-resource';

export interface AddressProtection {
  /** Whether the rules of production hold. */
  readonly production: boolean;
  /** The Elastic IPs that must survive everything. */
  readonly kept: CfnEIP[];
}

/** Checked after aspects ran, so that nothing applied to the whole app can undo it (`RemovalPolicies.of(app)`). */
export function protectAddresses(scope: Construct, { production, kept }: AddressProtection): void {
  scope.node.addValidation({
    validate: () => [...kept.flatMap(retentionFindings), ...(production ? terminationFindings(scope) : [])],
  });
}

function retentionFindings(eip: CfnEIP): string[] {
  const template = renderedResource(eip);
  if (
    template.DeletionPolicy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE &&
    template.UpdateReplacePolicy === CfnDeletionPolicy.RETAIN
  ) {
    return [];
  }
  return [
    finding(
      'ADDRESS_NOT_RETAINED',
      `address '${eip.node.path}' is not kept as it must be: DeletionPolicy is '${template.DeletionPolicy}' and UpdateReplacePolicy is ` +
        `'${template.UpdateReplacePolicy}', they must be 'RetainExceptOnCreate' and 'Retain'; exempt it from what changed ` +
        "its removal policy, or name its zone in 'acknowledgeAddressLoss'",
    ),
  ];
}

function terminationFindings(scope: Construct): string[] {
  const stack = Stack.of(scope);
  if (stack.terminationProtection) return [];
  return [
    finding(
      'TERMINATION_PROTECTION_REQUIRED',
      `stack '${stack.stackName}' holds production addresses without termination protection; ` +
        'pass terminationProtection: true to it (in exchange-keys.yaml: remove terminationProtection: false)',
    ),
  ];
}
