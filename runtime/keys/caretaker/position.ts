// Where a pass that ran out of time stopped, so that the next one goes on behind it: one small SSM parameter.
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { awsRefusal } from '../../shared/secrets-client';

export interface Position {
  /** Name of the last secret that had its turn; empty when all had. */
  readonly after: string;
  /** Start of the first pass that has not had an end, in seconds since 1970; the routine checks since then are still due. */
  readonly since?: number;
}

const START: Position = { after: '' };

/** A parameter that is missing or damaged means the beginning: a turn too many does no harm. */
export async function readPosition(ssm: SSMClient, name: string): Promise<Position> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    return parsePosition(Parameter?.Value ?? '');
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return START;
    throw awsRefusal('ssm:GetParameter', name, error);
  }
}

export async function writePosition(ssm: SSMClient, name: string, position: Position): Promise<void> {
  const Value = JSON.stringify({ schema: 1, ...position });
  try {
    await ssm.send(new PutParameterCommand({ Name: name, Value, Type: 'String', Overwrite: true }));
  } catch (error) {
    throw awsRefusal('ssm:PutParameter', name, error);
  }
}

export function parsePosition(text: string): Position {
  try {
    const { schema, after, since } = JSON.parse(text) ?? {};
    const usable = schema === 1 && typeof after === 'string' && (since === undefined || Number.isFinite(since));
    return usable ? { after, ...(since !== undefined && { since }) } : START;
  } catch {
    return START;
  }
}
