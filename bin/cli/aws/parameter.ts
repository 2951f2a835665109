// Documents that the stacks leave in SSM parameters, which may be there or not.
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { Failure } from '../failure';
import type { AwsClients } from './clients';

/** The text of a parameter; undefined if there is none of this name. */
export async function parameterText({ ssm }: AwsClients, Name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (error instanceof Failure && error.awsError === 'ParameterNotFound') return undefined;
    throw error;
  }
}
