// Counts refusals of keys in windows that overlap by half, so that no boundary hides a run of half a window.
import { type Finding, FindingKind, SPIKE_WINDOW_MS } from '../../contract/watch';

/** Refusals of one key in one window, as far as one batch knows. */
export interface Window {
  readonly keyName: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** `<id of the line>:<count>`, no more than it takes to make a spike. */
  readonly failures: readonly string[];
  readonly total: number;
}

const STEP_MS = SPIKE_WINDOW_MS / 2;

export class Spikes {
  private readonly windows = new Map<
    string,
    { keyName: string; start: number; failures: Set<string>; total: number }
  >();

  constructor(private readonly threshold: number) {}

  public add(keyName: string, at: number, lineId: string, count: number): void {
    const last = Math.floor(at / STEP_MS) * STEP_MS;
    for (const start of [last - STEP_MS, last]) {
      const id = `${keyName} ${start}`;
      const window = this.windows.get(id) ?? { keyName, start, failures: new Set(), total: 0 };
      this.windows.set(id, window);
      const failure = `${lineId}:${count}`;
      if (window.total >= this.threshold || window.failures.has(failure)) continue;
      window.failures.add(failure);
      window.total += count;
    }
  }

  public all(): Window[] {
    return [...this.windows.values()].map((window) => ({ ...window, failures: [...window.failures] }));
  }
}

/** How many refusals the elements of a set stand for. */
export function totalOf(failures: readonly string[]): number {
  return failures.reduce((sum, failure) => sum + Number(failure.slice(failure.lastIndexOf(':') + 1)), 0);
}

/** The finding about a window; the same whichever record made it a spike. */
export function spikeFinding({ keyName, start }: Window, threshold: number): Finding {
  return {
    kind: FindingKind.AUTH_FAILURE_SPIKE,
    keyName,
    subject: 'refusals',
    at: Math.max(start, 0),
    detail: `the exchange refused the key ${threshold} times or more within ${SPIKE_WINDOW_MS / 60_000} minutes`,
  };
}
