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

/** What to do: read the key, or answer at once. */
export type RefusalDecision = 'read' | 'changed' | 'unchanged';

export class RefusalGate {
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

  /** A read brought another version. */
  changed(): void {
    this.#asked = undefined;
    this.#inVain = 0;
    this.#pause = 0;
  }

  /** A read that refusals caused brought the held version; an ambiguous one among them is not asked about again. */
  unchanged(held: string, wasAmbiguous: boolean, now: number): void {
    if (wasAmbiguous) this.#asked = held;
    // One refusal in a month is not a row.
    const isRow = now - this.#lastInVain <= 2 * refreshDelay(this.overlapHours, 1);
    this.#inVain = isRow ? this.#inVain + 1 : 1;
    this.#lastInVain = now;
    this.pause(unchangedPause(this.#inVain, this.overlapHours), now);
  }

  /** A read failed; it will be tried again after that many milliseconds, and no refusal tries it earlier. */
  failed(retryIn: number, now: number): void {
    if (now + retryIn > this.#pausedAt + this.#pause) this.pause(retryIn, now);
  }

  private pause(milliseconds: number, now: number): void {
    this.#pausedAt = now;
    this.#pause = milliseconds;
  }
}
