// Request records as a workload writes them: all fine unless the test says otherwise.
import { createHash } from 'node:crypto';
import { EndpointCategory, Outcome, REQUEST_EVENT, type RequestRecord } from '../../../contract/watch';

type Named = Pick<RequestRecord, 'timestamp' | 'keyName' | 'keyVersion' | 'sourceIp'>;

export function requestRecord(named: Named, other: Partial<RequestRecord> = {}): RequestRecord {
  return {
    event: REQUEST_EVENT,
    schema: 1,
    keyId: createHash('sha256').update(named.keyVersion).digest('hex').slice(0, 12),
    exchange: 'xxkk',
    category: EndpointCategory.READ,
    method: 'GET',
    endpoint: '/v1/account',
    status: other.outcome === undefined || other.outcome === Outcome.OK ? 200 : 403,
    outcome: Outcome.OK,
    latencyMs: 12,
    ...named,
    ...other,
  };
}
