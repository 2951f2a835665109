// A ring of keys and what its workloads log when nothing is wrong, as CloudWatch Logs delivers it.
import { gzipSync } from 'node:zlib';
import { type Cidr, parseCidr } from '../../contract/cidr';
import { keyName, RiskTier, secretName } from '../../contract/keys';
import { EndpointCategory, Outcome, REQUEST_EVENT, type RequestRecord } from '../../contract/watch';
import type { KeyState } from '../../runtime/keys/key-state';

export const ENVIRONMENT = 'prod';
export const EXCHANGE = 'xxkk-derivatives-eu';
export const ACCOUNT = '111122223333';
/** Loopback addresses: published in the local AWS as well, and real ones belong to somebody. */
export const ADDRESSES = ['127.100.100.10', '127.100.100.11', '127.100.100.12'];

/** Event of the detector. */
export interface Delivery {
  readonly awslogs: { readonly data: string };
}

export const ourRanges = (): Cidr[] => ADDRESSES.map((address) => parseCidr(`${address}/32`));

export const nameOf = (index: number) => keyName(ENVIRONMENT, 'market-maker', String(index).padStart(4, '0'));
const versionOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** What the list of secrets says: each key rotated once, its current version in use. */
export function ringOf(keys: number): KeyState[] {
  return Array.from({ length: keys }, (_, index) => {
    const key = nameOf(index);
    return {
      arn: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:${secretName(key)}-AbCdEf`,
      secretName: secretName(key),
      key,
      description: {
        owner: 'desk-1',
        exchange: EXCHANGE,
        account: 'sub-1',
        permissions: ['read', 'trade'],
        tier: RiskTier.HIGH,
        overlapHours: 24,
      },
      versions: [{ id: versionOf(index), labels: ['AWSCURRENT'], marks: [] }],
    };
  });
}

const ENDPOINTS = [
  {
    category: EndpointCategory.TRADE,
    method: 'POST',
    endpoint: '/derivatives/api/v3/accounts/{accountId}/orders/batch',
  },
  {
    category: EndpointCategory.READ,
    method: 'GET',
    endpoint: '/derivatives/api/v3/accounts/{accountId}/positions/open',
  },
  { category: EndpointCategory.READ, method: 'GET', endpoint: '/spot/api/v3/accounts/{accountId}/balances/available' },
  {
    category: EndpointCategory.TRADE,
    method: 'DELETE',
    endpoint: '/derivatives/api/v3/accounts/{accountId}/orders/{orderId}',
  },
] as const;

/** Of a hundred requests four do not succeed, for reasons that are nobody's fault. */
function resultOf(index: number): Pick<RequestRecord, 'status' | 'outcome' | 'exchangeCode'> {
  switch (index % 100) {
    case 13:
    case 57:
      return { status: 400, outcome: Outcome.REJECTED, exchangeCode: 'insufficient-margin' };
    case 31:
      return { status: 429, outcome: Outcome.RATE_LIMIT, exchangeCode: 'too-many-requests' };
    case 83:
      return { status: 503, outcome: Outcome.TRANSIENT };
    default:
      return { status: 200, outcome: Outcome.OK };
  }
}

/** The record of that number. Keys take turns; each uses the address of its zone. */
export function recordOf(index: number, keys: number, timestamp: number, version = versionOf): RequestRecord {
  const key = index % keys;
  return {
    event: REQUEST_EVENT,
    schema: 1,
    timestamp,
    keyName: nameOf(key).text,
    keyId: key.toString(16).padStart(12, 'a'),
    keyVersion: version(key),
    exchange: EXCHANGE,
    sourceIp: ADDRESSES[key % ADDRESSES.length],
    ...ENDPOINTS[(index * 7) % ENDPOINTS.length],
    ...resultOf(index),
    latencyMs: 5 + ((index * 37) % 190) + 0.25,
  };
}

/** Length of a record on the average, as it is logged. */
export function recordBytes(events: number, keys: number, now: number): number {
  const bytes = (index: number) => Buffer.byteLength(JSON.stringify(recordOf(index, keys, now)));
  return Array.from({ length: events }, (_, index) => bytes(index)).reduce((sum, one) => sum + one, 0) / events;
}

/** One delivery of so many records, beginning with the record of number `first`. */
export function deliveryOf(events: number, keys: number, now: number, first = 0, version = versionOf): Delivery {
  const logEvents = Array.from({ length: events }, (_, index) => {
    const timestamp = now - 60_000 + (index * 60_000) / events;
    const record = recordOf(first + index, keys, Math.floor(timestamp), version);
    // as long as those of CloudWatch Logs
    const id = String(first + index).padStart(56, '3');
    return { id, timestamp: record.timestamp, message: JSON.stringify(record) };
  });
  return packed({ messageType: 'DATA_MESSAGE', logEvents });
}

/** By which CloudWatch Logs tries whether the function can be reached. */
export const controlMessage = (): Delivery => packed({ messageType: 'CONTROL_MESSAGE', logEvents: [] });

function packed(envelope: object): Delivery {
  const subscriptionFilters = ['exchange-keys'];
  const whole = { owner: ACCOUNT, logGroup: 'requests', logStream: 'market-maker', subscriptionFilters, ...envelope };
  return { awslogs: { data: gzipSync(JSON.stringify(whole)).toString('base64') } };
}
