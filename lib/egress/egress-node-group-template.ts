// How nodes of an egress network start: no public address, no way from a pod to the node's role, encrypted disks.
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { disksOf, EgressNodeImage } from './egress-node-group-image';

/** What a launch template is made of. */
export interface NodeTemplateProps {
  readonly image: EgressNodeImage;
  readonly diskGib: number;
  readonly securityGroupIds: string[];
  /** Of instances and disks. */
  readonly tags: { readonly [name: string]: string };
}

/** The template has no key pair, so that nobody logs in by SSH, and leaves image and user data to EKS. */
export function createNodeTemplate(scope: Construct, props: NodeTemplateProps): CfnLaunchTemplate {
  const tags = Object.entries(props.tags).map(([key, value]) => ({ key, value }));
  return new CfnLaunchTemplate(scope, 'LaunchTemplate', {
    launchTemplateData: {
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        // One hop: the answer reaches the node's own processes, and no pod that has an address of its own.
        httpPutResponseHopLimit: 1,
        httpProtocolIpv6: 'disabled',
        instanceMetadataTags: 'disabled',
      },
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: false,
          deleteOnTermination: true,
          groups: props.securityGroupIds,
        },
      ],
      blockDeviceMappings: disksOf(props.image, props.diskGib).map(({ device, gib }) => ({
        deviceName: device,
        ebs: { encrypted: true, volumeType: 'gp3', volumeSize: gib, deleteOnTermination: true },
      })),
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
    },
  });
}
