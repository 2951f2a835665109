// Publishes what exchanges must allow: as stack outputs, and as the allowlist document in SSM.
import { CfnOutput } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ALLOWLIST_SCHEMA_VERSION } from '../../contract/allowlist';
import { SourcedAddresses } from './address-source';
import { EgressAddress } from './egress-address';

/** What the document is made of. */
interface PublishedScope extends Construct {
  readonly environment: string;
  readonly region: string;
  readonly addresses: EgressAddress[];
  readonly allowlistParameterName: string;
}

export function publishAllowlist(scope: PublishedScope, cidrs: SourcedAddresses['cidrs']): void {
  const { environment, region, allowlistParameterName } = scope;
  new StringParameter(scope, 'AllowlistParameter', {
    parameterName: allowlistParameterName,
    description: `Egress addresses of ${environment} in ${region}, to be allowed at every exchange`,
    stringValue: documentJson(scope, cidrs.jsonItems),
  });
  new CfnOutput(scope, 'AllowlistCidrs', {
    description: `CIDRs to allowlist at every exchange: ${environment}, ${region}`,
    value: cidrs.list,
  });
  new CfnOutput(scope, 'AllowlistParameterName', {
    description: 'SSM parameter with the allowlist document (zone, allocation id, address, CIDR, role)',
    value: allowlistParameterName,
  });
}

/**
 * The document as text with tokens in it; `parseAllowlistDocument` reads what it becomes. Not `Stack.toJsonString`, which
 * would quote the one token that stands for several items of the array `cidrs`.
 */
function documentJson({ environment, region, addresses }: PublishedScope, cidrItems: string): string {
  const entries = addresses.map((address) => ({
    availabilityZone: address.availabilityZone,
    allocationId: address.allocationId,
    address: address.publicIp,
    cidr: address.cidr,
    role: address.role,
  }));
  const head = JSON.stringify({ schemaVersion: ALLOWLIST_SCHEMA_VERSION, environment, region });
  return `${head.slice(0, -1)},"cidrs":[${cidrItems}],"entries":${JSON.stringify(entries)}}`;
}
