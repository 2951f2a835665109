// Errors of requests that got no answer, or one that cannot be used. They hold no query, header, body or error of the HTTP client.
import { quoted } from '../../../contract/quoted';
import { LoaderError } from '../shared/loader-error';

/** What is known of a request that failed. */
export interface FailedRequest {
  readonly exchange: string;
  readonly method: string;
  /** As in the table of endpoints. */
  readonly endpoint: string;
}

/** `EXCHANGE_UNREACHABLE` or `EXCHANGE_ANSWER_UNUSABLE`: whether the request was carried out is not known. */
export class NoAnswerError extends LoaderError {
  constructor(
    code: 'EXCHANGE_UNREACHABLE' | 'EXCHANGE_ANSWER_UNUSABLE',
    message: string,
    /** Node's, such as `ECONNREFUSED`, or ours: `ANSWER_TIMEOUT`, `NO_ANSWER`, `REDIRECT`, `STATUS_UNKNOWN`, `ANSWER_TOO_LARGE`, `ANSWER_CUT_OFF`. */
    public readonly reason: string,
  ) {
    super(code, message);
  }
}

export function unreachable({ exchange, method, endpoint }: FailedRequest, reason: string): NoAnswerError {
  return new NoAnswerError(
    'EXCHANGE_UNREACHABLE',
    `exchange ${quoted(exchange)} gave no answer to ${quoted(`${method} ${endpoint}`)} (${reason}); whether it was carried out is not known, so ask the exchange before sending it again`,
    reason,
  );
}

export function unusableAnswer({ exchange, method, endpoint }: FailedRequest, reason: string): NoAnswerError {
  return new NoAnswerError(
    'EXCHANGE_ANSWER_UNUSABLE',
    `exchange ${quoted(exchange)} gave an answer to ${quoted(`${method} ${endpoint}`)} that cannot be used (${reason}); whether it was carried out is not known, so ask the exchange before sending it again`,
    reason,
  );
}
