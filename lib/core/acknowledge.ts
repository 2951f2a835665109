// Acknowledges one finding of a policy pack on one construct, in the form that stays in the validation report.
import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A finding: the pack, its rule, and where a rule reports several things the one that is meant. */
export interface Finding {
  /** `AwsSolutions` for cdk-nag's rules, `CloudFormation-Validate` for CDK's own. */
  readonly pack: 'AwsSolutions' | 'CloudFormation-Validate';
  /** The rule's id within its pack, e.g. `IAM5` or `W3010`. */
  readonly rule: string;
  /** e.g. `Resource::*` */
  readonly detail?: string;
}

/**
 * @param scope  the construct that has the finding, as narrow as possible
 * @param reason why this finding is right as it is, for the auditor
 */
export function acknowledge(scope: IConstruct, { pack, rule, detail }: Finding, reason: string): void {
  const name = pack === 'AwsSolutions' ? `${pack}-${rule}` : rule;
  Validations.of(scope).acknowledge({ id: `${pack}::${name}${detail ? `[${detail}]` : ''}`, reason });
}
