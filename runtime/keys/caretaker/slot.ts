// Spreads the routine checks over the passes without remembering anything: a name's hash says when its turn is.
import { createHash } from 'node:crypto';
import { HOUR, PASS } from './facts';

/** Every key is checked once in so long. */
export const ROUTINE_SECONDS = 6 * HOUR;
/** Every account is searched for orphans once in so long. */
export const SEARCH_SECONDS = HOUR;

/** True when the turn of `name` came after `since` and not after `now`; `since` is the pass before this one. */
export function isDue(name: string, everySeconds: number, since: number, now: number): boolean {
  const slots = Math.floor(everySeconds / PASS);
  const own = createHash('sha256').update(name).digest().readUInt32BE(0) % slots;
  const [last, current] = [Math.floor(since / PASS), Math.floor(now / PASS)];
  if (current - last >= slots) return true;
  for (let slot = last + 1; slot <= current; slot++) if (slot % slots === own) return true;
  return false;
}
