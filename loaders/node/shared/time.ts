// Clock, chance and timers, so that a test needs neither hours nor luck.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** A timer that may be told not to keep the process alive. */
export interface Timer {
  unref?(): unknown;
}

export interface Timers {
  setTimeout(callback: () => void, milliseconds: number): Timer;
  clearTimeout(timer: Timer): void;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now() };
export const SYSTEM_TIMERS: Timers = {
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** A timer that lets the process end. */
export function startQuietly(timers: Timers, callback: () => void, milliseconds: number): Timer {
  const timer = timers.setTimeout(callback, milliseconds);
  timer.unref?.();
  return timer;
}
