// A region of the local AWS with addresses, a network and what both publish; a test breaks one thing and looks.
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  type AllowlistRole,
  allowlistParameterName,
  serializeAllowlistDocument,
} from '../../../../../contract/allowlist';
import { type NetworkDocument, networkParameterName } from '../../../../../contract/egress';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../../local-aws/start-local-aws';
import type { Patience } from '../../../../../runtime/shared/ec2-client';
import { checkRegion, egressReader } from '../../../../../runtime/shared/egress-check';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'prod';

export const PATIENCE: Patience = { connectionTimeout: 2_000, requestTimeout: 10_000, maxAttempts: 2, total: 30_000 };

export type Layout = 'zonal' | 'single' | 'regional';

export interface Address {
  readonly availabilityZone: string;
  readonly allocationId: string;
  readonly address: string;
  role: AllowlistRole;
}

const zoneOf = (letter: string, region = REGION) => `${region}${letter}`;

export class EgressWorld {
  public readonly ec2: EC2Client;
  public readonly ssm: SSMClient;

  private constructor(private readonly aws: LocalAws) {
    Object.assign(process.env, clientVariables(aws.endpoint, REGION));
    this.ec2 = new EC2Client({ region: REGION });
    this.ssm = new SSMClient({ region: REGION });
  }

  public static async start(): Promise<EgressWorld> {
    return new EgressWorld(await startLocalAws());
  }

  public get endpoint(): string {
    return this.aws.endpoint;
  }

  public async reset(): Promise<void> {
    await fetch(`${this.aws.endpoint}/moto-api/reset`, { method: 'POST' });
  }

  public async stop(): Promise<void> {
    this.ec2.destroy();
    this.ssm.destroy();
    await this.aws.stop();
  }

  /** Addresses in a, b (active; only a under `single`) and c (standby), a network in a and b, and both published. */
  public async deploy(layout: Layout): Promise<Deployed> {
    const deployed = new Deployed(this, await this.allocate(layout));
    await deployed.addNetwork(layout, ['a', 'b']);
    await deployed.publish();
    return deployed;
  }

  public async allocate(layout: Layout): Promise<Address[]> {
    const active = layout === 'single' ? ['a'] : ['a', 'b'];
    const addresses: Address[] = [];
    for (const letter of [...active, 'c']) {
      addresses.push({ ...(await this.address(letter)), role: active.includes(letter) ? 'active' : 'standby' });
    }
    return addresses;
  }

  public async address(letter: string) {
    const { AllocationId, PublicIp } = await this.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    return {
      availabilityZone: zoneOf(letter),
      allocationId: String(AllocationId),
      address: String(PublicIp),
    };
  }

  public async put(name: string, value: string): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true }));
  }

  /** What the check says, with a short patience. */
  public async check(expectedNetworks?: readonly string[], changes: { region?: string } = {}) {
    const { region = REGION } = changes;
    const ssm = new SSMClient({ region, maxAttempts: 1 });
    const ec2 = egressReader(region, PATIENCE);
    try {
      const request = { environment: ENVIRONMENT, region, ssm, ec2, localAws: true, expectedNetworks };
      return await checkRegion(request);
    } finally {
      ssm.destroy();
      ec2.close();
    }
  }

  /** A VPC with an internet gateway. */
  public async vpc(): Promise<{ vpcId: string; internetGatewayId: string }> {
    const { Vpc } = await this.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const { InternetGateway } = await this.ec2.send(new CreateInternetGatewayCommand({}));
    const ids = { vpcId: String(Vpc?.VpcId), internetGatewayId: String(InternetGateway?.InternetGatewayId) };
    const attachment = { VpcId: ids.vpcId, InternetGatewayId: ids.internetGatewayId };
    await this.ec2.send(new AttachInternetGatewayCommand(attachment));
    return ids;
  }

  public async subnet(vpcId: string, letter: string, third: number): Promise<string> {
    const { Subnet } = await this.ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        AvailabilityZone: zoneOf(letter),
        CidrBlock: `10.0.${third}.0/24`,
      }),
    );
    return String(Subnet?.SubnetId);
  }

  public async zonalGateway(subnetId: string, allocationId: string): Promise<string> {
    const { NatGateway } = await this.ec2.send(
      new CreateNatGatewayCommand({ SubnetId: subnetId, AllocationId: allocationId }),
    );
    return String(NatGateway?.NatGatewayId);
  }

  public async routeTable(vpcId: string, subnetId: string, natGatewayId: string): Promise<string> {
    const { RouteTable } = await this.ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const routeTableId = String(RouteTable?.RouteTableId);
    await this.ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }));
    await this.route(routeTableId, '0.0.0.0/0', { NatGatewayId: natGatewayId });
    return routeTableId;
  }

  public async route(routeTableId: string, cidr: string, target: { NatGatewayId?: string; GatewayId?: string }) {
    await this.ec2.send(new CreateRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: cidr, ...target }));
  }
}

/** What `deploy` made. */
export class Deployed {
  public readonly networks = new Map<string, NetworkDocument>();
  public internetGatewayId = '';

  public constructor(
    private readonly world: EgressWorld,
    public readonly addresses: Address[],
  ) {}

  /** Parameter names of the networks. */
  public get names(): string[] {
    return [...this.networks.keys()];
  }

  public get network(): NetworkDocument {
    return [...this.networks.values()][0];
  }

  public addressOf(letter: string): Address {
    const found = this.addresses.find(({ availabilityZone }) => availabilityZone.endsWith(letter));
    if (!found) throw new Error(`no address for ${letter}`);
    return found;
  }

  public zone(letter: string) {
    const found = this.network.zones.find(({ availabilityZone }) => availabilityZone.endsWith(letter));
    if (!found) throw new Error(`no zone ${letter}`);
    return found;
  }

  public async addNetwork(layout: Layout, letters: string[], name = 'Network.Network'): Promise<void> {
    const { world } = this;
    const { vpcId, internetGatewayId } = await world.vpc();
    this.internetGatewayId = internetGatewayId;
    const gateways = await this.gateways(layout, vpcId, letters);
    const zones = [];
    for (const [index, letter] of letters.entries()) {
      const subnetId = await world.subnet(vpcId, letter, index);
      const natGatewayId = gateways[letter];
      const routeTableId = await world.routeTable(vpcId, subnetId, natGatewayId);
      const { allocationId } = this.addressOf(layout === 'single' ? 'a' : letter);
      zones.push({ availabilityZone: zoneOf(letter), subnetId, routeTableId, natGatewayId, allocationId });
    }
    const parameter = networkParameterName(ENVIRONMENT, REGION, name);
    this.networks.set(parameter, { schema: 1, environment: ENVIRONMENT, region: REGION, vpcId, zones });
  }

  private async gateways(layout: Layout, vpcId: string, letters: string[]): Promise<Record<string, string>> {
    if (layout === 'regional') {
      const { NatGateway } = await this.world.ec2.send(
        new CreateNatGatewayCommand({
          VpcId: vpcId,
          AvailabilityMode: 'regional',
          AvailabilityZoneAddresses: letters.map((letter) => ({
            AvailabilityZone: zoneOf(letter),
            AllocationIds: [this.addressOf(letter).allocationId],
          })),
        }),
      );
      return Object.fromEntries(letters.map((letter) => [letter, String(NatGateway?.NatGatewayId)]));
    }
    const ids: Record<string, string> = {};
    for (const [index, letter] of letters.entries()) {
      ids[letter] =
        layout === 'single' && index > 0
          ? ids[letters[0]]
          : await this.world.zonalGateway(
              await this.world.subnet(vpcId, letter, 100 + index),
              this.addressOf(letter).allocationId,
            );
    }
    return ids;
  }

  public async publish(): Promise<void> {
    const entries = this.addresses.map((address) => ({ ...address, cidr: `${address.address}/32` }));
    const cidrs = entries.map(({ cidr }) => cidr);
    const document = { schemaVersion: 1 as const, environment: ENVIRONMENT, region: REGION, cidrs, entries };
    await this.world.put(
      allowlistParameterName(ENVIRONMENT, REGION),
      serializeAllowlistDocument(document, { localAws: true }),
    );
    for (const [name, network] of this.networks) await this.world.put(name, JSON.stringify(network));
  }
}
