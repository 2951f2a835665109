// An outcome in the exchange's form, and what proxies and load balancers answer in its place.

import { Outcome } from './perform';
import { CODES, CodeName } from './protocol';
import { Settings } from './settings';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const codeOf = ({ codes }: Settings, reason: CodeName): number => codes[reason] ?? CODES[reason].code;

/** The outcome in the exchange's form. */
export function answer(settings: Settings, { reason, message, data, headers }: Outcome): Answer {
  const status = settings.alwaysHttp200 ? 200 : (settings.httpStatus[reason] ?? CODES[reason].status);
  const body = JSON.stringify({ code: codeOf(settings, reason), msg: message, data });
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** What stands in front of an exchange speaks no JSON. */
export function proxyPage(status: number, title: string): Answer {
  const body = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}
