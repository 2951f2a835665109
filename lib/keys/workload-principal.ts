// Who a key is given to: IAM roles of one workload, in the key's account and environment.
import { Annotations, Stack, Tags, Token } from 'aws-cdk-lib';
import { IGrantable, IRole, PrincipalBase, Role } from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { ConfigError } from '../core/config-error';
import { ENVIRONMENT_TAG, environmentOf } from '../core/environment-claim';

const ROLE_ARN = /^arn:[a-z-]+:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/** ARN of the role behind a grantee; refuses everything that is not exactly one role of this account and environment. */
export function workloadRoleArn(key: Construct, grantee: IGrantable, environment: string): string {
  const principal = grantee.grantPrincipal;
  const arn = roleArnOf(principal);
  if (arn === undefined) {
    throw new ConfigError(
      'WORKLOAD_NOT_A_ROLE',
      `a key is granted to an IAM role, got ${principal?.constructor.name ?? 'nothing'}; give the role of the workload, not a user, an account, a service or a pattern`,
      key,
    );
  }
  if (!Token.isUnresolved(arn)) requireAccount(key, arn, accountOf(key, arn));
  const role = isConstruct(principal) ? principal : undefined;
  if (role) {
    requireAccount(key, role.node.path, role.env.account);
    requireEnvironment(key, role, environment);
  }
  markRole(key, role, arn, environment);
  return arn;
}

function roleArnOf(principal: unknown): string | undefined {
  if (typeof principal !== 'object' || principal === null) return undefined;
  if ('roleArn' in principal && typeof principal.roleArn === 'string') return principal.roleArn;
  // ArnPrincipal and its like: only where the ARN can be read, because it may be that of a user or a pattern.
  if (principal instanceof PrincipalBase && 'arn' in principal && typeof principal.arn === 'string') {
    return Token.isUnresolved(principal.arn) ? undefined : principal.arn;
  }
  return undefined;
}

/** Refuses what is not the ARN of exactly one role. */
function accountOf(key: Construct, arn: string): string {
  const [, account] = ROLE_ARN.exec(arn) ?? [];
  if (account === undefined) {
    throw new ConfigError(
      'WORKLOAD_NOT_A_ROLE',
      `'${arn}' is not the ARN of one role; expected arn:aws:iam::<account>:role/<name>, without wildcards`,
      key,
    );
  }
  return account;
}

function requireAccount(key: Construct, role: string, account: string): void {
  const own = Stack.of(key).account;
  if (Token.isUnresolved(own) || Token.isUnresolved(account) || account === own) return;
  throw new ConfigError(
    'WORKLOAD_IN_OTHER_ACCOUNT',
    `'${role}' is in account ${account}, the key in ${own}; keep a key in the account of its workload`,
    key,
  );
}

function requireEnvironment(key: Construct, role: IConstruct, environment: string): void {
  const other = environmentOf(role);
  if (other === undefined || other === environment) return;
  throw new ConfigError(
    'WORKLOAD_OF_OTHER_ENVIRONMENT',
    `the key is of environment '${environment}', the role '${role.node.path}' is in a stack of '${other}'; use a key of '${other}'`,
    key,
  );
}

const MARK = Symbol.for('cdk-exchange-keys.workload-environment');

/**
 * The ring's encryption key lets only roles decrypt that carry the environment's tag: what synth cannot know of a role is
 * decided there.
 */
function markRole(key: Construct, role: IConstruct | undefined, arn: string, environment: string): void {
  if (!role || !isOwnRole(role)) {
    Annotations.of(key).addInfo(
      `role ${Token.isUnresolved(arn) ? '' : `${arn} `}is not made by this app: tag it '${ENVIRONMENT_TAG}' = '${environment}', otherwise it cannot decrypt the key`,
    );
    return;
  }
  const marked = role as { [MARK]?: string };
  if (marked[MARK] !== undefined && marked[MARK] !== environment) {
    throw new ConfigError(
      'WORKLOAD_OF_OTHER_ENVIRONMENT',
      `the key is of environment '${environment}', the role '${role.node.path}' already has a key of '${marked[MARK]}'; make a role for each environment`,
      key,
    );
  }
  if (marked[MARK] === environment) return;
  Object.defineProperty(role, MARK, { value: environment });
  Tags.of(role).add(ENVIRONMENT_TAG, environment, { priority: 1000 });
}

function isOwnRole(role: IConstruct): role is Role {
  return role instanceof Role;
}

function isConstruct(value: unknown): value is IRole {
  return Construct.isConstruct(value);
}
