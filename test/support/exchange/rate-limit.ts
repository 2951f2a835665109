// Token buckets: how long a caller has to wait, or that it need not.
import { RateLimit } from './settings';

export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  /** Takes a token for `holder`; 0 when there was one, else the seconds until there is one. */
  public take(limit: RateLimit, holder: string, now: number): number {
    const name = JSON.stringify([limit, holder]);
    const bucket = this.buckets.get(name) ?? { tokens: limit.capacity, at: now };
    const refilled = (Math.max(0, now - bucket.at) / 1000) * limit.refillPerSecond;
    const tokens = Math.min(limit.capacity, bucket.tokens + refilled);
    const taken = tokens >= 1;
    this.buckets.set(name, { tokens: taken ? tokens - 1 : tokens, at: now });
    return taken ? 0 : Math.ceil((1 - tokens) / limit.refillPerSecond);
  }
}
