// One key as the detector sees it: what is fine is looked up, anything else is judged at leisure.
import { CANDIDATE, CURRENT, type DescribedPermission, LabelKind, PENDING } from '../../contract/keys';
import { EndpointCategory, permits } from '../../contract/watch';
import { endOfOverlap, timesOf } from '../keys/caretaker/facts';
import type { KeyState, KeyVersion } from '../keys/key-state';
import { KnownAddresses } from './known-addresses';

/** Whether a version could be used at a time. */
export type VersionStanding = 'in use' | 'undeployed' | 'retired' | 'unknown';

export class WatchedKey {
  public readonly exchange: string;
  public readonly permissions: readonly DescribedPermission[];
  public readonly arn: string;
  /** Addresses, as records spell them, that this key is known to have used. */
  public readonly addresses: KnownAddresses;
  /** True when the secret is to be deleted. */
  public readonly doomed: boolean;
  private current: string | undefined;
  /** Until when each version may be used, milliseconds since 1970; one that was never in use is not in it. */
  private readonly usableUntil = new Map<string, number>();
  private readonly undeployed = new Set<string>();
  private readonly labelled = new Set<string>();
  private readonly permitted: Readonly<Record<EndpointCategory, boolean>>;

  constructor(state: KeyState, addresses = new KnownAddresses()) {
    const { exchange, permissions } = state.description;
    this.exchange = exchange;
    this.permissions = permissions;
    this.arn = state.arn;
    this.doomed = state.deleted !== undefined;
    this.addresses = addresses;
    this.permitted = {
      [EndpointCategory.READ]: permits(permissions, EndpointCategory.READ),
      [EndpointCategory.TRADE]: permits(permissions, EndpointCategory.TRADE),
      [EndpointCategory.WITHDRAW]: permits(permissions, EndpointCategory.WITHDRAW),
    };
    for (const version of state.versions) this.add(version);
  }

  /** Whether the permissions it was declared with cover the kind of endpoint. */
  public permits(category: EndpointCategory): boolean {
    return this.permitted[category];
  }

  /** True for the version that workloads read now. */
  public isCurrent(version: string): boolean {
    return version === this.current;
  }

  /** True for a version that was in use once, or was closed, as long as a label keeps it. */
  public isOld(version: string): boolean {
    return this.usableUntil.has(version);
  }

  /** Whether the version could be used at that time; almost every record names the current one. */
  public isUsable(version: string, at: number): boolean {
    return this.isCurrent(version) || at <= (this.usableUntil.get(version) ?? -1);
  }

  /** `unlabelled` holds the versions that no label keeps. */
  public standing(version: string, at: number, unlabelled: ReadonlySet<string>): VersionStanding {
    if (this.isUsable(version, at)) return 'in use';
    if (this.undeployed.has(version)) return 'undeployed';
    return this.labelled.has(version) || unlabelled.has(version) ? 'retired' : 'unknown';
  }

  /** True when a label keeps the version, whatever it says. */
  public isLabelled(version: string): boolean {
    return this.labelled.has(version);
  }

  private add(version: KeyVersion): void {
    const { id, labels } = version;
    this.labelled.add(id);
    if (labels.includes(CURRENT)) {
      this.current = id;
    } else if (labels.includes(PENDING) || labels.includes(CANDIDATE)) {
      this.undeployed.add(id);
    } else {
      // without an overlap, or with one that was cut short, its time is over
      const ends = [endOfOverlap(version) ?? 0, ...timesOf(version, LabelKind.QUARANTINED)];
      this.usableUntil.set(id, Math.min(...ends) * 1000);
    }
  }
}
