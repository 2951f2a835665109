// What is wrong with how instances with a key run: their place, public addresses, and how easily their role is stolen.
import { IRole } from 'aws-cdk-lib/aws-iam';
import { finding } from '../../core/config-error';
import { AppResource, AppResources } from './app-resources';
import { AttachableKey } from './attachable-key';
import { InstanceLaunch, InstanceLaunches } from './instance-launches';
import { placementUnknown, starterUnknown } from './placement-unknown';
import { mentions } from './references';
import { shownRendered } from './shown-rendered';
import { placeFindings } from './subnet-findings';

/** @param placement why it may be unknown where instances run */
export function instanceFindings(
  app: AppResources,
  key: AttachableKey,
  role: IRole,
  placement: string | undefined,
): string[] {
  const found = new InstanceLaunches(app, role);
  const launches = found.all();
  const unused = launches.filter(({ place }) => place === undefined);
  const what = `role '${role.node.path}'`;
  return [
    ...launches.flatMap((launch) => launchFindings(app, key, launch)),
    ...(placement
      ? []
      : [...unused.map(({ by }) => by), ...found.elsewhere()].map((by) => starterUnknown(key, what, by))),
    ...(launches.length === 0 && !placement
      ? [placementUnknown(key, what, 'no instance or Auto Scaling group', 'instances of an EC2 fleet')]
      : []),
  ];
}

function launchFindings(app: AppResources, key: AttachableKey, launch: InstanceLaunch): string[] {
  const { by, place, publicIp, httpTokens } = launch;
  const findings = place ? placeFindings(app, key, { by, what: 'instances', ...place }) : [];
  const open = publicIp.find((value) => value !== false);
  if (open !== undefined) {
    findings.push(publicAddress(key, by, `AssociatePublicIpAddress ${shownRendered(open)}`));
  }
  for (const address of of(app, by, 'AWS::EC2::EIP', 'AWS::EC2::EIPAssociation')) {
    findings.push(publicAddress(key, by, `the address of '${address.resource.node.path}'`));
  }
  for (const other of of(app, by, 'AWS::EC2::NetworkInterfaceAttachment')) {
    findings.push(...placeFindings(app, key, { by: other, what: 'instances', subnets: undefined, securityGroups: [] }));
  }
  if (httpTokens !== 'required') {
    findings.push(
      finding(
        'METADATA_TOKEN_OPTIONAL',
        `'${by.resource.node.path}' makes instances with key '${key.keyName}' whose metadata service answers without a token (HttpTokens ${httpTokens === undefined ? 'not set' : shownRendered(httpTokens)}), so that one forged request of theirs gives their role away; require IMDSv2: requireImdsv2, or httpTokens 'required' in the launch template`,
      ),
    );
  }
  return findings;
}

function publicAddress(key: AttachableKey, { resource }: AppResource, how: string): string {
  return finding(
    'WORKLOAD_PUBLIC_IP',
    `'${resource.node.path}' makes instances with key '${key.keyName}' and ${how}, an address that no exchange knows; leave it out`,
  );
}

/** Resources of the types that are, or could be, of the instance. */
function of(app: AppResources, { resource }: AppResource, ...types: string[]): AppResource[] {
  return app.ofType(...types).filter((by) => mentions(by, by.text, resource.ref));
}
