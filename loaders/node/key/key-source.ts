// What every place that a key can come from does.
import type { KeySource } from '../../../contract/watch/key-report';
import { LoaderError } from '../shared/loader-error';
import type { HeldKey } from './held-key';

export interface KeyReader {
  readonly kind: KeySource;
  /** How messages name it: `file '/run/secrets/key.json' (XXKK_SECRET_FILE)`. */
  readonly label: string;
  /**
   * Reads the key anew.
   * @throws LoaderError; `Unreachable` if another try may succeed without anybody's doing.
   */
  read(signal: AbortSignal): Promise<HeldKey>;
  /** A cheap look, where there is one: whether a read could give something else than the last one did. */
  looksChanged?(): Promise<boolean>;
  /** Says why no read will ever give another key, if that is so. */
  readonly fixed?: string;
}

/** The source gave no answer, or blamed itself: says nothing about the key, another try may succeed. */
export class Unreachable extends LoaderError {}
