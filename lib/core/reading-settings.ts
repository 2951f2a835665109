// Lets a function read what a ring has in SSM: how to talk to each exchange, and which addresses are published.
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { acknowledgePattern, parameterArn } from './arn-pattern';

/** Of every region, because a workload may fail over to it. */
export function publishedParameters(role: Role, environment: string): string {
  return parameterArn(role, `/exchange-keys/${environment}/egress/*`, '*');
}

export function allowReadingSettings(role: Role, environment: string): void {
  const settings = [
    parameterArn(role, `/exchange-keys/${environment}/exchange/*`),
    publishedParameters(role, environment),
  ];
  role.addToPolicy(new PolicyStatement({ sid: 'ReadSettings', actions: ['ssm:GetParameter'], resources: settings }));
  for (const pattern of settings) acknowledgePattern(role, pattern);
}
