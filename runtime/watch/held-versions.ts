// Which old versions of keys a batch shows to be with a workload still, each with the newest time.

/** An old version that a workload held. */
export interface Held {
  readonly keyName: string;
  readonly versionId: string;
  /** Milliseconds since 1970, never ahead of the detector's clock. */
  readonly at: number;
}

/** What makes two of them the same, as one text: names of keys have no blanks. */
export function heldId({ keyName, versionId }: Omit<Held, 'at'>): string {
  return `${keyName} ${versionId}`;
}

export class HeldVersions {
  private readonly held = new Map<string, Held>();

  public add(one: Held): void {
    const id = heldId(one);
    const known = this.held.get(id);
    if (known === undefined || known.at < one.at) this.held.set(id, one);
  }

  public all(): readonly Held[] {
    return [...this.held.values()];
  }
}
