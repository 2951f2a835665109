// Which role CloudFormation deploys the ring with: it creates secrets, and so must be let write their placeholder.
import { Aws, Fn } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ConfigError } from './config-error';
import { topLevelStack } from './environment-claim';

/** ARN of the given role, or of the one the stack's synthesizer deploys with. */
export function deploymentRoleArn(scope: IConstruct, given: string | undefined): string {
  if (given !== undefined) return given;
  const { synthesizer } = topLevelStack(scope);
  // The property is optional in the interface of synthesizers: those without a bootstrapped role do not have it.
  const { cloudFormationExecutionRole } = synthesizer as { cloudFormationExecutionRole?: string };
  if (!cloudFormationExecutionRole) {
    throw new ConfigError(
      'DEPLOYMENT_ROLE_UNKNOWN',
      "the stack's synthesizer names no CloudFormation execution role, and the ring must know which role may write placeholders; pass 'deploymentRoleArn'",
      scope,
    );
  }
  return cloudFormationExecutionRole.includes('${')
    ? Fn.sub(cloudFormationExecutionRole)
    : cloudFormationExecutionRole.replaceAll('{{partition}}', Aws.PARTITION);
}
