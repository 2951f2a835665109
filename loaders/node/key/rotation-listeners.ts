// Tells whoever must sign in again, such as a WebSocket, that another version of the key is held now.
import { errorName } from '../shared/error-name';
import type { Notices } from '../shared/notices';
import type { HeldKey } from './held-key';

/** A version of a key, without its values. */
export interface VersionInfo {
  readonly keyVersion: string;
  /** First 12 hexadecimal digits of the SHA-256 of the API key. */
  readonly fingerprint: string;
}

export interface Rotation {
  readonly keyName: string | undefined;
  readonly previous: VersionInfo;
  readonly current: VersionInfo;
}

/** Called after the swap: `holder.current` is the new key. What it throws or rejects with is told as a warning. */
export type RotationListener = (rotation: Rotation) => void | Promise<void>;

export class RotationListeners {
  readonly #listeners = new Map<symbol, RotationListener>();

  constructor(private readonly notices: Notices) {}

  /** @returns what ends the subscription. */
  add(listener: RotationListener): () => void {
    const id = Symbol('listener');
    this.#listeners.set(id, listener);
    return () => {
      this.#listeners.delete(id);
    };
  }

  clear(): void {
    this.#listeners.clear();
  }

  tell(previous: HeldKey, current: HeldKey): void {
    const rotation = { keyName: current.keyName, previous: infoOf(previous), current: infoOf(current) };
    for (const listener of [...this.#listeners.values()]) void this.call(listener, rotation);
  }

  private async call(listener: RotationListener, rotation: Rotation): Promise<void> {
    try {
      await listener(rotation);
    } catch (error) {
      // Not its message: who signs in with a key may quote the key.
      this.notices.warn(
        'ROTATION_LISTENER_FAILED',
        `a listener of onRotate threw ${errorName(error)}; what it should have signed in again may still use the old key, which ends with the overlap`,
        { keyVersion: rotation.current.keyVersion },
      );
    }
  }
}

const infoOf = ({ keyVersion, fingerprint }: HeldKey): VersionInfo => ({ keyVersion, fingerprint });
