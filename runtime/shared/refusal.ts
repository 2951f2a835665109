// The error every lookup fails with, and how values and long messages are shown in it.
import { MAX_MESSAGE_BYTES } from '../../contract/listed';
import { quoted } from '../../contract/quoted';

/** What was asked for cannot be confirmed. The message says what is wrong, the value given and what to change. */
export class Refusal extends Error {
  constructor(
    /** Stable and searchable, upper snake case, e.g. `ADDRESS_NOT_FOUND`. */
    public readonly code: string,
    message: string,
    /** Error name AWS gave, e.g. `InvalidAllocationID.NotFound`; undefined when AWS did not answer with an error. */
    public readonly awsError?: string,
  ) {
    super(capped(message));
    this.name = 'Refusal';
  }
}

/** Runs an entry point: CloudFormation shows the message and nothing else, so the code to search for goes into it. */
export async function withSearchableCode<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) error.message = `${error.message} [${error.code}]`;
    throw error;
  }
}

/** A value as it appears in a message: quoted, on one line, and never long enough to push the advice out of it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return quoted(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
}

/** Text on one line and at most `length` characters; control characters would be expanded by JSON. */
export function shortened(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** A message cut to what fits in CloudFormation's reason. */
function capped(message: string): string {
  if (Buffer.byteLength(message) <= MAX_MESSAGE_BYTES) return message;
  const cut = Buffer.from(message)
    .subarray(0, MAX_MESSAGE_BYTES - 3)
    .toString('utf8');
  return `${cut.replace(/\uFFFD+$/u, '')}…`;
}
