// The shape of one command, and what it is given when it runs.
import type { RingDocument } from '../../contract/keys';
import type { AwsClients } from './aws/clients';
import type { Context } from './context';
import type { Output } from './output/output';

/** An option of one command; those of all commands are in `global-options.ts`. */
export interface OptionText {
  /** `--timeout <time>` */
  readonly flags: string;
  readonly description: string;
  readonly default?: string;
}

interface CommandText {
  /** `put <name>` */
  readonly usage: string;
  readonly summary: string;
  /** More of it, for --help. */
  readonly description?: string;
  readonly options?: readonly OptionText[];
  /** Runs where the group is named and no command of it. */
  readonly isDefault?: boolean;
  /** What to write after `exchange-keys <group>`. */
  readonly examples: readonly string[];
}

/** Works on the keys of a ring, which must be there. */
interface RingCommand extends CommandText {
  readonly needs?: 'ring';
  run(session: Session, values: Values): Promise<void>;
}

/** Works in the account, whether or not it has a ring. */
export interface AccountCommand extends CommandText {
  readonly needs: 'account';
  run(session: AccountSession, values: Values): Promise<void>;
}

export type CliCommand = RingCommand | AccountCommand;

/** Commands under one word, `exchange-keys key …`. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CliCommand[];
}

export interface Values {
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** One run of a command in one environment. */
export interface AccountSession {
  readonly context: Context;
  readonly output: Output;
  readonly environment: string;
  /** As the person who runs the command. */
  readonly aws: AwsClients;
  /** From here on, an interruption or a failure also says this: what is left half-way, and what to do. */
  ifUnfinished(text: string | undefined): void;
}

/** One run of a command on a ring. */
export interface Session extends AccountSession {
  readonly ring: RingDocument;
  /** As the ring's intake role. */
  readonly intake: AwsClients;
}
