// What in an app makes EC2 instances with a role, and how: instances, Auto Scaling groups, launch templates and configurations.
import { IRole } from 'aws-cdk-lib/aws-iam';
import { AppResource, AppResources, listOf, part, Rendered } from './app-resources';
import { namesOf } from './other-users';
import { holdsName, mentions, refersTo } from './references';

export interface InstanceLaunch {
  readonly by: AppResource;
  /** Undefined where nothing in the app places instances by it: a launch template that nobody here uses. */
  readonly place?: { readonly subnets: unknown; readonly securityGroups: unknown };
  /** Each `AssociatePublicIpAddress` that is said. */
  readonly publicIp: readonly unknown[];
  /** `HttpTokens` of the instance's metadata service. */
  readonly httpTokens: unknown;
}

/** Launches of instances with the role; what could have the role has it. */
export class InstanceLaunches {
  private readonly profiles: readonly AppResource[];
  private readonly templates: readonly AppResource[];
  private readonly used = new Set<AppResource>();

  constructor(
    private readonly app: AppResources,
    role: IRole,
  ) {
    const names = namesOf(app, role);
    this.profiles = app.ofType('AWS::IAM::InstanceProfile').filter((by) => {
      const roles = JSON.stringify(by.properties.Roles ?? []);
      return mentions(by, roles, role.roleName) || names.some((name) => holdsName(roles, name));
    });
    this.templates = app.ofType('AWS::EC2::LaunchTemplate');
  }

  public all(): InstanceLaunch[] {
    const instances = this.app.ofType('AWS::EC2::Instance').flatMap((by) => this.instance(by));
    const groups = this.app.ofType('AWS::AutoScaling::AutoScalingGroup').flatMap((by) => this.group(by));
    const unplaced = [...this.templates, ...this.configurations()]
      .filter((by) => !this.used.has(by) && this.hasRole(by))
      .map((by) => ({ by, ...hardening([dataOf(by)]) }));
    return [...instances, ...groups, ...unplaced];
  }

  /** What else names a profile or a launch template with the role: fleets, node groups, compute environments. */
  public elsewhere(): AppResource[] {
    const templates = this.templates.filter((template) => this.hasRole(template));
    return this.app.all.filter(
      (by) =>
        !READ_HERE.has(by.type) &&
        (this.names(by, by.text) ||
          templates.some(
            ({ resource, properties: { LaunchTemplateName: name } }) =>
              mentions(by, by.text, resource.ref) || (typeof name === 'string' && holdsName(by.text, name)),
          )),
    );
  }

  private configurations(): AppResource[] {
    return this.app.ofType('AWS::AutoScaling::LaunchConfiguration');
  }

  private instance(by: AppResource): InstanceLaunch[] {
    const { properties } = by;
    const template = this.templateOf(by, properties.LaunchTemplate);
    if (!this.hasRole(by) && !(template && this.hasRole(template))) return [];
    if (template) this.used.add(template);
    const settings = [properties, ...(template ? [dataOf(template)] : [])];
    const interfaces = settings.flatMap(interfacesOf);
    // what an interface that exists already is connected to is not known here
    const subnets = interfaces.map(({ NetworkInterfaceId, SubnetId }) => NetworkInterfaceId ?? SubnetId ?? 'no subnet');
    const place = {
      subnets: properties.SubnetId === undefined ? subnets : [properties.SubnetId, ...subnets],
      securityGroups: settings.flatMap(groupsOf),
    };
    return [{ by, place, ...hardening(settings) }];
  }

  private group(by: AppResource): InstanceLaunch[] {
    const { LaunchTemplate, MixedInstancesPolicy, LaunchConfigurationName, VPCZoneIdentifier } = by.properties;
    const mixed = part(part(MixedInstancesPolicy).LaunchTemplate);
    const specifications = [
      LaunchTemplate,
      mixed.LaunchTemplateSpecification,
      ...(listOf(mixed.Overrides) ?? []).map((override) => part(override).LaunchTemplateSpecification),
    ];
    const sources = [
      ...specifications.flatMap((given) => this.templateOf(by, given) ?? []),
      ...this.configurations().filter(({ resource }) => refersTo(by, LaunchConfigurationName, resource.ref)),
    ].filter((source) => this.hasRole(source));
    return [...new Set(sources)].map((source) => {
      this.used.add(source);
      const settings = [dataOf(source)];
      // a subnet of the template's interfaces, if AWS takes it at all, is none of the group's
      const named = settings.flatMap(interfacesOf).map((one) => one.NetworkInterfaceId ?? one.SubnetId);
      const others = named.filter((subnet) => subnet !== undefined);
      const subnets = others.length > 0 ? others : VPCZoneIdentifier;
      const place = { subnets, securityGroups: settings.flatMap(groupsOf) };
      return { by, place, ...hardening(settings) };
    });
  }

  private hasRole(by: AppResource): boolean {
    return this.names(by, JSON.stringify(dataOf(by).IamInstanceProfile ?? null));
  }

  /** Whether a text of the template names a profile of the role. */
  private names(by: AppResource, text: string): boolean {
    return this.profiles.some(
      ({ resource, properties: { InstanceProfileName: name } }) =>
        mentions(by, text, resource.ref, resource.getAtt('Arn').toString()) ||
        (typeof name === 'string' && holdsName(text, name)),
    );
  }

  private templateOf(by: AppResource, specification: unknown): AppResource | undefined {
    const { LaunchTemplateId: id, LaunchTemplateName: name } = part(specification);
    return this.templates.find(
      ({ resource, properties }) => refersTo(by, id, resource.ref) || isSame(name, properties.LaunchTemplateName),
    );
  }
}

/** Read above, or no launch: policies say what may be done, a nested stack's resources are seen by themselves. */
const READ_HERE = new Set([
  'AWS::EC2::Instance',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::AutoScaling::LaunchConfiguration',
  'AWS::EC2::LaunchTemplate',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::CloudFormation::Stack',
  'AWS::SSM::Parameter',
]);

const isSame = (value: unknown, other: unknown) =>
  value !== undefined && JSON.stringify(value) === JSON.stringify(other);

/** The settings of instances: a launch template has them one level down. */
function dataOf({ properties }: AppResource): Rendered {
  return part(properties.LaunchTemplateData ?? properties);
}

function interfacesOf(settings: Rendered): Rendered[] {
  return (listOf(settings.NetworkInterfaces) ?? []).map(part);
}

function groupsOf(settings: Rendered): unknown[] {
  const { SecurityGroupIds, SecurityGroups } = settings;
  const ofInterfaces = interfacesOf(settings).map(({ GroupSet, Groups }) => GroupSet ?? Groups);
  return [SecurityGroupIds, SecurityGroups, ...ofInterfaces].flatMap((groups) => listOf(groups) ?? []);
}

/** The first that says how the metadata service answers decides: an instance before its template. */
function hardening(settings: readonly Rendered[]): Pick<InstanceLaunch, 'publicIp' | 'httpTokens'> {
  const said = [...settings, ...settings.flatMap(interfacesOf)].map((one) => one.AssociatePublicIpAddress);
  return {
    publicIp: said.filter((value) => value !== undefined),
    httpTokens: settings.map((one) => part(one.MetadataOptions).HttpTokens).find((value) => value !== undefined),
  };
}
