// A clock that moves only when somebody sleeps.
import type { Clock } from '../../../../runtime/exchange/pace';

export class FakeClock implements Clock {
  public readonly sleeps: number[] = [];

  constructor(public time = Date.parse('2026-11-22T10:00:00Z')) {}

  public readonly now = (): number => this.time;

  public readonly sleep = async (milliseconds: number): Promise<void> => {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
  };
}
