// Refuses networks that are meant to be peered but whose ranges overlap: the routes could not be written later.
import { IConstruct } from 'constructs';
import { checkNoOverlap } from '../../contract/vpc-cidr';
import { checked } from '../core/config-error';

/** What this check needs of a network. */
interface PeerableNetwork extends IConstruct {
  readonly addresses: { readonly region: string };
  readonly vpcCidr: string;
}

export function refuseOverlap(network: PeerableNetwork, others: PeerableNetwork[]): void {
  const named = [network, ...others].map(({ addresses, node, vpcCidr }) => ({
    name: `${node.path} (${addresses.region})`,
    cidr: vpcCidr,
  }));
  checked(network, 'peerableWith', () => checkNoOverlap(named));
}
