// Lambda entry point: closes the default security group of the network's VPC during the deployment.
import { PATIENCE } from '../shared/ec2-client';
import { withSearchableCode } from '../shared/refusal';
import { type CloseEvent, closeDefaultSecurityGroup } from './default-security-group';

/** Handler of a custom resource of CDK's core provider, which answers CloudFormation for it. */
export const handler = async (event: CloseEvent) =>
  withSearchableCode(() => closeDefaultSecurityGroup(event, { region: process.env.AWS_REGION, patience: PATIENCE }));
