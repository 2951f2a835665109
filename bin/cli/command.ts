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

export interface CliCommand {
  /** `put <name>` */
  readonly usage: string;
  readonly summary: string;
  /** More of it, for --help. */
  readonly description?: string;
  readonly options?: readonly OptionText[];
  /** What to write after `exchange-keys <group> <command>`. */
  readonly examples: readonly string[];
  run(session: Session, values: Values): Promise<void>;
}

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
export interface Session {
  readonly context: Context;
  readonly output: Output;
  readonly environment: string;
  readonly ring: RingDocument;
  /** As the person who runs the command. */
  readonly aws: AwsClients;
  /** As the ring's intake role. */
  readonly intake: AwsClients;
  /** From here on, an interruption or a failure also says this: what is left half-way, and what to do. */
  ifUnfinished(text: string | undefined): void;
}
