// Interface endpoints: AWS services reached inside the VPC, from its own range, TCP 443 only.
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  IVpc,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ConfigError } from '../core/config-error';

export interface InterfaceEndpointProps {
  readonly vpc: IVpc;
  readonly vpcCidr: string;
  readonly services: InterfaceVpcEndpointAwsService[];
}

export function addInterfaceEndpoints(scope: Construct, props: InterfaceEndpointProps): void {
  if (props.services.length === 0) return;
  const group = new SecurityGroup(scope, 'EndpointSecurityGroup', {
    vpc: props.vpc,
    description: 'Interface endpoints: ingress TCP 443 from this VPC, no egress',
    allowAllOutbound: false,
  });
  group.addIngressRule(Peer.ipv4(props.vpcCidr), Port.tcp(443), 'HTTPS from this VPC');
  for (const service of props.services) {
    const id = `${pascalCase(service.shortName)}Endpoint`;
    if (scope.node.tryFindChild(id)) {
      throw new ConfigError(
        'INTERFACE_ENDPOINT_DUPLICATE',
        `'interfaceEndpoints' names '${service.shortName}' twice; name each service once`,
        scope,
      );
    }
    new InterfaceVpcEndpoint(scope, id, {
      vpc: props.vpc,
      service,
      subnets: { subnets: props.vpc.privateSubnets },
      securityGroups: [group],
      open: false,
    });
  }
}

/** `ecr.api` → `EcrApi` */
function pascalCase(shortName: string): string {
  return shortName.replace(/(?:^|[^a-z0-9])([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}
