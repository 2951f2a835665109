// How far a command is that asks many regions: one line that changes on a terminal, a line at the start without one.
import type { Sink } from '../context';
import type { Output } from './output';

/** Fewer steps are over before anybody wonders. */
const FEWEST = 4;
const MOST_NAMES = 2;
/** A line that wraps could not be taken back. */
const WIDEST = 79;
/** Back to the start of the line, and nothing left of what was there. */
const CLEAR = '\r\u001b[K';

/** The steps of one kind of work, by name. */
export class Progress {
  private readonly pending: Set<string>;
  private readonly total: number;
  private live: boolean;

  constructor(
    private readonly stderr: Sink,
    output: Output,
    private readonly what: string,
    names: readonly string[],
  ) {
    this.pending = new Set(names);
    this.total = this.pending.size;
    this.live = stderr.isTTY === true && this.total >= FEWEST;
    if (this.live) this.show();
    else if (this.total >= FEWEST) output.say(`${what} of ${this.total} regions`);
  }

  /** One more is done. */
  public done(name: string): void {
    this.pending.delete(name);
    if (this.live) this.show();
  }

  /** Nothing of it stays on the terminal. */
  public end(): void {
    if (this.live) this.stderr.write(CLEAR);
    this.live = false;
  }

  private show(): void {
    const names = [...this.pending];
    const more = names.length > MOST_NAMES ? ', …' : '';
    const waiting = names.length > 0 ? `, waiting for ${names.slice(0, MOST_NAMES).join(', ')}${more}` : '';
    const line = `${this.what} of ${this.total - names.length}/${this.total} regions${waiting}`;
    this.stderr.write(`${CLEAR}${line.slice(0, WIDEST)}`);
  }
}
