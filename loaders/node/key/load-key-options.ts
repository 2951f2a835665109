// What a program can say about its key; without any of it, the environment says everything.
import type { LoaderLogger } from '../shared/logger';
import type { LoaderWarning } from '../shared/notices';
import type { RecordSink } from '../shared/record-sink';
import type { Environment } from '../shared/settings';
import type { Clock, Timers } from '../shared/time';
import type { ExplicitSource } from './credential-source';
import type { SecretsClient } from './secrets-manager-source';

export interface LoadKeyOptions {
  /**
   * Prefix of the environment variables; a key of an exchange whose name is another one's is refused.
   * @default 'XXKK'
   */
  readonly prefix?: string;

  /** Where the key is. @default - the one source that the environment names */
  readonly source?: ExplicitSource;

  /** Environment variables. @default process.env */
  readonly environment?: Environment;

  /** Name of the key that it must be, `prod-trader-bot-a`. @default - `XXKK_KEY_NAME`, and what the secret's name implies */
  readonly keyName?: string;

  /**
   * Overlap of the key's tier in whole hours, 1 to 720: a tenth of it is the longest time between two reads.
   * @default - `XXKK_KEY_OVERLAP_HOURS`, 24 if that is not set
   */
  readonly overlapHours?: number;

  /**
   * Whether the variables with API key, secret and passphrase are deleted from `environment` when they have been read, so that
   * child processes, crash reports and dumps of the environment do not get them. The operating system's own copy of the
   * environment that the process was started with (`/proc/<pid>/environ`, the task's description) stays as it was. Whoever
   * loads the key a second time in one process, or from a forked worker, sets this to false or passes the holder on.
   * @default true
   */
  readonly forgetVariables?: boolean;

  /** Clients of AWS in place of the loader's own. */
  readonly clients?: {
    /** A `SecretsManagerClient`, in the region of the secret. */
    readonly secretsManager?: SecretsClient;
  };

  /** Where messages for people go. @default - JSON lines on stderr */
  readonly logger?: LoaderLogger;

  /** Where key reports go, a line each. They must reach the workload's log group as they are. @default - stdout */
  readonly records?: RecordSink;

  /** Called with every warning, besides the logger. What it throws or rejects with is ignored. */
  readonly onWarning?: (warning: LoaderWarning) => void;

  /** @default - the system's */
  readonly clock?: Clock;

  /** @default - the system's */
  readonly timers?: Timers;

  /** From 0 to 1, for jitter. @default Math.random */
  readonly random?: () => number;
}
