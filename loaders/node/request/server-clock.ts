// The exchange's clock: ours, and the offset that the exchange told after it had refused a request for its time.
import type { Clock } from '../shared/time';

/** An exchange that refuses every time is not asked for its own before each request. */
const PAUSE_MS = 10_000;

export class ServerClock {
  /** The exchange's time minus ours, in milliseconds. */
  public offset = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<boolean> | undefined;

  /** @param ask gives the offset, undefined where the exchange cannot be asked or tells none that can be taken over. */
  constructor(
    private readonly clock: Clock,
    private readonly ask: () => Promise<number | undefined>,
  ) {}

  public now(): number {
    return this.clock.now() + this.offset;
  }

  /** True when a request that was made with the offset `used` is worth repeating. One question, however many were refused. */
  public async adjust(used: number): Promise<boolean> {
    if (used !== this.offset) return true;
    // A clock that was set back must not make the pause longer: that is when the offset is wrong.
    const since = this.clock.now() - this.askedAt;
    if (this.asking === undefined && since >= 0 && since < PAUSE_MS) return false;
    this.asking ??= this.takeOver().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async takeOver(): Promise<boolean> {
    this.askedAt = this.clock.now();
    const offset = await this.ask().catch(() => undefined);
    if (offset === undefined) return false;
    this.offset = offset;
    return true;
  }
}
