// The exchange's answer as `fetch` gives it, with what it means.
import type { ErrorClass } from '../../../contract/exchange/error-class';
import type { Outcome } from '../../../contract/watch/outcome';
import type { RequestOutcome } from '../../../protocol/request-outcome';
import type { ReceivedAnswer } from './transport';

/** A `Response`. Status, headers and body are the exchange's own; a status of 200 can be a refusal, so look at `outcome`. */
export interface ExchangeResponse extends Omit<Response, 'clone'> {
  /** What became of the request. */
  readonly outcome: Outcome;
  /** What a refusal means; undefined for a success, and where the exchange said no for a reason of its business. */
  readonly errorClass: ErrorClass | undefined;
  /** The exchange's own code of a refusal, if it has one; `WITHHELD` where it cannot be shown. */
  readonly exchangeCode: string | undefined;
  /** Version of the key that the request was signed with. */
  readonly keyVersion: string;
  clone(): ExchangeResponse;
}

type Make = new (answer: ReceivedAnswer, meaning: RequestOutcome, keyVersion: string) => ExchangeResponse;

let made: Make | undefined;

export function exchangeResponse(answer: ReceivedAnswer, meaning: RequestOutcome, keyVersion: string) {
  made ??= makeClass();
  return new made(answer, meaning, keyVersion);
}

/** Statuses that have no body. */
const WITHOUT_BODY: readonly number[] = [204, 205];

/** Not before the first answer: Node loads its HTTP client with `Response`, and a workload that only holds a key has no use for it. */
function makeClass(): Make {
  // `clone` gives the same class here, which the type of the standard one has no room for.
  const Standard = Response as unknown as new (body: Uint8Array | null, init: ResponseInit) => Omit<Response, 'clone'>;

  return class ExchangeResponse extends Standard {
    readonly outcome: Outcome;
    readonly errorClass: ErrorClass | undefined;
    readonly exchangeCode: string | undefined;
    readonly #answer: ReceivedAnswer;

    constructor(
      answer: ReceivedAnswer,
      meaning: RequestOutcome,
      readonly keyVersion: string,
    ) {
      const { status, statusText, headers, bytes } = answer;
      super(WITHOUT_BODY.includes(status) ? null : bytes, { status, statusText, headers });
      this.#answer = answer;
      this.outcome = meaning.outcome;
      this.errorClass = meaning.errorClass;
      this.exchangeCode = meaning.exchangeCode;
    }

    clone(): ExchangeResponse {
      if (this.bodyUsed) throw new TypeError('the body has been read; clone the response before reading it');
      return new ExchangeResponse(this.#answer, this, this.keyVersion);
    }
  };
}
