// Probes of a ring as most tests give them.
import { NestedStack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { KeyRing, ProbeProps } from '../../lib';
import { compliantTemplate } from './egress';

export const PROBES: ProbeProps = {
  echoServices: ['https://checkip.amazonaws.com', 'https://api.ipify.org'],
  accounts: { xxkk: 'probe-1' },
};

/** The template of what proves the ring's way out. */
export function verifyTemplate(ring: KeyRing): Template {
  return compliantTemplate(ring.node.findChild('Verify') as NestedStack);
}
