// One Elastic IP that is ours for ever: retained, and with tags that nothing applied later can change.
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { AvailabilityZone, pascalCaseZone } from '../../contract/availability-zone';

export interface ElasticIpProps {
  readonly environment: string;
  readonly zone: AvailabilityZone;
  /** A public IPv4 pool of IPAM instead of Amazon's own. */
  readonly ipamPoolId?: string;
  /** False only where the user has acknowledged the loss of this zone's address. */
  readonly kept: boolean;
}

export function createElasticIp(scope: Construct, { environment, zone, ipamPoolId, kept }: ElasticIpProps): CfnEIP {
  const eip = new CfnEIP(scope, `Address${pascalCaseZone(zone.name)}`, { domain: 'vpc', ipamPoolId });
  eip.applyRemovalPolicy(kept ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY);
  // Frozen: a tag change makes CloudFormation touch an address in use (cloudformation-coverage-roadmap #309), so the
  // tags depend on nothing but environment and zone, and tags applied to the stack or the app do not reach it.
  eip.addPropertyOverride('Tags', [
    { Key: 'Name', Value: `exchange-keys/${environment}/${zone.name}` },
    { Key: 'exchange-keys:availability-zone', Value: zone.name },
    { Key: 'exchange-keys:environment', Value: environment },
    // Cost janitors release idle addresses; this is the opt-out tag one of them honours.
    { Key: 'TrustedAdvisorAutomate', Value: 'false' },
  ]);
  return eip;
}
