// ARNs that stand for everything of an environment, so that no policy grows with the number of keys.
import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** ARN pattern of all secrets whose name begins with the prefix. */
export function secretArnPattern(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** ARN of a parameter by its name, in the stack's region unless another is given. */
export function parameterArn(scope: Construct, name: string, region?: string): string {
  return Stack.of(scope).formatArn({
    service: 'ssm',
    region,
    resource: 'parameter',
    resourceName: name.replace(/^\//, ''),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Says to cdk-nag why a policy of the role has this pattern; cdk-nag names pseudo parameters in angle brackets. */
export function acknowledgePattern(role: IRole, pattern: string): void {
  const { partition, account } = Stack.of(role);
  const shown = pattern
    .replaceAll(partition, Token.isUnresolved(partition) ? '<AWS::Partition>' : partition)
    .replaceAll(account, Token.isUnresolved(account) ? '<AWS::AccountId>' : account);
  acknowledge(
    role,
    { pack: 'AwsSolutions', rule: 'IAM5', detail: `Resource::${shown}` },
    'everything of one environment by its prefix: the policy must not grow with the number of keys',
  );
}
