// Counts equal successes of a minute as one record; what is not a success, or is the first of its kind, is a line at once.

import { LARGEST_COUNT, Outcome, type RequestRecord } from '../../../contract/watch';
import { startQuietly, type Timer, type Timers } from '../shared/time';

const MINUTE_MS = 60_000;
/** Kinds that are counted at once; a workload has a few dozen. */
const MOST_COUNTED = 512;
/** Kinds that are remembered as seen; when there are more, the next of each is a line of its own again. */
const MOST_SEEN = 4_096;

type Write = (record: RequestRecord) => void;

export class Aggregate {
  private readonly seen = new Set<string>();
  /** By kind and minute, in the order of their first request. */
  private readonly counted = new Map<string, RequestRecord & { readonly count: number }>();
  private timer: Timer | undefined;

  constructor(
    private readonly write: Write,
    private readonly now: () => number,
    private readonly timers: Timers,
    private readonly largestCount = LARGEST_COUNT,
  ) {}

  public add(record: RequestRecord): void {
    const kind = kindOf(record);
    if (record.outcome !== Outcome.OK || !this.seen.has(kind)) {
      if (record.outcome === Outcome.OK) this.see(kind);
      this.write(record);
      return;
    }
    const id = `${Math.floor(record.timestamp / MINUTE_MS)} ${kind}`;
    const same = this.counted.get(id);
    if (same === undefined) {
      if (this.counted.size >= MOST_COUNTED) this.flush();
      this.counted.set(id, { ...record, count: 1 });
    } else {
      this.counted.set(id, {
        ...same,
        timestamp: Math.min(same.timestamp, record.timestamp),
        latencyMs: Math.max(same.latencyMs, record.latencyMs),
        count: same.count + 1,
      });
      if (same.count + 1 >= this.largestCount) this.flush();
    }
    this.startTimer();
  }

  /** Writes what has been counted. */
  public flush(): void {
    const records = [...this.counted.values()];
    this.counted.clear();
    if (this.timer !== undefined) this.timers.clearTimeout(this.timer);
    this.timer = undefined;
    for (const { count, ...record } of records) this.write(count === 1 ? record : { ...record, count });
  }

  private see(kind: string): void {
    if (this.seen.size >= MOST_SEEN) this.seen.clear();
    this.seen.add(kind);
  }

  private startTimer(): void {
    if (this.timer !== undefined || this.counted.size === 0) return;
    const left = MINUTE_MS - (this.now() % MINUTE_MS);
    this.timer = startQuietly(this.timers, () => this.flush(), left);
  }
}

/** Equal in all that is not time, latency or outcome. */
function kindOf({ keyVersion, keyId, category, method, endpoint, status, sourceIp, exchangeCode = '' }: RequestRecord) {
  return `${keyVersion} ${keyId} ${category} ${method} ${endpoint} ${status} ${sourceIp} ${exchangeCode}`;
}
