// The watch of the ring, which both sides take from the library: it costs the same for any number of keys.
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { EgressNetwork } from '../../lib';
import { natGatewayIds } from '../../lib/keys/network-place';
import { RingWatch, type RingWatchProps } from '../../lib/watch/ring-watch';
import { ENVIRONMENT, LISTENER, REGION } from './case';

export type WatchedRing = Pick<RingWatchProps, 'callers' | 'encryptionKeyArn' | 'rotation' | 'caretaker' | 'keyCount'>;

export function sharedWatch(ring: Construct, network: EgressNetwork, watched: WatchedRing): void {
  const { alarmTopic } = new RingWatch(ring, {
    ...watched,
    environment: ENVIRONMENT,
    settings: {},
    allowlistRegions: REGION,
    natGatewayIds: natGatewayIds(ring, network),
  });
  alarmTopic.addSubscription(new EmailSubscription(LISTENER));
}
