// Refuses networks that are meant to be peered but whose ranges overlap: the routes could not be written later.
import { checkNoOverlap } from '../../contract/vpc-cidr';
import { checked } from '../core/config-error';
import { EgressNetwork } from './egress-network';

export function refuseOverlap(network: EgressNetwork, others: EgressNetwork[]): void {
  const named = [network, ...others].map(({ addresses, node, vpcCidr }) => ({
    name: `${node.path} (${addresses.region})`,
    cidr: vpcCidr,
  }));
  checked(network, 'peerableWith', () => checkNoOverlap(named));
}
