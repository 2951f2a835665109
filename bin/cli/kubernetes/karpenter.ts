// `kubernetes karpenter`: nodes in the workload subnets, started by Karpenter.
import type { AccountCommand } from '../command';
import { findSubnets } from './find-subnets';
import { karpenterNodes } from './manifests/karpenter';
import { formed, required, securityGroupsOption, subnetsOption } from './options';
import { printManifest } from './workload-command';

const AMI = /^(al2023|bottlerocket)@v?[0-9][0-9A-Za-z.-]*$/;
const ROLE = /^[\w+=,.@-]{1,64}$/;

export const karpenter: AccountCommand = {
  needs: 'account',
  usage: 'karpenter',
  summary: 'a NodePool and an EC2NodeClass of Karpenter in the workload subnets',
  description:
    'The subnets are those that the network of the environment publishes in the region, or --subnets. Nothing is applied.',
  options: [
    { flags: '--role <name>', description: "name of the nodes' IAM role" },
    {
      flags: '--security-groups <list>',
      description: "ids of the network's workload security group and of an EgressNodeSecurityGroup",
    },
    { flags: '--ami <alias>', description: 'image and its version, al2023@v20261101; not latest' },
    { flags: '--architecture <name>', description: 'amd64 or arm64', default: 'amd64' },
    { flags: '--network <name>', description: 'which network, where the environment has several in the region' },
    { flags: '--subnets <list>', description: 'ids of workload subnets instead of asking AWS' },
  ],
  examples: [
    'karpenter -e prod --role EgressNodes --security-groups sg-0123456789abcdef0,sg-0fedcba9876543210 --ami al2023@v20261101',
  ],
  async run(session, { options }) {
    const role = formed('--role', required(options, 'role', '--role', 'EgressNodes'), ROLE, 'EgressNodes');
    const securityGroupIds = securityGroupsOption(options);
    const alias = required(options, 'ami', '--ami', 'al2023@v20261101');
    const ami = formed('--ami', alias, AMI, "'al2023@v20261101' or 'bottlerocket@1.50.0', a version and not 'latest'");
    const architecture = formed(
      '--architecture',
      String(options.architecture),
      /^(amd64|arm64)$/,
      "'amd64' or 'arm64'",
    );
    const subnetIds = subnetsOption(options) ?? (await findSubnets(session, options.network));
    const { environment, output } = session;
    printManifest(output, karpenterNodes({ environment, subnetIds, securityGroupIds, role, ami, architecture }));
  },
};
