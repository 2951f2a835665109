// Turns a checked configuration into stacks: per region one for the addresses and one for the network, and one for keys.
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { InputError } from '../contract/errors';
import type { ExchangeConfiguration } from '../contract/exchange/exchange-configuration';
import {
  AddressSource,
  EgressAddresses,
  EgressLock,
  EgressNetwork,
  ExistingEgressNetwork,
  IEgressNetwork,
  NatLayout,
} from '../lib';
import { isProductionEnvironment, requireEnvironment } from '../lib/core/checks';
import { composeKeys, forwardEgressEvents } from './compose-keys';
import { Config, NetworkConfig, RegionConfig } from './config/config';
import { stackName, stackProps } from './stack-props';

const LAYOUTS: Record<NonNullable<NetworkConfig['layout']>, NatLayout> = {
  zonal: NatLayout.ZONAL,
  regional: NatLayout.REGIONAL,
  single: NatLayout.SINGLE,
};

const ENDPOINTS: Record<NonNullable<NetworkConfig['interfaceEndpoints']>[number], InterfaceVpcEndpointAwsService> = {
  secretsmanager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  kms: InterfaceVpcEndpointAwsService.KMS,
  logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  monitoring: InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
  sts: InterfaceVpcEndpointAwsService.STS,
  ssm: InterfaceVpcEndpointAwsService.SSM,
  events: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
  sns: InterfaceVpcEndpointAwsService.SNS,
  sqs: InterfaceVpcEndpointAwsService.SQS,
  lambda: InterfaceVpcEndpointAwsService.LAMBDA,
  ec2: InterfaceVpcEndpointAwsService.EC2,
};

/**
 * Adds every region's stacks to the app. No stack refers to one of another region.
 * @param readExchange gives the configuration in the file that `ring.exchangeFile` names
 * @param lock guards the addresses of every region; without it none is guarded
 */
export function compose(
  app: App,
  config: Config,
  readExchange: (file: string) => ExchangeConfiguration,
  lock?: EgressLock,
): void {
  requireEnvironment(app, config.environment);
  const networks = new Map<string, IEgressNetwork>();
  for (const [region, settings] of Object.entries(config.regions)) {
    const addresses = composeAddresses(app, config, region, settings, lock);
    if (!settings.network) continue;
    networks.set(region, composeNetwork(app, config, region, settings.network, addresses, [...networks.values()]));
  }
  composeKeys(app, config, networks, readExchange);
}

function composeAddresses(
  app: App,
  config: Config,
  region: string,
  settings: RegionConfig,
  lock: EgressLock | undefined,
): EgressAddresses {
  const stack = new Stack(app, stackName(config, 'addresses', region), {
    ...stackProps(config, 'addresses', region),
    description: `Static egress addresses of ${config.environment} in ${region}, allowlisted at exchanges; kept on deletion (cdk-exchange-keys)`,
    terminationProtection: config.terminationProtection ?? isProductionEnvironment(app, config.environment),
  });
  const addresses = new EgressAddresses(stack, 'Egress', {
    environment: config.environment,
    availabilityZones: [...(settings.availabilityZones ?? [])],
    standbyAvailabilityZones: [...(settings.standbyAvailabilityZones ?? [])],
    source: addressSource(settings.addresses),
    acknowledgeAddressLoss: settings.acknowledgeAddressLoss && [...settings.acknowledgeAddressLoss],
    lock,
    declaredPool: settings.addresses?.declaredPool,
  });
  forwardEgressEvents(stack, config);
  // One construct per stack here, so its outputs can have the names that people read aloud.
  for (const output of addresses.node.children) {
    if (output instanceof CfnOutput) output.overrideLogicalId(output.node.id);
  }
  return addresses;
}

function addressSource(settings: RegionConfig['addresses']): AddressSource {
  switch (settings?.source) {
    case 'adopt':
      return AddressSource.adopt({ ...(settings.allocationIds as Record<string, string>) });
    case 'ipam-pool':
      return AddressSource.ipamPool(settings.ipamPoolId as string);
    default:
      return AddressSource.allocate();
  }
}

function composeNetwork(
  app: App,
  config: Config,
  region: string,
  settings: NetworkConfig,
  addresses: EgressAddresses,
  others: IEgressNetwork[],
): IEgressNetwork {
  const stack = new Stack(app, stackName(config, 'network', region), {
    ...stackProps(config, 'network', region),
    description: `Network of ${config.environment} in ${region} whose only way out is its static egress addresses; replaceable (cdk-exchange-keys)`,
  });
  if (settings.existing) {
    if (config.peering) throw peeringUndecidable(region);
    return new ExistingEgressNetwork(stack, 'Network', {
      addresses,
      vpcId: settings.existing.vpcId,
      zones: settings.existing.zones as ConstructorParameters<typeof ExistingEgressNetwork>[2]['zones'],
    });
  }
  return new EgressNetwork(stack, 'Network', {
    addresses,
    layout: settings.layout && LAYOUTS[settings.layout],
    availabilityZones: settings.availabilityZones && [...settings.availabilityZones],
    acknowledgeSingleNat: settings.acknowledgeSingleNat,
    vpcCidr: settings.vpcCidr,
    peerableWith: config.peering ? others.filter((other) => other instanceof EgressNetwork) : undefined,
    interfaceEndpoints: settings.interfaceEndpoints?.map((name) => ENDPOINTS[name]),
    dnsAllowlist: settings.dnsAllowlist && [...settings.dnsAllowlist],
  });
}

function peeringUndecidable(region: string): InputError {
  return new InputError(
    'PEERING_WITH_EXISTING_NETWORK',
    `'peering' is true, but 'regions.${region}.network.existing' names a VPC whose range is not known at synth, so an overlap cannot be ruled out; set 'peering' to false and check the ranges by hand`,
  );
}
