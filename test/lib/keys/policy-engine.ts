// Asks an IAM engine that is not ours what the synthesized policies of a ring allow.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Stack } from 'aws-cdk-lib';
import { ACCOUNT, compliantTemplate, REGION, Resource } from '../../support/egress';

/** Who asks, with what policies of its own. */
export interface Caller {
  readonly role: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policies?: readonly object[];
}

export interface Request {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly resourcePolicy?: object;
  readonly context?: Readonly<Record<string, string>>;
}

export type Answer = 'allowed' | 'denied';

/** What a policy with this statement alone allows everywhere. */
export const allowing = (...actions: string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

export const ADMINISTRATOR = allowing('*');

/**
 * The engine knows keys with a variable after a slash only (`aws:PrincipalTag/…`); after a colon it knows just the name from
 * the Service Authorization Reference. Policy and request get that name, so that the comparison is the same.
 */
const ENCRYPTION_CONTEXT = [
  'kms:EncryptionContext:SecretARN',
  `kms:EncryptionContext:$\{EncryptionContextKey}`,
] as const;
const named = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(...ENCRYPTION_CONTEXT));

/** The engine's answer; anything but a clean evaluation fails the test. */
export async function ask({ caller, action, resource, resourcePolicy, context = {} }: Request): Promise<Answer> {
  const name = caller.role.split('/').at(-1);
  const account = caller.role.split(':')[4];
  const tags = Object.entries(caller.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  const answer = await runSimulation(
    {
      request: {
        // As it is in real life: a session of the role.
        principal: `arn:aws:sts::${account}:assumed-role/${name}/session`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:SecureTransport': 'true',
          'aws:PrincipalArn': caller.role,
          ...Object.fromEntries(tags),
          ...named(context),
        },
      },
      identityPolicies: (caller.policies ?? []).map((policy, index) => ({ name: `policy${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: resourcePolicy && named(resourcePolicy),
    },
    {},
  );
  if (answer.resultType !== 'single') throw new Error(JSON.stringify(answer));
  // A condition key that the engine dropped would make a row mean something else than it says.
  const ignored = answer.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) throw new Error(`${action} does not know ${ignored.join(', ')}`);
  return answer.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

/** The policies of a stack with their intrinsics resolved to ARNs that a deployment could give. */
export class DeployedPolicies {
  private readonly resources: Record<string, Resource>;

  constructor(stack: Stack) {
    this.resources = compliantTemplate(stack).toJSON().Resources;
  }

  /** Resources of the type, or the one among them that the text is in. */
  public idOf(type: string, text: string): string {
    const ids = Object.keys(this.resources).filter(
      (id) =>
        this.resources[id].Type === type && (id.includes(text) || JSON.stringify(this.resources[id]).includes(text)),
    );
    if (ids.length !== 1) throw new Error(`${ids.length} resources of ${type} with ${text}: ${ids}`);
    return ids[0];
  }

  public property(id: string, name: string): object {
    return this.resolve(this.resources[id].Properties[name]) as object;
  }

  public role(id: string): Caller {
    const attached = Object.values(this.resources).filter(
      ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${id}"`),
    );
    const tags = (this.resources[id].Properties.Tags ?? []) as { Key: string; Value: string }[];
    return {
      role: this.arnOf(id),
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
      policies: attached.map(({ Properties }) => this.resolve(Properties.PolicyDocument) as object),
    };
  }

  public arnOf(id: string): string {
    const { Type, Properties } = this.resources[id];
    const at = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
    switch (Type) {
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${ACCOUNT}:role/${id}`;
      case 'AWS::SecretsManager::Secret':
        return at('secretsmanager', `secret:${Properties.Name}-AbCdEf`);
      case 'AWS::KMS::Key':
        return at('kms', 'key/11111111-2222-4333-8444-555555555555');
      case 'AWS::Lambda::Function':
        return at('lambda', `function:${id}`);
      case 'AWS::Logs::LogGroup':
        return at('logs', `log-group:${id}:*`);
      case 'AWS::SNS::Topic':
        return at('sns', id);
      default:
        throw new Error(`${id} is a ${Type}, whose ARN is not made up here`);
    }
  }

  /** Of a nested stack: an ARN of one of its roles, which is all that the ring takes from there. */
  private attribute(id: string, name: string): string {
    const [, output] = /^Outputs\.(\w+)Arn$/.exec(name) ?? [];
    return output === undefined ? this.arnOf(id) : `arn:aws:iam::${ACCOUNT}:role/${output}`;
  }

  private resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument], ...more] = Object.entries(value);
    if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return this.intrinsic(name, argument);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]));
  }

  private intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return argument === 'AWS::Partition' ? 'aws' : this.arnOf(argument as string);
      case 'Fn::GetAtt':
        return this.attribute(...(argument as [string, string]));
      case 'Fn::Join':
        return (this.resolve((argument as [string, unknown])[1]) as string[]).join((argument as [string])[0]);
      case 'Fn::Sub':
        return (argument as string).replaceAll(`$\{AWS::Partition}`, 'aws');
      default:
        throw new Error(`intrinsic ${name} is not resolved here`);
    }
  }
}
