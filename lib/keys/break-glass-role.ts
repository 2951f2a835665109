// Which role may read keys when everything else fails: one that can, because it is in the ring's own account.
import { Stack, Token } from 'aws-cdk-lib';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ConfigError } from '../core/config-error';

/** ARN of the role. A role of another account would only be excepted from the denial, and could still read nothing. */
export function breakGlassRoleArn(ring: Construct, role: IRole): string {
  const { account } = Stack.of(ring);
  const theirs = role.env.account;
  if (theirs !== account && !Token.isUnresolved(theirs) && !Token.isUnresolved(account)) {
    throw new ConfigError(
      'BREAK_GLASS_IN_OTHER_ACCOUNT',
      `'breakGlassRole' is in account ${theirs}, the ring in ${account}; name a role of the ring's account`,
      ring,
    );
  }
  return role.roleArn;
}
