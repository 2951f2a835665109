// All that a running exchange knows.
import { Faults } from './faults';
import { Journal } from './journal';
import { Keys } from './keys';
import { RateLimiter } from './rate-limit';
import { changed, DEFAULTS, Settings } from './settings';
import { Trading } from './trading';

export class ExchangeState {
  public settings: Settings;
  public readonly subAccounts = new Set<string>();
  public readonly faults = new Faults();
  public readonly journal = new Journal();
  public readonly limiter = new RateLimiter();
  public readonly trading = new Trading();
  public readonly keys = new Keys(
    () => this.settings,
    () => this.now(),
  );

  private advancedMs = 0;

  constructor(
    public readonly masterAccount: string,
    settings: Partial<Settings>,
    private readonly clock: () => number,
  ) {
    this.settings = changed(DEFAULTS, settings);
  }

  /** What keys, delays, limits and outages go by, Unix ms. */
  public now(): number {
    return Math.floor(this.clock()) + this.advancedMs;
  }

  /** What signed requests are compared with, Unix ms. */
  public serverTime(): number {
    return Math.floor(this.clock()) + this.settings.clockOffsetMs;
  }

  /** Lets time pass, but not for signatures: callers with a real clock still get through. */
  public advance(ms: number): void {
    this.advancedMs += ms;
  }
}
