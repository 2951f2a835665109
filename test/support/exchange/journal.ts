// What happened: one entry per request, without anything secret.
import { OperationName } from './protocol';

export interface JournalEntry {
  readonly seq: number;
  /** Exchange time, Unix ms. */
  readonly time: number;
  readonly peer: string;
  readonly operation: OperationName | null;
  /** Id of the calling key, null when it is unknown. */
  readonly keyId: string | null;
  /** Account that the request is about: of the path, else of the calling key. */
  readonly account: string | null;
  /** Id of the key that key management is about; for createKey the new one. */
  readonly targetKeyId: string | null;
  /** What the exchange decided, also when the answer was then lost; null when it did not get to decide. */
  readonly code: number | null;
  /** Outage or fault that the caller saw instead. */
  readonly fault: string | null;
}

export interface JournalFilter {
  readonly operation?: OperationName;
  readonly keyId?: string;
  readonly account?: string;
  /** Entries after this one only. */
  readonly afterSeq?: number;
}

export interface Counter {
  readonly total: number;
  readonly byCode: Readonly<Record<string, number>>;
}

export class Journal {
  private written: JournalEntry[] = [];
  private seq = 0;

  public add(entry: Omit<JournalEntry, 'seq'>): JournalEntry {
    this.seq += 1;
    const complete = { seq: this.seq, ...entry };
    this.written.push(complete);
    return complete;
  }

  public clear(): void {
    this.written = [];
  }

  public entries({ operation, keyId, account, afterSeq = 0 }: JournalFilter = {}): JournalEntry[] {
    return this.written.filter(
      (entry) =>
        entry.seq > afterSeq &&
        (operation === undefined || entry.operation === operation) &&
        (keyId === undefined || entry.keyId === keyId) &&
        (account === undefined || entry.account === account),
    );
  }

  /** Per operation, `unknown` for requests to no endpoint; `none` counts requests that got no code. */
  public counters(): Record<string, Counter> {
    const counters: Record<string, { total: number; byCode: Record<string, number> }> = {};
    for (const { operation, code } of this.written) {
      const name = operation ?? 'unknown';
      counters[name] ??= { total: 0, byCode: {} };
      const counter = counters[name];
      counter.total += 1;
      counter.byCode[code ?? 'none'] = (counter.byCode[code ?? 'none'] ?? 0) + 1;
    }
    return counters;
  }
}
