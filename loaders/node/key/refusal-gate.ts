// Decides which refusals of the exchange are worth a read of the key: one that a new key can explain, and never a storm of them.
import type { ErrorClass } from '../../../contract/exchange/error-class';
import { refreshAfter, refreshDelay, unchangedPause } from '../../../contract/workload';

export interface Refused {
  readonly errorClass: ErrorClass;
  /** Version that the refused request was signed with. */
  readonly used: string;
  /** Version that is held. */
  readonly held: string;
  /** Milliseconds. */
  readonly now: number;
}

/** One version was replaced by another. */
export interface Change {
  readonly from: string;
  readonly to: string;
  /** Milliseconds. */
  readonly now: number;
}

/** What to do: read the key, or answer at once. */
export type RefusalDecision = 'read' | 'changed' | 'unchanged';

export class RefusalGate {
  /** Versions that were replaced, and when: one that comes back soon is no new one. */
  readonly #left = new Map<string, number>();
  /** Version about which an ambiguous refusal has already been answered by a read in vain. */
  #asked: string | undefined;
  /** Reads in a row that refusals caused and that brought nothing. */
  #inVain = 0;
  #lastInVain = Number.NEGATIVE_INFINITY;
  #pausedAt = 0;
  #pause = 0;

  constructor(private readonly overlapHours: number) {}

  decide({ errorClass, used, held, now }: Refused): RefusalDecision {
    const worth = refreshAfter(errorClass);
    if (worth === 'never') return 'unchanged';
    if (used !== held) return 'changed';
    if (worth === 'once' && this.#asked === held) return 'unchanged';
    // A clock that was set back must not make the pause longer.
    const since = now - this.#pausedAt;
    return since >= 0 && since < this.#pause ? 'unchanged' : 'read';
  }

  /** A read brought a version. Copies of a service that lags may give old and new in turn, which is no end of a row of reads. */
  changed({ from, to, now }: Change): void {
    this.#asked = undefined;
    for (const [version, at] of this.#left) if (!this.#isRow(at, now)) this.#left.delete(version);
    this.#left.set(from, now);
    if (this.#left.has(to)) {
      this.#pauseInVain(now);
      return;
    }
    this.#inVain = 0;
    this.#pause = 0;
  }

  /** A read that refusals caused brought the held version; an ambiguous one among them is not asked about again. */
  unchanged(held: string, wasAmbiguous: boolean, now: number): void {
    if (wasAmbiguous) this.#asked = held;
    this.#pauseInVain(now);
  }

  /** A read failed; it will be tried again after that many milliseconds, and no refusal tries it earlier. */
  failed(retryIn: number, now: number): void {
    // A clock that was set back leaves pauses in the future, which have ended.
    const left = this.#pausedAt > now ? 0 : this.#pausedAt + this.#pause - now;
    if (retryIn > left) this.pause(retryIn, now);
  }

  #pauseInVain(now: number): void {
    this.#inVain = this.#isRow(this.#lastInVain, now) ? this.#inVain + 1 : 1;
    this.#lastInVain = now;
    this.pause(unchangedPause(this.#inVain, this.overlapHours), now);
  }

  /** One refusal in a month is not a row. */
  #isRow(at: number, now: number): boolean {
    return now - at <= 2 * refreshDelay(this.overlapHours, 1);
  }

  private pause(milliseconds: number, now: number): void {
    this.#pausedAt = now;
    this.#pause = milliseconds;
  }
}
