// Turns `ring` and `keys` of a checked configuration into the keys stack of the home region.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { InputError } from '../contract/errors';
import type { ExchangeConfiguration } from '../contract/exchange/exchange-configuration';
import {
  EgressEventForwarding,
  Exchange,
  ExchangeKeyProps,
  IEgressNetwork,
  KeyPermission,
  KeyRefresh,
  KeyRing,
  RingSize,
  RiskTier,
  WatchProps,
} from '../lib';
import { isProductionEnvironment } from '../lib/core/checks';
import { Config, KeyConfig, RingConfig } from './config/config';
import { stackName, stackProps } from './stack-props';

/** Adds the keys stack, if the configuration has a ring. */
export function composeKeys(
  app: App,
  config: Config,
  networks: ReadonlyMap<string, IEgressNetwork>,
  readExchange: (file: string) => ExchangeConfiguration,
): void {
  if (!config.ring) return;
  const { homeRegion } = config.ring;
  const network = networks.get(homeRegion);
  if (!network) {
    throw new InputError(
      'HOME_REGION_WITHOUT_NETWORK',
      `'ring.homeRegion' is '${homeRegion}', which ${config.regions[homeRegion] ? 'has no network' : 'is not one of regions'}; rotation calls the exchange from there: name one of ${[...networks.keys()].join(', ') || 'regions, and give it a network'}`,
    );
  }
  const stack = new Stack(app, stackName(config, 'keys', homeRegion), {
    ...stackProps(config, 'keys', homeRegion),
    description: `Exchange API keys of ${config.environment} in ${homeRegion}: secrets, rotation, caretaker (cdk-exchange-keys)`,
    terminationProtection: config.terminationProtection ?? isProductionEnvironment(app, config.environment),
  });
  const ring = createRing(stack, config, config.ring, network, readExchange(config.ring.exchangeFile));
  for (const [id, key] of Object.entries(config.keys ?? {})) addKey(stack, ring, id, key, config.ring.owner);
}

function createRing(
  stack: Stack,
  config: Config,
  settings: RingConfig,
  network: IEgressNetwork,
  configuration: ExchangeConfiguration,
): KeyRing {
  const ring = new KeyRing(stack, 'Keys', {
    environment: config.environment,
    network,
    exchange: settings.manual ? Exchange.manual(configuration) : Exchange.xxkk(configuration),
    owner: settings.owner,
    operators: settings.operators.map((arn) => new ArnPrincipal(arn)),
    breakGlassRole: Role.fromRoleArn(stack, 'BreakGlassRole', settings.breakGlassRole),
    replicaRegions: settings.replicaRegions?.map((region) => ({ region })),
    size: settings.size && { standard: RingSize.STANDARD, sharded: RingSize.SHARDED }[settings.size],
    suspended: settings.suspended,
    probes: settings.probes && { ...settings.probes, echoServices: [...settings.probes.echoServices] },
    ...watchProps(stack, settings.alarms),
  });
  for (const email of settings.alarms?.emails ?? []) ring.alarmTopic.addSubscription(new EmailSubscription(email));
  return ring;
}

/** Changes of addresses and routes of another region are told by the ring in its home region. */
export function forwardEgressEvents(stack: Stack, { environment, ring }: Config): void {
  if (!ring || ring.homeRegion === stack.region) return;
  new EgressEventForwarding(stack, 'EventForwarding', { environment, homeRegion: ring.homeRegion });
}

function watchProps(stack: Stack, alarms: RingConfig['alarms'] = {}): WatchProps {
  const { topicArn, learningDays } = alarms;
  return {
    alarmTopic: topicArn === undefined ? undefined : Topic.fromTopicArn(stack, 'AlarmTopic', topicArn),
    alarmOverrides: alarms.overrides as WatchProps['alarmOverrides'],
    runbookUrl: alarms.runbookUrl,
    learningPeriod: learningDays === undefined ? undefined : Duration.days(learningDays),
    authFailureThreshold: alarms.authFailureThreshold,
  };
}

function addKey(stack: Stack, ring: KeyRing, id: string, settings: KeyConfig, owner: string): void {
  const { permissions, tier, overlapHours, refresh, workloadRoles, ...same } = settings;
  const props: ExchangeKeyProps = {
    owner,
    ...same,
    permissions: permissions as KeyPermission[],
    tier: tier as RiskTier | undefined,
    overlap: overlapHours === undefined ? undefined : Duration.hours(overlapHours),
    refresh: refresh && keyRefresh(refresh),
  };
  const key = ring.addKey(id, props);
  if (!workloadRoles) return;
  key.grantRead(...workloadRoles.map((arn, index) => Role.fromRoleArn(stack, `${id}Workload${index}`, arn)));
}

function keyRefresh({ pollingMinutes, redeployHours }: NonNullable<KeyConfig['refresh']>): KeyRefresh {
  if (pollingMinutes !== undefined) return KeyRefresh.polling(Duration.minutes(pollingMinutes));
  return KeyRefresh.onRedeploy(Duration.hours(redeployHours as number));
}
