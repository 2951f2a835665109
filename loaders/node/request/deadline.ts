// When a request must be over: at the end of its time, or when its caller does not want it any more.
import { startQuietly, type Timer, type Timers } from '../shared/time';

export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: Timer;
  private readonly onAbort = () => this.controller.abort();

  constructor(
    private readonly timers: Timers,
    milliseconds: number,
    private readonly caller?: AbortSignal | null,
  ) {
    this.timer = startQuietly(timers, () => this.controller.abort(), milliseconds);
    caller?.addEventListener('abort', this.onAbort);
    if (caller?.aborted) this.controller.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Throws what the caller gave as the reason, if it was the caller. */
  throwIfUnwanted(): void {
    this.caller?.throwIfAborted();
  }

  end(): void {
    this.timers.clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.onAbort);
  }
}
