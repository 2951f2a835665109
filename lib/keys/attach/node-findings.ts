// What is wrong with the nodes that pods with a key run on: an override may have moved what EgressNodeGroup has placed.
import { CfnResource } from 'aws-cdk-lib';
import { finding } from '../../core/config-error';
import { EgressNodeGroup } from '../../egress';
import { AppResource, AppResources, listOf, part } from './app-resources';
import { AttachableKey } from './attachable-key';
import { refersTo } from './references';
import { subnetFindings } from './subnet-findings';

export function nodeFindings(app: AppResources, key: AttachableKey, nodes: EgressNodeGroup): string[] {
  const own = new Set(nodes.node.findAll());
  const made = (type: string) => app.ofType(type).filter(({ resource }) => own.has(resource));
  const templates = made('AWS::EC2::LaunchTemplate');
  return [
    ...made('AWS::EKS::Nodegroup').flatMap((by) => [
      ...subnetFindings(app, key, { by, what: 'nodes for pods', subnets: by.properties.Subnets }),
      ...templateFindings(key, by, templates),
    ]),
    ...templates.flatMap((by) => interfaceFindings(key, by)),
  ];
}

function templateFindings(key: AttachableKey, by: AppResource, templates: readonly AppResource[]): string[] {
  const { Id } = part(by.properties.LaunchTemplate);
  if (templates.some(({ resource }) => refersTo(by, Id, resource.ref))) return [];
  return [outside(key, by.resource, 'has another launch template than the one that EgressNodeGroup made')];
}

function interfaceFindings(key: AttachableKey, { resource, properties }: AppResource): string[] {
  const interfaces = listOf(part(properties.LaunchTemplateData).NetworkInterfaces)?.map(part) ?? [];
  const open = interfaces.length === 0 || interfaces.some((one) => one.AssociatePublicIpAddress !== false);
  return [
    ...(open
      ? [
          finding(
            'WORKLOAD_PUBLIC_IP',
            `'${resource.node.path}' makes nodes for pods with key '${key.keyName}' that may have a public address, which no exchange knows; remove the override`,
          ),
        ]
      : []),
    ...(interfaces.some(
      ({ SubnetId, NetworkInterfaceId }) => SubnetId !== undefined || NetworkInterfaceId !== undefined,
    )
      ? [outside(key, resource, 'names a subnet or an interface of its own')]
      : []),
  ];
}

function outside(key: AttachableKey, resource: CfnResource, problem: string): string {
  return finding(
    'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
    `'${resource.node.path}' makes nodes for pods with key '${key.keyName}' and ${problem}; remove the override`,
  );
}
