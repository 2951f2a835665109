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
   * For functions that are frozen between calls, and machines that sleep: timers stand still there, so the key may be older
   * than its overlap. To be awaited before `current` is used; the client of the exchange does it before each request.
   * Settles at once as long as reads came in time; else waits for one read, at most 7 s, and writes an overdue key report.
   * A read that fails leaves the key as it is, and is tried again after its pause.
   *
   * ```ts
   * const holder = await loadKey(); // once, outside the handler
   * export const handler = async () => {
   *   await holder.ready();
   *   const { apiKey, apiSecret } = holder.current;
   *   // …
   * };
   * ```
   * @throws LoaderError `LOADER_CLOSED`, and nothing else.
   */
  ready(): Promise<void>;

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
