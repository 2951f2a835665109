// Finds the ring of an environment: the document it leaves in its SSM parameter.
import { parseRingDocument, type RingDocument, ringParameterName } from '../../../contract/keys';
import { Failure } from '../failure';
import type { AwsClients } from './clients';
import { parameterText } from './parameter';

/** @throws Failure `RING_NOT_FOUND`, `RING_OF_OTHER_PLACE`; InputError `RING_DOCUMENT_MALFORMED`. */
export async function findRing(aws: AwsClients, environment: string): Promise<RingDocument> {
  const Name = ringParameterName(environment);
  const region = await regionOf(aws);
  const text = await parameterText(aws, Name);
  if (text === undefined) {
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
