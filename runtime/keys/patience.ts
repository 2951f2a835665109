// Asks an exchange again while that can help and there is time; the clock and the waiting come from outside.
import { ExchangeError } from '../exchange/adapter';
import type { Clock } from '../exchange/pace';

/** A clock, and the time by which there must be an answer. */
export interface Patience extends Clock {
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** How long an exchange that is down is waited for; Secrets Manager and the schedule come back anyway. */
const OUTAGE_MS = 120_000;

/**
 * The answer of the call; its last error, when that is not worth another attempt or the time is over. `lasting`: what
 * is waited for until the deadline. `passing`: what is waited for two minutes.
 */
export async function patiently<T>(
  { now, sleep, deadline }: Patience,
  call: () => Promise<T>,
  passing: (error: ExchangeError) => boolean,
  lasting: (error: ExchangeError) => boolean = () => false,
): Promise<T> {
  const outageEnds = Math.min(deadline, now() + OUTAGE_MS);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      const next = now() + pause;
      if (!(lasting(error) && next < deadline) && !(passing(error) && next < outageEnds)) throw error;
      await sleep(pause);
    }
  }
}
