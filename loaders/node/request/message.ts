// What a workload says of a message that it sends by itself, on a WebSocket for one, brought into the form of a request record.
import { EndpointCategory } from '../../../contract/exchange/endpoint-category';
import { quoted } from '../../../contract/quoted';
import { Outcome } from '../../../contract/watch/outcome';
import { isEndpoint } from '../../../contract/watch/record-names';
import { HeldKey } from '../key/held-key';
import { LoaderError } from '../shared/loader-error';

export interface ExchangeMessage {
  readonly category: EndpointCategory | `${EndpointCategory}`;
  /** @default 'WS' */
  readonly method?: string;
  /** A name or a path without parameters: `order.place`. */
  readonly endpoint: string;
}

/** A message with everything said. */
export interface CheckedMessage {
  readonly category: EndpointCategory;
  readonly method: string;
  readonly endpoint: string;
}

export interface MessageResult {
  /** Key that the connection was authenticated with. @default - the present one */
  readonly key?: HeldKey;
  readonly outcome: Outcome | `${Outcome}`;
  /** HTTP status. @default 0 */
  readonly status?: number;
  /** The exchange's own code. @default - none */
  readonly exchangeCode?: string;
  /** When it was sent, milliseconds since 1970. @default - now */
  readonly sentAt?: number;
  /** Milliseconds until the answer. @default 0 */
  readonly latencyMs?: number;
}

const METHODS: readonly unknown[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'WS'];
const CATEGORIES: readonly unknown[] = Object.values(EndpointCategory);
const OUTCOMES: readonly unknown[] = Object.values(Outcome);

/** @throws LoaderError `RECORD_MALFORMED`. */
export function checkMessage({ category, method = 'WS', endpoint }: ExchangeMessage): CheckedMessage {
  if (!CATEGORIES.includes(category)) throw malformed('category', `is none of ${CATEGORIES.join(', ')}`);
  if (!METHODS.includes(method)) throw malformed('method', `is none of ${METHODS.join(', ')}`);
  if (!isEndpoint(endpoint)) {
    throw malformed(
      'endpoint',
      "is not a name or a path without parameters, such as 'order.place', of at most 100 characters",
    );
  }
  return { category: category as EndpointCategory, method, endpoint };
}

/** @throws LoaderError `RECORD_MALFORMED`. */
export function checkResult(result: MessageResult, now: number) {
  const { key, outcome, status = 0, exchangeCode, sentAt = now, latencyMs = 0 } = result;
  if (!OUTCOMES.includes(outcome)) throw malformed('outcome', `is none of ${OUTCOMES.join(', ')}`);
  if (status !== 0 && !(Number.isInteger(status) && status >= 100 && status <= 599)) {
    throw malformed('status', 'is neither 0 nor 100 to 599');
  }
  if (!(sentAt >= 0 && sentAt <= Number.MAX_SAFE_INTEGER))
    throw malformed('sentAt', 'is no time in milliseconds since 1970');
  if (key !== undefined && !(key instanceof HeldKey)) throw malformed('key', 'is not what the key holder gave');
  if (exchangeCode !== undefined && typeof exchangeCode !== 'string') throw malformed('exchangeCode', 'is no text');
  if (!Number.isFinite(latencyMs)) throw malformed('latencyMs', 'is no number');
  return { key, outcome: outcome as Outcome, status, exchangeCode, sentAt, latencyMs };
}

function malformed(field: string, problem: string): LoaderError {
  return new LoaderError('RECORD_MALFORMED', `the record of a message cannot be written: ${quoted(field)} ${problem}`);
}
