// Checks what is said about the exchange's codes: every entry can match, and the refusals a rotation depends on are told.
import { quoted } from '../quoted';
import { ErrorClass } from './error-class';
import type { ExchangeConfiguration, ExchangeErrorRule } from './exchange-configuration';
import type { ExchangeProblem } from './exchange-problem';

/** Without these nobody can tell a dead key from a blocked address. */
const NEEDED = [ErrorClass.KEY_UNKNOWN, ErrorClass.IP_NOT_ALLOWED, ErrorClass.PERMISSION];

export function checkErrorRules({ envelope, errors, operations }: ExchangeConfiguration): ExchangeProblem[] {
  const problems: ExchangeProblem[] = [];
  const refuse = (path: string, message: string) => problems.push({ path, code: 'EXCHANGE_ERROR_RULE', message });

  for (const [index, rule] of errors.entries()) {
    const at = `errors.${index}`;
    if (rule.code === undefined && rule.messageContains === undefined) {
      refuse(at, 'it has no code: an HTTP status alone never decides what a refusal means; add the code of the answer');
    }
    if (rule.messageContains !== undefined && envelope.messagePath === undefined) {
      refuse(at, "it looks at the message, and nothing says where that is; add 'messagePath' to the envelope");
    }
    if (rule.code !== undefined && envelope.successCodes?.includes(rule.code)) {
      refuse(at, `code ${quoted(rule.code)} is also a success code; remove it from one of them`);
    }
    const earlier = errors.slice(0, index).findIndex((other) => covers(other, rule));
    if (earlier >= 0)
      refuse(at, `errors.${earlier} comes first and matches all that this does; remove one, or swap them`);
  }
  for (const [index, code] of (operations.revoke?.goneCodes ?? []).entries()) {
    const known = errors.findIndex((rule) => rule.code === code);
    const isSuccess = envelope.successCodes?.includes(code);
    if (known < 0 && !isSuccess) continue;
    const twin = isSuccess ? 'a success code' : `the code of errors.${known}, which is about the key that signs`;
    refuse(`operations.revoke.goneCodes.${index}`, `${quoted(code)} is also ${twin}; remove it`);
  }
  const told = new Set(errors.map(({ errorClass }) => errorClass));
  const missing = told.has(ErrorClass.AMBIGUOUS_AUTH) ? [] : NEEDED.filter((needed) => !told.has(needed));
  if (missing.length > 0) {
    const message = `no code means ${missing.join(', ')}; add them, or AMBIGUOUS_AUTH for the code that stands for several of them`;
    problems.push({ path: 'errors', code: 'EXCHANGE_ERROR_CLASSES_MISSING', message });
  }
  return problems;
}

/** True when `first` matches everything that `second` does. */
function covers(first: ExchangeErrorRule, second: ExchangeErrorRule): boolean {
  const message = first.messageContains?.toLowerCase();
  return (
    (first.code === undefined || first.code === second.code) &&
    (first.status === undefined || first.status === second.status) &&
    (message === undefined || second.messageContains?.toLowerCase().includes(message) === true)
  );
}
