// The read at start: a service that does not answer is given some time, everything else fails at once.
import { retryDelay, START_PATIENCE_MS } from '../../../contract/workload';
import type { Notices } from '../shared/notices';
import type { Clock, Timers } from '../shared/time';
import { boundedRead, LONGEST_READ_MS } from './bounded-read';
import type { HeldKey } from './held-key';
import { type KeyReader, Unreachable } from './key-source';

export interface FirstReadTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: () => number;
  readonly overlapHours: number;
  readonly notices: Notices;
}

/** @throws LoaderError of the last try. */
export async function firstRead(source: KeyReader, tools: FirstReadTools): Promise<HeldKey> {
  const { clock, timers, random, overlapHours, notices } = tools;
  let left = START_PATIENCE_MS;
  let last = clock.now();
  /** Clocks are often set soon after the start of a machine, which must not change the patience by more than a step. */
  const spend = (most: number) => {
    const now = clock.now();
    left -= Math.min(Math.max(0, now - last), most);
    last = now;
  };
  for (let failures = 1; ; failures++) {
    const milliseconds = Math.max(1, Math.min(left, LONGEST_READ_MS));
    try {
      return await boundedRead(source, { timers, milliseconds, keepsAlive: true });
    } catch (error) {
      const pause = retryDelay(failures, overlapHours, random());
      spend(milliseconds);
      if (!(error instanceof Unreachable) || pause >= left) throw error;
      notices.warnOnce('start', error.code, `${error.message}; it is tried again`);
      await new Promise<void>((resolve) => timers.setTimeout(resolve, pause));
      spend(pause);
    }
  }
}
