// Hand-written: retained Elastic IPs with explicit exports, the allowlist as output and as SSM document.
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ENVIRONMENT, envOf, stackName, zonesOf } from '../case';

export class AddressStack extends Stack {
  /** What a network stack writes for an allocation id: an import, by zone. */
  public readonly allocationIds: { [zone: string]: string } = {};

  constructor(app: App, region: string) {
    super(app, stackName('addresses', region), { env: envOf(region), terminationProtection: true });
    const entries = zonesOf(region).map((zone) => this.allocate(zone));
    const parameterName = `/exchange-keys/${ENVIRONMENT}/egress/${region}/allowlist`;
    new StringParameter(this, 'AllowlistParameter', {
      parameterName,
      description: `Egress addresses of ${ENVIRONMENT} in ${region}, to be allowed at every exchange`,
      stringValue: JSON.stringify({
        schemaVersion: 1,
        environment: ENVIRONMENT,
        region,
        cidrs: entries.map(({ cidr }) => cidr),
        entries,
      }),
    });
    new CfnOutput(this, 'AllowlistCidrs', {
      description: `CIDRs to allowlist at every exchange: ${ENVIRONMENT}, ${region}`,
      value: entries.map(({ cidr }) => cidr).join(','),
    });
    new CfnOutput(this, 'AllowlistParameterName', {
      description: 'SSM parameter with the allowlist document (zone, allocation id, address, CIDR, role)',
      value: parameterName,
    });
  }

  private allocate(zone: string) {
    const eip = new CfnEIP(this, `Address${zone}`, {
      domain: 'vpc',
      tags: [
        { key: 'Name', value: `exchange-keys/${ENVIRONMENT}/${zone}` },
        { key: 'exchange-keys:availability-zone', value: zone },
        { key: 'exchange-keys:environment', value: ENVIRONMENT },
        { key: 'TrustedAdvisorAutomate', value: 'false' },
      ],
    });
    eip.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.allocationIds[zone] = this.exportValue(eip.attrAllocationId);
    return {
      availabilityZone: zone,
      allocationId: eip.attrAllocationId,
      address: eip.attrPublicIp,
      cidr: `${eip.attrPublicIp}/32`,
      role: 'active',
    };
  }
}
