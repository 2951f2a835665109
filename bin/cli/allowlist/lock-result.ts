// What the commands that change a lock file say in the end.
import type { LockDocument } from '../../../contract/lock';
import type { AccountSession } from '../command';
import type { LockFile } from './lock-file';

/** A change for the list: `words` say all of it. */
export interface Worded {
  readonly words: string;
}

export interface LockResult {
  readonly file: LockFile;
  readonly written: boolean;
  readonly changes: readonly Worded[];
  readonly document: LockDocument;
  /** The changes are on the terminal already. */
  readonly shown?: boolean;
  /** What to do now, a line each. */
  readonly next?: readonly string[];
}

export function printLockResult({ output }: AccountSession, { file, written, ...result }: LockResult): void {
  const { changes, document, shown = false, next = [] } = result;
  output.result({ file: file.path, written, changes, document }, () => {
    const what = changes.length === 1 ? '1 change' : `${changes.length || 'no'} changes`;
    const head = written ? `${output.styled('green', 'written')}: ${file.path}` : `not written: ${file.path}`;
    return [`${head}, ${what}`, ...(shown ? [] : changes.map(({ words }) => `  ${words}`)), ...next].join('\n');
  });
}
