// Spaces the requests to one exchange, and keeps still for as long as the exchange has asked for.

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Longest an adapter waits in one go because the exchange asked for it, in milliseconds. */
const LONGEST_WAIT = 5_000;
/** A wish for more than this is taken for a mistake. */
const LONGEST_SILENCE = 600_000;

export class Pace {
  private next = 0;
  private silentUntil = 0;

  constructor(
    private readonly requestsPerSecond: number,
    private readonly clock: Clock,
  ) {}

  /** Waits for the next request's turn; false if the exchange wants silence for longer than that is worth waiting for. */
  public async turn(): Promise<boolean> {
    const now = this.clock.now();
    if (this.silentUntil - now > LONGEST_WAIT) return false;
    const at = Math.max(now, this.next, this.silentUntil);
    this.next = at + 1000 / this.requestsPerSecond;
    if (at > now) await this.clock.sleep(at - now);
    return true;
  }

  /** The exchange wants no request for so many milliseconds. */
  public keepSilent(milliseconds: number): void {
    this.silentUntil = Math.max(this.silentUntil, this.clock.now() + Math.min(milliseconds, LONGEST_SILENCE));
  }
}
