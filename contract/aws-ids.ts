// Which texts are the id of an AWS resource: the prefix of its kind and 8 or 17 lower-case hexadecimal digits.
import { InputError } from './errors';
import { quoted } from './quoted';

const ALLOCATION = 'eipalloc-';

/** Whether the text is an Elastic IP allocation id, e.g. `eipalloc-0123456789abcdef0`. */
export function isAllocationId(text: string): boolean {
  return isId(ALLOCATION, text);
}

/**
 * An Elastic IP allocation id, `eipalloc-…`.
 * @throws InputError `ALLOCATION_ID_MALFORMED`.
 */
export function parseAllocationId(text: string): string {
  return parseId('ALLOCATION_ID_MALFORMED', 'an Elastic IP allocation id', ALLOCATION, text);
}

/**
 * An IPAM pool id, `ipam-pool-…`.
 * @throws InputError `IPAM_POOL_ID_MALFORMED`.
 */
export function parseIpamPoolId(text: string): string {
  return parseId('IPAM_POOL_ID_MALFORMED', 'an IPAM pool id', 'ipam-pool-', text);
}

/**
 * A VPC id, `vpc-…`.
 * @throws InputError `VPC_ID_MALFORMED`.
 */
export function parseVpcId(text: string): string {
  return parseId('VPC_ID_MALFORMED', 'a VPC id', 'vpc-', text);
}

/**
 * A subnet id, `subnet-…`.
 * @throws InputError `SUBNET_ID_MALFORMED`.
 */
export function parseSubnetId(text: string): string {
  return parseId('SUBNET_ID_MALFORMED', 'a subnet id', 'subnet-', text);
}

/**
 * A NAT gateway id, `nat-…`.
 * @throws InputError `NAT_GATEWAY_ID_MALFORMED`.
 */
export function parseNatGatewayId(text: string): string {
  return parseId('NAT_GATEWAY_ID_MALFORMED', 'a NAT gateway id', 'nat-', text);
}

/**
 * A route table id, `rtb-…`.
 * @throws InputError `ROUTE_TABLE_ID_MALFORMED`.
 */
export function parseRouteTableId(text: string): string {
  return parseId('ROUTE_TABLE_ID_MALFORMED', 'a route table id', 'rtb-', text);
}

/**
 * A security group id, `sg-…`.
 * @throws InputError `SECURITY_GROUP_ID_MALFORMED`.
 */
export function parseSecurityGroupId(text: string): string {
  return parseId('SECURITY_GROUP_ID_MALFORMED', 'a security group id', 'sg-', text);
}

function isId(prefix: string, text: string): boolean {
  return text.startsWith(prefix) && /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(text.slice(prefix.length));
}

function parseId(code: string, kind: string, prefix: string, text: string): string {
  if (isId(prefix, text)) return text;
  throw new InputError(
    code,
    `${quoted(text)} is not ${kind}; write '${prefix}' and 8 or 17 lower-case hexadecimal digits, e.g. '${prefix}0123456789abcdef0'`,
  );
}
