// What the gate waits for, told when it changes.
import type { Output } from '../output/output';
import { printable } from '../output/printable';
import { identity, type Unmet, unmetText } from './unmet';

export class GateProgress {
  private waiting: ReadonlySet<string> = new Set();

  constructor(private readonly output: Output) {}

  /** After an attempt. */
  public tell(unmet: readonly Unmet[]): void {
    const now = new Map(unmet.map((one) => [identity(one), one]));
    for (const known of this.waiting) {
      if (!now.has(known)) this.output.say(`${this.output.styled('green', 'no longer:')} ${printable(known)}`);
    }
    for (const [id, one] of now) {
      if (!this.waiting.has(id)) this.output.say(`${this.output.styled('yellow', 'waiting:')} ${unmetText(one)}`);
    }
    this.waiting = new Set(now.keys());
  }
}
