// What somebody can move, change and open in the cloud by hand.
import { NetworkByHand } from '../support/verify-network';
import type { VerifyWorld } from '../support/verify-world';
import type { Fault } from './fault';

const byHand = (deed: (network: NetworkByHand) => Promise<() => Promise<void>>) => async (world: VerifyWorld) =>
  deed(await NetworkByHand.of(world));

export const CLOUD_FAULTS: readonly Fault[] = [
  {
    what: 'the zones have each other’s address',
    alarms: ['EgressDrift', 'InsideProbeFailed'],
    happens: byHand((network) => network.swapAddresses()),
  },
  {
    // nothing leaves from the zone any more, so that nothing is proven there
    what: 'an address is moved to something else',
    alarms: ['EgressDrift', 'InsideProbeUnknown'],
    happens: byHand((network) => network.moveAddress()),
  },
  {
    what: 'a route leads to another NAT gateway',
    alarms: ['EgressDrift', 'InsideProbeFailed'],
    happens: byHand((network) => network.changeRoute()),
  },
  {
    what: 'the security group lets out another port',
    alarms: ['OpenPath'],
    happens: byHand((network) => network.openPort(80)),
  },
  {
    what: 'the subnet has IPv6',
    alarms: ['EgressDrift', 'OpenPath'],
    happens: byHand((network) => network.openIpv6()),
  },
  {
    what: 'every name resolves',
    alarms: ['OpenPath'],
    happens: byHand((network) => network.openNames()),
  },
];
