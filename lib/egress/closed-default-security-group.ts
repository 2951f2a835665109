// Closes the default security group of a VPC, as `ec2.Vpc` would, but without asking AWS for zones at synth.
import { CustomResource, CustomResourceProvider, CustomResourceProviderRuntime, Duration, Stack } from 'aws-cdk-lib';
import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { bundlePath } from '../core/runtime-bundle';

const RESOURCE_TYPE = 'Custom::ExchangeKeysClosedDefaultSecurityGroup';

/** CloudFormation cannot change a VPC's default security group, so a function removes its rules. One per stack. */
export class ClosedDefaultSecurityGroup extends CustomResource {
  constructor(scope: Construct, id: string, vpc: CfnVPC) {
    const stack = Stack.of(scope);
    const provider = CustomResourceProvider.getOrCreateProvider(scope, RESOURCE_TYPE, {
      codeDirectory: bundlePath(scope, 'close-default-security-group'),
      runtime: CustomResourceProviderRuntime.NODEJS_24_X,
      description: 'Removes every rule from the default security group of an egress network',
      timeout: Duration.seconds(60),
      // Describe calls know no resource-level permissions (Service Authorization Reference, Amazon EC2).
      policyStatements: [{ Effect: 'Allow', Action: 'ec2:DescribeSecurityGroups', Resource: '*' }],
    });
    const arn = stack.formatArn({
      service: 'ec2',
      resource: 'security-group',
      resourceName: vpc.attrDefaultSecurityGroup,
    });
    provider.addToRolePolicy({
      Effect: 'Allow',
      Action: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      Resource: arn,
    });
    super(scope, id, {
      resourceType: RESOURCE_TYPE,
      serviceToken: provider.serviceToken,
      properties: { SecurityGroupId: vpc.attrDefaultSecurityGroup },
    });
  }
}
