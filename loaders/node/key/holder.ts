// What a workload gets: the key in memory, and word of every new version.
import type { ErrorClass } from '../../../contract/exchange/error-class';
import type { HeldKey } from './held-key';
import type { RotationListener } from './rotation-listeners';

/** Whether a read brought another version. */
export type Refreshed = 'changed' | 'unchanged';

/** The key of a workload. Its timers never keep the process alive. */
export interface KeyHolder {
  /**
   * The key as it is now: a plain read, no input or output. Take it once for each request, so that its parts are of one version.
   * @throws LoaderError `LOADER_CLOSED`.
   */
  readonly current: HeldKey;

  /**
   * Reads the source now; callers at the same time share one read. A failure leaves the key as it is.
   * @throws LoaderError as `loadKey`, and `LOADER_CLOSED`.
   */
  refresh(): Promise<Refreshed>;

  /**
   * For clients of the exchange: a request was refused. Reads the source if a new key can explain that, within limits that
   * no number of refusals can break, and never throws. `changed`: `current` is another version than the one used.
   * @param errorClass what the refusal means.
   * @param versionUsed `keyVersion` of the key that signed the request.
   */
  refused(errorClass: ErrorClass, versionUsed: string): Promise<Refreshed>;

  /**
   * Calls the listener after every swap, with both versions and never a value.
   * @returns what ends the subscription.
   */
  onRotate(listener: RotationListener): () => void;

  /** Ends all reads and timers and drops the key. Can be called again. */
  close(): Promise<void>;

  /** `await using key = await loadKey()` */
  [Symbol.asyncDispose](): Promise<void>;

  /** `using key = await loadKey()`; does not wait for the end of a read. */
  [Symbol.dispose](): void;
}
