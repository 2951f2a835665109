// Builds small apps with our egress constructs, and runs the policy pack over every one of them.
import { App, AppProps, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EgressAddresses, EgressAddressesProps, EgressNetwork, EgressNetworkProps } from '../../lib';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

export interface Scenario {
  readonly app: App;
  readonly addresses: EgressAddresses;
  readonly addressStack: Stack;
  readonly networkStack: Stack;
}

export type AddressOptions = Partial<EgressAddressesProps>;
export type NetworkOptions = Partial<Omit<EgressNetworkProps, 'addresses'>>;

export function stackIn(app: App, id: string, props: StackProps = {}): Stack {
  return new Stack(app, id, { env: { account: ACCOUNT, region: REGION }, ...props });
}

/** An app with addresses; the network's stack is there, but empty. */
export function withAddresses(
  options: AddressOptions = {},
  stackProps: StackProps = {},
  appProps?: AppProps,
): Scenario {
  const app = new App(appProps);
  const addressStack = stackIn(app, 'Addresses', {
    terminationProtection: options.environment === 'prod',
    ...stackProps,
  });
  const addresses = new EgressAddresses(addressStack, 'Egress', {
    environment: 'dev',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    ...options,
  });
  return { app, addresses, addressStack, networkStack: stackIn(app, 'Network') };
}

export interface NetworkScenario extends Scenario {
  readonly network: EgressNetwork;
}

/** An app with addresses and their network. */
export function withNetwork(options: NetworkOptions = {}, addressOptions: AddressOptions = {}): NetworkScenario {
  const scenario = withAddresses(addressOptions);
  const network = new EgressNetwork(scenario.networkStack, 'Network', { addresses: scenario.addresses, ...options });
  return { ...scenario, network };
}

/** The template, after cdk-nag found nothing in the app that is not acknowledged. */
export function compliantTemplate(stack: Stack): Template {
  const app = stack.node.root as App;
  if (!checkedApps.has(app)) {
    checkedApps.add(app);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth(); // throws, with the report as message, on a finding that nobody acknowledged
  }
  return Template.fromStack(stack);
}

const checkedApps = new WeakSet<App>();

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Record<string, unknown>;
}

/** Resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as Record<string, Resource>;
}
