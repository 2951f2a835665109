// What every finding about a record says of it.
import type { Finding, KeyReport, RequestRecord } from '../../contract/watch';
import { parseSourceAddress } from '../../contract/watch/source-address';

export type About = Omit<Finding, 'kind' | 'subject' | 'detail'>;

/** Of a key report: it says who holds what, and nothing of a request. */
export function aboutReport({ keyName, keyVersion, exchange }: KeyReport, at: number): About {
  return { keyName, at, keyVersion, exchange };
}

/** An address that is none is left out: it may be any text. */
export function aboutRecord(record: RequestRecord, at: number): About {
  const { keyName, keyVersion, sourceIp, endpoint, category, exchange } = record;
  const address = parseSourceAddress(sourceIp) === undefined ? {} : { sourceIp };
  return { keyName, at, keyVersion, ...address, endpoint, category, exchange };
}
