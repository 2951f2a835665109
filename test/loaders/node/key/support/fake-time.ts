// Time that passes when the test says so: a clock and timers, fired in order, with everything that follows from each let through.
import type { Clock, Timer, Timers } from '../../../../../loaders/node';

interface FakeTimer extends Timer {
  readonly at: number;
  readonly callback: () => void;
  unref(): void;
  quiet: boolean;
}

export class FakeTime implements Clock, Timers {
  #now: number;
  readonly #timers = new Set<FakeTimer>();

  constructor(now = Date.parse('2026-11-22T10:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** The wall clock jumps; timers do not notice. */
  set(now: number): void {
    this.#now = now;
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    const timer: FakeTimer = {
      at: this.#now + milliseconds,
      callback,
      quiet: false,
      unref() {
        this.quiet = true;
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as FakeTimer);
  }

  /** Milliseconds until each pending timer, and whether it lets the process end. */
  get pending(): { in: number; quiet: boolean }[] {
    return [...this.#timers].map(({ at, quiet }) => ({ in: at - this.#now, quiet })).sort((a, b) => a.in - b.in);
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
  }
}

/** Everything that promises and the file system have to say has been said. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
