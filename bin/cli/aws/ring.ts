// Finds the ring of an environment: the document it leaves in its SSM parameter.
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { parseRingDocument, type RingDocument, ringParameterName } from '../../../contract/keys';
import { Failure } from '../failure';
import type { AwsClients } from './clients';

/** @throws Failure `RING_NOT_FOUND`, `RING_OF_OTHER_PLACE`; InputError `RING_DOCUMENT_MALFORMED`. */
export async function findRing(aws: AwsClients, environment: string): Promise<RingDocument> {
  const Name = ringParameterName(environment);
  const region = await regionOf(aws);
  let text: string;
  try {
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name }));
    text = Parameter?.Value ?? '';
  } catch (error) {
    if (!(error instanceof Failure) || error.awsError !== 'ParameterNotFound') throw error;
    throw new Failure(
      'RING_NOT_FOUND',
      `no ring of environment '${environment}' in ${region}: SSM parameter ${Name} does not exist; check --environment, --region and the account, or deploy the ring`,
    );
  }
  const ring = parseRingDocument(text);
  if (ring.environment !== environment || ring.region !== region) {
    throw new Failure(
      'RING_OF_OTHER_PLACE',
      `SSM parameter ${Name} in ${region} is about the ring of '${ring.environment}' in ${ring.region}; it was copied or edited, deploy the ring again`,
    );
  }
  return ring;
}

/** The region in use, wherever it comes from. */
export async function regionOf({ ssm }: AwsClients): Promise<string> {
  try {
    return await ssm.config.region();
  } catch {
    throw new Failure(
      'AWS_REGION_MISSING',
      'no region is known; add --region, or set AWS_REGION or a profile that names one',
    );
  }
}
