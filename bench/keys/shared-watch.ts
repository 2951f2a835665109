// The watch of the ring and its egress check, which both sides take from the library: they cost the same for any number of keys.
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { EgressNetwork } from '../../lib';
import { natGatewayIds } from '../../lib/keys/network-place';
import { publishedNetworks } from '../../lib/verify/published-networks';
import { RingVerify } from '../../lib/verify/ring-verify';
import { RingWatch, type RingWatchProps } from '../../lib/watch/ring-watch';
import { ENVIRONMENT, LISTENER, REGION } from './case';

export type WatchedRing = Pick<RingWatchProps, 'callers' | 'encryptionKeyArn' | 'rotation' | 'caretaker' | 'keyCount'>;

export function sharedWatch(ring: Construct, network: EgressNetwork, watched: WatchedRing): void {
  const verify = new RingVerify(ring, {
    environment: ENVIRONMENT,
    suspended: false,
    networks: publishedNetworks(ring, network),
    allowlistRegions: REGION,
  });
  const { alarmTopic } = new RingWatch(ring, {
    ...watched,
    environment: ENVIRONMENT,
    settings: {},
    allowlistRegions: REGION,
    natGatewayIds: natGatewayIds(ring, network),
    verify,
  });
  alarmTopic.addSubscription(new EmailSubscription(LISTENER));
}
