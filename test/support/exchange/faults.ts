// Faults that tests inject: which operation, before or after its effect, how often, and what happens instead.
import { CODE_NAMES, CodeName, OPERATION_NAMES, OperationName } from './protocol';

export type FaultAction =
  | { readonly kind: 'delay'; readonly ms: number }
  /** The socket is closed without an answer. */
  | { readonly kind: 'drop' }
  /** The same, with a TCP reset. */
  | { readonly kind: 'reset' }
  /** No answer until the caller gives up. */
  | { readonly kind: 'hang' }
  /** HTTP 200 with a web page. */
  | { readonly kind: 'html' }
  /** A status of its own; with the exchange's JSON when there is a code, else with a proxy's page. */
  | { readonly kind: 'status'; readonly status: number; readonly code?: CodeName };

export interface Fault {
  readonly operation: OperationName | '*';
  /** Only requests about this account's keys; all when omitted. */
  readonly account?: string;
  /** `before`: nothing was done; `after`: the effect is there, the answer is not. Refused requests have no `after`. */
  readonly stage: 'before' | 'after';
  readonly action: FaultAction;
  /** How many requests it hits; until cleared when omitted. */
  readonly times?: number;
}

const KINDS = ['delay', 'drop', 'reset', 'hang', 'html', 'status'];

function check({ operation, stage, action, times }: Fault): void {
  const fail = (what: string, value: unknown, allowed: readonly string[]): never => {
    throw new Error(`unknown ${what} ${JSON.stringify(value)}, expected one of ${allowed.join(', ')}`);
  };
  if (operation !== '*' && !OPERATION_NAMES.includes(operation)) {
    fail('operation', operation, ['*', ...OPERATION_NAMES]);
  }
  if (stage !== 'before' && stage !== 'after') fail('stage', stage, ['before', 'after']);
  if (!KINDS.includes(action?.kind)) fail('kind of fault', action?.kind, KINDS);
  if (action.kind === 'status' && action.code && !CODE_NAMES.includes(action.code)) {
    fail('code', action.code, CODE_NAMES);
  }
  if (action.kind === 'status' && !(action.status >= 200 && action.status <= 599)) {
    throw new Error(`status ${action.status} is not between 200 and 599`);
  }
  if (action.kind === 'delay' && !(action.ms >= 0)) throw new Error(`delay of ${action.ms} ms, expected 0 or more`);
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
    throw new Error(`times ${times}, expected a whole number above 0, or none for always`);
  }
}

export class Faults {
  private pending: Fault[] = [];

  public inject(fault: Fault): void {
    check(fault);
    this.pending.push(fault);
  }

  public clear(): void {
    this.pending = [];
  }

  public list(): readonly Fault[] {
    return this.pending;
  }

  /** Uses up the faults that hit this request: every delay, and the first of the others. */
  public take(stage: Fault['stage'], operation: OperationName, account: string | null): FaultAction[] {
    const hit: Fault[] = [];
    for (const fault of this.pending) {
      const matches =
        fault.stage === stage &&
        (fault.operation === '*' || fault.operation === operation) &&
        (fault.account === undefined || fault.account === account);
      const last = hit.some(({ action }) => action.kind !== 'delay');
      if (matches && (fault.action.kind === 'delay' || !last)) hit.push(fault);
    }
    this.pending = this.pending.flatMap((fault) => {
      if (!hit.includes(fault) || fault.times === undefined) return [fault];
      return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    });
    const delays = hit.filter(({ action }) => action.kind === 'delay');
    return [...delays, ...hit.filter((fault) => !delays.includes(fault))].map(({ action }) => action);
  }
}
