// What every finding about a record says of it.
import type { Finding, RequestRecord } from '../../contract/watch';

export type About = Omit<Finding, 'kind' | 'subject' | 'detail'>;

export function aboutRecord(record: RequestRecord, at: number): About {
  const { keyName, keyVersion, sourceIp, endpoint, category, exchange } = record;
  return { keyName, at, keyVersion, sourceIp, endpoint, category, exchange };
}
