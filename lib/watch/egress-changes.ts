// The EC2 calls that can change from where traffic leaves, or who owns an address.

/** Event names as CloudTrail gives them (EC2 API Reference, actions). */
export const EGRESS_CHANGES = [
  'ReleaseAddress',
  'AssociateAddress',
  'DisassociateAddress',
  'EnableAddressTransfer',
  'CreateNatGateway',
  'DeleteNatGateway',
  'AssociateNatGatewayAddress',
  'DisassociateNatGatewayAddress',
  'CreateRoute',
  'ReplaceRoute',
  'DeleteRoute',
  'AssociateRouteTable',
  'DisassociateRouteTable',
  'ReplaceRouteTableAssociation',
  'EnableVgwRoutePropagation',
  'DetachInternetGateway',
  'ModifySubnetAttribute',
  'AssociateSubnetCidrBlock',
  'CreateEgressOnlyInternetGateway',
];
