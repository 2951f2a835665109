// Waits until something is so, and says what it has waited for when it never is.
import { setTimeout } from 'node:timers/promises';

/** Gives the first answer that is something. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 30): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ; await setTimeout(100)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}
