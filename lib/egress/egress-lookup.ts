// Custom resources that read from EC2 what the allowlist must say, instead of repeating what somebody typed.
import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct, IConstruct } from 'constructs';
import { acknowledge } from '../core/acknowledge';
import { functionLogGroup, functionRole, RuntimeFunction } from '../core/runtime-function';
import { stackSingleton } from '../core/stack-singleton';

/** Construct id of the per-stack provider; part of every logical id below it. */
const PROVIDER_ID = 'ExchangeKeysEgressLookup';

/** EC2's describe calls know no resource-level permissions (Service Authorization Reference, Amazon EC2). */
const READ_ACTIONS = [
  'ec2:DescribeAddresses',
  'ec2:DescribeAddressTransfers',
  'ec2:DescribeNatGateways',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'ec2:GetIpamPoolCidrs',
];

export type LookupKind = 'ADOPTED_ADDRESS' | 'IPAM_BLOCK' | 'EXISTING_NETWORK';

/** One look-up; a deployment fails when EC2's answer is not exactly as declared. */
export class EgressLookup extends CustomResource {
  constructor(scope: Construct, id: string, lookup: LookupKind, properties: { [name: string]: unknown }) {
    super(scope, id, {
      resourceType: 'Custom::ExchangeKeysEgressLookup',
      serviceToken: lookupProvider(scope).serviceToken,
      properties: { Lookup: lookup, Region: Stack.of(scope).region, ...properties },
    });
  }
}

function lookupProvider(scope: Construct): Provider {
  return stackSingleton(scope, PROVIDER_ID, (stack) => new LookupProvider(stack, PROVIDER_ID)).provider;
}

class LookupProvider extends Construct {
  public readonly provider: Provider;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const handler = new RuntimeFunction(this, 'Handler', {
      bundle: 'egress-lookup',
      description: 'Reads addresses, address pools and networks from EC2 for the allowlist; changes nothing',
      timeout: Duration.seconds(60),
    });
    handler.addToRolePolicy(new PolicyStatement({ actions: READ_ACTIONS, resources: ['*'] }));
    const logGroup = functionLogGroup(this, 'ProviderLogs');
    const frameworkOnEventRole = functionRole(this, 'ProviderRole', logGroup);
    this.provider = new Provider(this, 'Provider', { onEventHandler: handler, logGroup, frameworkOnEventRole });
    acknowledge(
      handler.role as IConstruct,
      { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' },
      "EC2's describe calls know no resource-level permissions; the function can change nothing",
    );
    const handlerId = Stack.of(this).getLogicalId(handler.node.defaultChild as CfnFunction);
    acknowledge(
      frameworkOnEventRole,
      { pack: 'AwsSolutions', rule: 'IAM5', detail: `Resource::<${handlerId}.Arn>:*` },
      'the provider framework may invoke this one function in any version',
    );
  }
}
