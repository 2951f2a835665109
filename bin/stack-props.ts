// Names, tags and places of the app's stacks.
import { StackProps } from 'aws-cdk-lib';
import { Config } from './config/config';

/** What a stack is for. */
export type Component = 'addresses' | 'network' | 'keys';

export function stackName(config: Config, component: Component, region: string): string {
  return `exchange-keys-${config.environment}-${component}-${region}`;
}

export function stackProps(config: Config, component: Component, region: string): StackProps {
  return {
    env: { account: config.account ?? process.env.CDK_DEFAULT_ACCOUNT, region },
    tags: {
      'exchange-keys:environment': config.environment,
      'exchange-keys:component': component,
      // CloudFormation hands stack tags on to the resources. An owner changes, and an address in use must not be
      // touched for that: the addresses' stack carries no tag that could change.
      ...(component !== 'addresses' && config.owner ? { 'exchange-keys:owner': config.owner } : {}),
    },
  };
}
