// Asks an exchange again while that can help and there is time; the clock and the waiting come from outside.
import { ExchangeError } from '../exchange/adapter';

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A clock, and the time by which there must be an answer. */
export interface Patience extends Clock {
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** The answer of the call; its last error, when that is not worth another attempt or the time is over. */
export async function patiently<T>(
  { now, sleep, deadline }: Patience,
  call: () => Promise<T>,
  worthAnotherAttempt: (error: ExchangeError) => boolean,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      const again = error instanceof ExchangeError && worthAnotherAttempt(error) && now() + pause < deadline;
      if (!again) throw error;
      await sleep(pause);
    }
  }
}
