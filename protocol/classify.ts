// What an answer means: a success as the configuration defines it, or a class of refusal found by the code in the body.
import { ErrorClass } from '../contract/exchange/error-class';
import type { ExchangeConfiguration, ExchangeEnvelope } from '../contract/exchange/exchange-configuration';
import { parseAnswer, valueAt } from './answer-json';

export type Verdict =
  | { readonly ok: true; readonly body: object | undefined }
  | {
      readonly ok: false;
      readonly errorClass: ErrorClass;
      /** The exchange's own, or `HTTP_<status>` where the answer has none. */
      readonly code: string;
      /** False: no entry of the configuration was about this answer. */
      readonly known: boolean;
    };

type Rules = Pick<ExchangeConfiguration, 'envelope' | 'errors'>;

/** `mayBeEmpty`: a 2xx answer without a body is a success, where success needs no code. */
export function classify(
  { envelope, errors }: Rules,
  { status, text }: { readonly status: number; readonly text: string },
  mayBeEmpty = false,
): Verdict {
  const succeeded = status >= 200 && status < 300;
  const body = parseAnswer(text);
  const code = body && codeIn(body, envelope);
  if (body === undefined) {
    if (mayBeEmpty && succeeded && text === '' && envelope.successCodes === undefined) return { ok: true, body };
    // Nothing of this is the exchange's own: a proxy, a firewall, a page about maintenance.
    const errorClass = status === 429 ? ErrorClass.RATE_LIMIT : ErrorClass.TRANSIENT;
    return { ok: false, errorClass, code: `HTTP_${status}`, known: false };
  }
  if (succeeded && isSuccess(code, envelope)) return { ok: true, body };
  const message = envelope.messagePath === undefined ? undefined : valueAt(body, envelope.messagePath);
  const said = typeof message === 'string' ? message.toLowerCase() : undefined;
  const rule = errors.find(
    (one) =>
      (one.code !== undefined || one.messageContains !== undefined) &&
      (one.code === undefined || one.code === code) &&
      (one.status === undefined || one.status === status) &&
      (one.messageContains === undefined || said?.includes(one.messageContains.toLowerCase()) === true),
  );
  const errorClass = rule?.errorClass ?? unexplained(status);
  return { ok: false, errorClass, code: code ?? `HTTP_${status}`, known: rule !== undefined };
}

function isSuccess(code: string | undefined, { successCodes }: ExchangeEnvelope): boolean {
  return successCodes === undefined ? code === undefined : code !== undefined && successCodes.includes(code);
}

/** The code as text; of a list of codes the first. Undefined where there is none: nothing, null, an empty text or list. */
function codeIn(body: object, { codePath }: ExchangeEnvelope): string | undefined {
  const found = valueAt(body, codePath);
  const value: unknown = Array.isArray(found) ? found[0] : found;
  if (value === undefined || value === null || value === '') return undefined;
  // An object where the code should be is no success.
  return typeof value === 'object' ? 'UNREADABLE' : String(value);
}

function unexplained(status: number): ErrorClass {
  if (status === 429) return ErrorClass.RATE_LIMIT;
  // 408: whoever gave up waiting does not know what became of the request
  if (status >= 500 || status === 408) return ErrorClass.TRANSIENT;
  return status === 401 || status === 403 ? ErrorClass.AMBIGUOUS_AUTH : ErrorClass.CONFIG;
}
