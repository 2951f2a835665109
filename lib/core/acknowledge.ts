// Acknowledges one finding of a policy pack on one construct, in the form that stays in the validation report.
import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * @param scope  the construct that has the finding, as narrow as possible
 * @param rule   cdk-nag's rule in AwsSolutions, for example `IAM5`
 * @param reason why this finding is right as it is, for the auditor
 * @param detail the one finding meant where a rule reports several, for example `Resource::*`
 */
export function acknowledge(scope: IConstruct, rule: string, reason: string, detail?: string): void {
  const id = `AwsSolutions::AwsSolutions-${rule}${detail ? `[${detail}]` : ''}`;
  Validations.of(scope).acknowledge({ id, reason });
}
