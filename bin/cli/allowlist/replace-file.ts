// Replaces a file so that at every moment it has either its old content or its new one, whole.
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface Replacement {
  /** No symbolic link: that would be replaced, too. */
  readonly file: string;
  readonly text: string;
  /** Distinguishes the temporary file from those of other processes. */
  readonly id: string;
}

/** Under another name first, in the same folder, because a name is only moved at once within a file system. */
export function replaceFile({ file, text, id }: Replacement): void {
  const folder = path.dirname(file);
  const before = statSync(file, { throwIfNoEntry: false });
  // a move would not ask whether the file itself may be written
  if (before) accessSync(file, constants.W_OK);
  const temporary = path.join(folder, `.${path.basename(file)}.${id}.tmp`);
  try {
    const handle = openSync(temporary, 'wx');
    try {
      if (before) fchmodSync(handle, before.mode);
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** So that the move outlives a power failure. Some file systems cannot, and then there is nothing to be done. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // the content is in place
  }
}
