// The lock of an environment as an app gives it to its addresses: a text, read when the environment is known.
import { IConstruct } from 'constructs';
import { type LockDocument, parseLock } from '../../contract/lock';
import { concreteRegion, extraEnvironments, requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';

/** How a lock is read. */
export interface EgressLockOptions {
  /**
   * Accepts loopback addresses, which a local AWS hands out. For apps that are deployed to one, never for a real account.
   * @default false
   */
  readonly localAws?: boolean;
}

/**
 * The reviewed list of an environment's addresses: the file `egress.lock.json`, which `exchange-keys allowlist lock` writes
 * from what is deployed. With it, synth refuses a template that would drop, move or replace an address in use, or let
 * traffic out of one that an exchange has not confirmed.
 */
export class EgressLock {
  /**
   * A lock from the text of its file, e.g. `EgressLock.fromJson(readFileSync('egress.lock.json', 'utf8'))`. What is wrong
   * with it is said where it is used, by the first `EgressAddresses` that gets it.
   */
  public static fromJson(text: string, options: EgressLockOptions = {}): EgressLock {
    return new EgressLock(text, options.localAws ?? false, []);
  }

  private constructor(
    private readonly text: string,
    private readonly localAws: boolean,
    private readonly elsewhere: string[],
  ) {}

  /**
   * The same lock in an app that has only some of its regions, because another app has the others. Without it, a region
   * that the lock has and the app has not is refused: its addresses would be lost unnoticed.
   *
   * @param regions the regions of the lock that this app does not have, e.g. `us-east-1`
   */
  public withRegionsElsewhere(...regions: string[]): EgressLock {
    return new EgressLock(this.text, this.localAws, [...new Set([...this.elsewhere, ...regions])].sort());
  }

  /** Regions that another app has, sorted. @internal */
  public _regionsElsewhere(scope: IConstruct): readonly string[] {
    return this.elsewhere.map((region) => concreteRegion(scope, 'lock.withRegionsElsewhere', region));
  }

  /** The content, refused as `parseLock` does. @internal */
  public _read(scope: IConstruct, environment: string): LockDocument {
    const { text, localAws } = this;
    if (typeof text !== 'string') {
      throw new ConfigError(
        'LOCK_NOT_TEXT',
        `the lock is ${text === null ? 'null' : `of type ${typeof text}`}, not a text; pass EgressLock.fromJson() the content of egress.lock.json as a string`,
        scope,
      );
    }
    requireConcrete(scope, 'lock', text);
    return checked(scope, 'lock', () =>
      parseLock(text, { environment, environments: extraEnvironments(scope), localAws }),
    );
  }

  /** Whether both say the same. @internal */
  public _equals(other: EgressLock): boolean {
    return this.text === other.text && this.localAws === other.localAws && `${this.elsewhere}` === `${other.elsewhere}`;
  }
}
