// The addresses that one key is known to have used, as records spell them, each until it must be looked at again.

/** Spellings are the writer's to choose. */
const MOST = 256;

export class KnownAddresses {
  private readonly until = new Map<string, number>();
  private last: string | undefined;
  private lastUntil = 0;

  /** True while the pair needs no look; a workload mostly keeps its address. */
  public has(address: string, now: number): boolean {
    if (address === this.last) return now < this.lastUntil;
    const until = this.until.get(address);
    if (until === undefined || now >= until) return false;
    this.last = address;
    this.lastUntil = until;
    return true;
  }

  public add(address: string, until: number): void {
    if (this.until.size >= MOST) this.until.clear();
    this.until.set(address, until);
    this.last = undefined;
  }

  public clear(): void {
    this.until.clear();
    this.last = undefined;
  }
}
