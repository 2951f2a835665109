// Sends what happens to addresses, NAT gateways and routes of a region to the ring's home region, where it is told and checked.
import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { concreteRegion, requireEnvironment, requireRegion } from '../core/checks';
import { ConfigError } from '../core/config-error';
import { deploymentRoleArn } from '../core/deployment-role';
import { claimStack } from '../core/environment-claim';
import { apiCalls, ENABLED_FOR_ALL, nobodyOf } from '../watch/api-calls';
import { EGRESS_CHANGES } from '../watch/egress-changes';
import { parameterChanges } from '../watch/parameter-changes';

/** What makes the forwarding of one region. */
export interface EgressEventForwardingProps {
  /** Whose addresses these are. */
  readonly environment: string;
  /** Region of the ring, another one than the stack's. */
  readonly homeRegion: string;
  /**
   * Role that CloudFormation changes the addresses and networks of this region with; what it does is not forwarded.
   * @default - the CloudFormation execution role of the stack's synthesizer
   */
  readonly deploymentRoleArn?: string;
}

/**
 * For every region with addresses besides the ring's home: EC2 calls are events of the region they are made in. With this
 * the ring tells of them, and runs its egress check, as it does for those at home. Without it a change there is found at the
 * next run of the check, within five minutes. Needs a CloudTrail trail in its region.
 */
export class EgressEventForwarding extends Construct {
  constructor(scope: Construct, id: string, props: EgressEventForwardingProps) {
    super(scope, id);
    const environment = requireEnvironment(this, props.environment);
    const region = requireRegion(this);
    claimStack(this, environment);
    const home = concreteRegion(this, 'homeRegion', props.homeRegion);
    if (home === region) {
      throw new ConfigError(
        'FORWARDING_FROM_HOME_REGION',
        `'homeRegion' is '${home}', the region of the stack, where the ring sees the events already; remove the forwarding, or put it into a stack of another region`,
        this,
      );
    }
    const { account, partition } = Stack.of(this);
    const bus = `arn:${partition}:events:${home}:${account}:event-bus/default`;
    const role = new Role(this, 'Role', {
      description: `Sends events about egress addresses of ${environment} to ${home} (cdk-exchange-keys)`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/*` },
        },
      }),
      inlinePolicies: {
        Forward: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] })],
        }),
      },
    });
    const deployment = deploymentRoleArn(this, props.deploymentRoleArn);
    new CfnRule(this, 'Rule', {
      description: `Sends changes of addresses, NAT gateways and routes to ${home} (cdk-exchange-keys, ${environment})`,
      state: ENABLED_FOR_ALL,
      eventPattern: {
        // Events that came from elsewhere keep their region: with this they do not go round.
        region: [region],
        ...apiCalls('aws.ec2', { eventName: EGRESS_CHANGES, ...nobodyOf([deployment]) }),
      },
      targets: [{ id: 'Home', arn: bus, roleArn: role.roleArn }],
    });
    new CfnRule(this, 'ParameterRule', {
      description: `Sends changes of what is published to ${home} (cdk-exchange-keys, ${environment})`,
      state: ENABLED_FOR_ALL,
      eventPattern: { region: [region], ...parameterChanges(environment, [deployment]) },
      targets: [{ id: 'Home', arn: bus, roleArn: role.roleArn }],
    });
  }
}
