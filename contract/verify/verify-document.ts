// What the operator's command must know of how a ring verifies its way out: the document in its SSM parameter.
import { readCompleteDocument } from '../complete-document';
import { InputError } from '../errors';

export interface VerifyDocument {
  readonly schema: 1;
  readonly environment: string;
  /** Home region of the ring. */
  readonly region: string;
  /** Function that compares addresses, NAT gateways and routes with what is published. */
  readonly egressCheck: string;
  /** Function that writes the trading gate. */
  readonly tradingGate: string;
  /** SSM parameter that it writes. */
  readonly tradingGateParameter: string;
  readonly doNotTradeAlarm: string;
  /** Function of the outside probe; missing where the ring has no probes. */
  readonly outsideProbe?: string;
  /** Functions of the inside probes by zone; empty where the ring has no probes. */
  readonly insideProbes: { readonly [availabilityZone: string]: string };
}

const FIELDS = [
  'environment',
  'region',
  'egressCheck',
  'tradingGate',
  'tradingGateParameter',
  'doNotTradeAlarm',
] as const satisfies readonly (keyof VerifyDocument)[];

/** The SSM parameter, e.g. `/exchange-keys/prod/verify`. */
export function verifyParameterName(environment: string): string {
  return `/exchange-keys/${environment}/verify`;
}

/** What the trading gate writes and workloads read, e.g. `/exchange-keys/prod/trading-gate`. */
export function tradingGateParameterName(environment: string): string {
  return `/exchange-keys/${environment}/trading-gate`;
}

/** @throws InputError `VERIFY_DOCUMENT_MALFORMED`. */
export function parseVerifyDocument(text: string): VerifyDocument {
  const document = readCompleteDocument<VerifyDocument>(text, FIELDS);
  if (document && hasProbes(document)) return document;
  throw new InputError(
    'VERIFY_DOCUMENT_MALFORMED',
    `the parameter about verification is not a document of schema 1 with ${FIELDS.join(', ')} and insideProbes; deploy the ring again, or upgrade this command`,
  );
}

/** Both kinds of probes or neither, functions by their names. */
function hasProbes({ insideProbes, outsideProbe }: VerifyDocument): boolean {
  if (typeof insideProbes !== 'object' || insideProbes === null || Array.isArray(insideProbes)) return false;
  const inside = Object.values(insideProbes);
  const named = [...inside, ...(outsideProbe === undefined ? [] : [outsideProbe])];
  const isNamed = named.every((name) => typeof name === 'string' && name !== '');
  return isNamed && inside.length > 0 === (outsideProbe !== undefined);
}
