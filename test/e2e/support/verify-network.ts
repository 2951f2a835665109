// The network at home as somebody with EC2 rights sees it, and what they can do to it by hand.
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AssociateNatGatewayAddressCommand,
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  AuthorizeSecurityGroupEgressCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteCommand,
  DisassociateAddressCommand,
  DisassociateNatGatewayAddressCommand,
  DisassociateSubnetCidrBlockCommand,
  type EC2Client,
  type IpPermission,
  type NatGatewayAddress,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { REGION, ZONES } from './verify-config';
import type { VerifyWorld } from './verify-world';

const EVERYWHERE = '0.0.0.0/0';
const EVERYWHERE_IPV6 = '::/0';

/** Each deed gives the one that takes it back. */
export class NetworkByHand {
  public static async of(world: VerifyWorld): Promise<NetworkByHand> {
    const [gateway] = await world.aws.natGateways(REGION);
    const probe = world.verify.insideProbes[ZONES[0]];
    const {
      SubnetIds: [subnet = ''] = [],
      SecurityGroupIds: [group = ''] = [],
      VpcId = '',
    } = (await world.configuration(probe)).VpcConfig ?? {};
    const table = (await world.aws.routeTableOf(REGION, subnet)).RouteTableId ?? '';
    const { NatGatewayId = '', NatGatewayAddresses = [] } = gateway;
    return new NetworkByHand(
      world,
      { gateway: NatGatewayId, probe, subnet, group, vpc: VpcId, table },
      NatGatewayAddresses,
    );
  }

  private readonly ec2: EC2Client;

  private constructor(
    private readonly world: VerifyWorld,
    /** Ids; subnet and route table of the first zone. */
    private readonly ids: Readonly<Record<'gateway' | 'probe' | 'subnet' | 'group' | 'vpc' | 'table', string>>,
    private readonly addresses: readonly NatGatewayAddress[],
  ) {
    this.ec2 = world.aws.ec2(REGION);
  }

  /** The zones leave by each other's address. */
  public async swapAddresses(): Promise<() => Promise<void>> {
    const [first, second] = this.addresses;
    await this.takeAddresses();
    await this.giveAddress(first, second.AvailabilityZone);
    await this.giveAddress(second, first.AvailabilityZone);
    return async () => {
      await this.takeAddresses();
      await this.giveAddress(first);
      await this.giveAddress(second);
    };
  }

  /** The address of the first zone goes to a network interface that is no NAT gateway's. */
  public async moveAddress(): Promise<() => Promise<void>> {
    const address = this.addresses.find(({ AvailabilityZone }) => AvailabilityZone === ZONES[0]) as NatGatewayAddress;
    await this.takeAddresses(address.AllocationId);
    const made = await this.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: this.ids.subnet }));
    const NetworkInterfaceId = made.NetworkInterface?.NetworkInterfaceId;
    const { AssociationId } = await this.ec2.send(
      new AssociateAddressCommand({ AllocationId: address.AllocationId, NetworkInterfaceId }),
    );
    return async () => {
      await this.ec2.send(new DisassociateAddressCommand({ AssociationId }));
      await this.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      await this.giveAddress(address);
    };
  }

  /** The first zone leaves by a gateway, and an address, that somebody has made. */
  public async changeRoute(): Promise<() => Promise<void>> {
    const { AllocationId } = await this.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const { NatGateway } = await this.ec2.send(
      new CreateNatGatewayCommand({ SubnetId: this.ids.subnet, AllocationId }),
    );
    const NatGatewayId = NatGateway?.NatGatewayId;
    await this.route(NatGatewayId);
    return async () => {
      await this.route(this.ids.gateway);
      await this.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
      await this.ec2.send(new ReleaseAddressCommand({ AllocationId }));
    };
  }

  /** The security group of the workloads lets out another port. */
  public openPort(port: number): Promise<() => Promise<void>> {
    return this.letOut({ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: EVERYWHERE }] });
  }

  /** A range, a route and a rule, and a function that makes use of them. */
  public async openIpv6(): Promise<() => Promise<void>> {
    const { ec2, ids } = this;
    const Ipv6Ranges = [{ CidrIpv6: EVERYWHERE_IPV6 }];
    const close = await this.letOut({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Ipv6Ranges });
    const { Ipv6CidrBlockAssociation: ofVpc } = await ec2.send(
      new AssociateVpcCidrBlockCommand({ VpcId: ids.vpc, AmazonProvidedIpv6CidrBlock: true }),
    );
    const range = ofVpc?.Ipv6CidrBlock?.replace('/56', '/64');
    const { Ipv6CidrBlockAssociation: ofSubnet } = await ec2.send(
      new AssociateSubnetCidrBlockCommand({ SubnetId: ids.subnet, Ipv6CidrBlock: range }),
    );
    const { EgressOnlyInternetGateway: way } = await ec2.send(
      new CreateEgressOnlyInternetGatewayCommand({ VpcId: ids.vpc }),
    );
    const route = { RouteTableId: ids.table, DestinationIpv6CidrBlock: EVERYWHERE_IPV6 };
    const { EgressOnlyInternetGatewayId } = way ?? {};
    await ec2.send(new CreateRouteCommand({ ...route, EgressOnlyInternetGatewayId }));
    await this.useIpv6(true);
    return async () => {
      await this.useIpv6(false);
      await ec2.send(new DeleteRouteCommand(route));
      await ec2.send(new DisassociateSubnetCidrBlockCommand({ AssociationId: ofSubnet?.AssociationId }));
      await close();
    };
  }

  /** DNS Firewall is taken from the VPC. By HTTP: its SDK is no dependency of anything here. */
  public async openNames(): Promise<() => Promise<void>> {
    const listed = await this.resolver('ListFirewallRuleGroupAssociations', { VpcId: this.ids.vpc });
    const [{ Id, FirewallRuleGroupId, Priority, VpcId }] = listed.FirewallRuleGroupAssociations as Record<
      string,
      string
    >[];
    await this.resolver('DisassociateFirewallRuleGroup', { FirewallRuleGroupAssociationId: Id });
    return async () => {
      const given = {
        FirewallRuleGroupId,
        VpcId,
        Priority: Number(Priority),
        Name: 'again',
        CreatorRequestId: 'again',
      };
      await this.resolver('AssociateFirewallRuleGroup', given);
    };
  }

  private async letOut(permission: IpPermission): Promise<() => Promise<void>> {
    const rule = { GroupId: this.ids.group, IpPermissions: [permission] };
    await this.ec2.send(new AuthorizeSecurityGroupEgressCommand(rule));
    return async () => {
      await this.ec2.send(new RevokeSecurityGroupEgressCommand(rule));
    };
  }

  private async useIpv6(Ipv6AllowedForDualStack: boolean): Promise<void> {
    const { SubnetIds, SecurityGroupIds } = (await this.world.configuration(this.ids.probe)).VpcConfig ?? {};
    const VpcConfig = { SubnetIds, SecurityGroupIds, Ipv6AllowedForDualStack };
    await this.world.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: this.ids.probe, VpcConfig }));
  }

  /** All of them, or one: an association that was made again has another id. */
  private async takeAddresses(allocationId?: string): Promise<void> {
    const [{ NatGatewayAddresses = [] }] = await this.world.aws.natGateways(REGION);
    const taken = NatGatewayAddresses.filter(({ AllocationId }) => [undefined, AllocationId].includes(allocationId));
    const AssociationIds = taken.map(({ AssociationId = '' }) => AssociationId);
    await this.ec2.send(new DisassociateNatGatewayAddressCommand({ NatGatewayId: this.ids.gateway, AssociationIds }));
  }

  private async giveAddress(
    { AllocationId = '', ...own }: NatGatewayAddress,
    zone = own.AvailabilityZone,
  ): Promise<void> {
    const given = { NatGatewayId: this.ids.gateway, AllocationIds: [AllocationId], AvailabilityZone: zone };
    await this.ec2.send(new AssociateNatGatewayAddressCommand(given));
  }

  private async route(NatGatewayId: string | undefined): Promise<void> {
    const route = { RouteTableId: this.ids.table, DestinationCidrBlock: EVERYWHERE, NatGatewayId };
    await this.ec2.send(new ReplaceRouteCommand(route));
  }

  private async resolver(operation: string, body: object): Promise<Record<string, unknown>> {
    const credential = `local/20260101/${REGION}/route53resolver/aws4_request`;
    const response = await fetch(this.world.aws.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Route53Resolver.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}`,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }
}
