// The role by which a person puts a key: it writes candidates, which nothing uses before the rotation has validated them.
import { Duration, Token } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  IPrincipal,
  OrganizationPrincipal,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../core/acknowledge';
import { acknowledgePattern, parameterArn } from '../core/arn-pattern';
import { ConfigError } from '../core/config-error';

/** The role, which the operators may assume for an hour at a time. */
export function createIntakeRole(scope: Construct, operators: readonly IPrincipal[]): Role {
  if (operators.length === 0) {
    throw new ConfigError(
      'OPERATORS_MISSING',
      "'operators' is empty, so nobody could put the first key; name the roles of the people who may, for example new ArnPrincipal('arn:aws:iam::111122223333:role/Operator')",
      scope,
    );
  }
  for (const operator of operators) refuseWide(scope, operator);
  return new Role(scope, 'IntakeRole', {
    assumedBy: operators.length === 1 ? operators[0] : new CompositePrincipal(...operators),
    description: 'Puts exchange API keys as candidates and starts rotations (cdk-exchange-keys)',
    maxSessionDuration: Duration.hours(1),
  });
}

const ONE_IDENTITY = /:(role|user|assumed-role)\/[^*?]+$/;

/** Lets through single identities, and whatever conditions narrow down. */
function refuseWide(scope: Construct, operator: IPrincipal): void {
  const several = [AccountPrincipal, CompositePrincipal, OrganizationPrincipal].some(
    (type) => operator instanceof type,
  );
  if (!several && isNarrow(operator)) return;
  const literal = operator instanceof ArnPrincipal && !Token.isUnresolved(operator.arn) ? operator.arn : undefined;
  throw new ConfigError(
    'OPERATORS_TOO_WIDE',
    `'operators' holds ${literal ?? operator.constructor.name}; name roles by ArnPrincipal, or add a condition with withConditions, for example on aws:PrincipalArn`,
    scope,
  );
}

function isNarrow(operator: IPrincipal): boolean {
  const { principalJson, conditions } = operator.policyFragment;
  if (Object.keys(conditions).length > 0) return true;
  const { AWS: arns = [], ...others } = principalJson;
  // The ARN of a role or user is not known yet; what wraps another principal may hide an account.
  const mayBeToken = operator instanceof ArnPrincipal || 'roleArn' in operator || 'userArn' in operator;
  const isOne = (arn: string) => ONE_IDENTITY.test(arn) || (mayBeToken && Token.isUnresolved(arn));
  return Object.keys(others).length === 0 && arns.every(isOne);
}

export interface IntakeAccess {
  readonly secrets: string;
  readonly rotation: IFunction;
  readonly rotationLogs: ILogGroup;
  /** Parameters the operator's command reads. */
  readonly parameters: readonly string[];
}

/** What the operator's command does under the role; reading a value is not part of it. */
export function allowIntake(role: Role, { secrets, rotation, rotationLogs, parameters }: IntakeAccess): void {
  const allow = (sid: string, actions: string[], resources: string[]) =>
    role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
  allow(
    'PutAndRotate',
    [
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:PutSecretValue',
      'secretsmanager:RotateSecret',
    ],
    [secrets],
  );
  allow('List', ['secretsmanager:ListSecrets'], ['*']);
  allow('Validate', ['lambda:InvokeFunction'], [rotation.functionArn]);
  allow('Follow', ['logs:FilterLogEvents'], [rotationLogs.logGroupArn]);
  allow(
    'FindRing',
    ['ssm:GetParameter'],
    parameters.map((name) => parameterArn(role, name)),
  );
  acknowledgePattern(role, secrets);
  acknowledge(role, { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' }, 'ListSecrets knows no resource');
}
