// A key document in a file that something else keeps up to date: a mount of Kubernetes, a tmpfs. Read through one descriptor.
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { quoted } from '../../../contract/quoted';
import { KeySource } from '../../../contract/watch/key-report';
import { errorName, plainWord } from '../shared/error-name';
import { LoaderError } from '../shared/loader-error';
import type { ExpectedKey } from './expected-key';
import type { HeldKey } from './held-key';
import { keyFromDocument } from './key-from-document';
import type { KeyReader } from './key-source';

/** Longest file that is read, in bytes. */
export const LONGEST_FILE = 65_536;
/** Any permission for others, writing for the group. */
const EXPOSED = 0o027n;
/** How often a file that changes while it is read is read again at once. */
const TRIES = 3;
/** A FIFO without a writer would otherwise hold the opener. Windows knows neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface FileSettings {
  readonly path: string;
  /** How messages name it. */
  readonly label: string;
  readonly expected: ExpectedKey;
  /** `process.platform`; on `win32` files have no permission bits, and none are checked. */
  readonly platform: string;
}

/** Follows links: what counts is the file that the path finally names, also after the links were swapped. */
export class FileSource implements KeyReader {
  readonly kind = KeySource.FILE;
  readonly label: string;
  /** What the last read that gave a key was of. */
  #identity: string | undefined;

  constructor(private readonly settings: FileSettings) {
    this.label = settings.label;
  }

  async read(): Promise<HeldKey> {
    this.#identity = undefined;
    const { text, identity } = await this.steadyText();
    const key = keyFromDocument(text, { source: this.kind, label: this.label }, this.settings.expected);
    this.#identity = identity;
    return key;
  }

  async looksChanged(): Promise<boolean> {
    try {
      return identityOf(await stat(this.settings.path, { bigint: true })) !== this.#identity;
    } catch {
      // gone, or out of reach: the read says which
      return true;
    }
  }

  /** A writer that is not atomic changes the file under the reader: then what was read may be halves of two. */
  private async steadyText(): Promise<{ text: string; identity: string }> {
    for (let left = TRIES; ; left--) {
      const { bytes, before, after } = await this.bytes();
      const identity = identityOf(before);
      if (identity === identityOf(after) || left === 1) return { text: this.decoded(bytes), identity };
    }
  }

  private async bytes(): Promise<{ bytes: Buffer; before: BigIntStats; after: BigIntStats }> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.settings.path, FLAGS);
      const before = await file.stat({ bigint: true });
      await this.check(before);
      const bytes = await firstBytes(file, LONGEST_FILE + 1);
      if (bytes.length > LONGEST_FILE) throw this.tooLarge();
      return { bytes, before, after: await file.stat({ bigint: true }) };
    } catch (error) {
      throw error instanceof LoaderError ? error : this.unreadable(reasonOf(error));
    } finally {
      await file?.close();
    }
  }

  private async check(stats: BigIntStats): Promise<void> {
    if (stats.isDirectory()) throw this.unreadable('it is a directory');
    if (!stats.isFile()) throw this.unreadable('it is not a regular file');
    if (stats.size > LONGEST_FILE) throw this.tooLarge();
    if (this.settings.platform === 'win32' || (stats.mode & EXPOSED) === 0n) return;
    const target = await realpath(this.settings.path).catch(() => this.settings.path);
    const mode = (stats.mode & 0o777n).toString(8).padStart(4, '0');
    throw new LoaderError(
      'SECRET_FILE_EXPOSED',
      `${this.label}: ${quoted(target)} has mode ${mode}, which lets others in; 'chmod 0440' it, or 'chmod 0400', in Kubernetes with defaultMode: 0440 of the volume (filePermission of a SecretProviderClass) and fsGroup of the pod`,
    );
  }

  private decoded(bytes: Buffer): string {
    try {
      // A mark of the byte order stays, and is no JSON: both loaders refuse it.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new LoaderError(
        'KEY_DOCUMENT_MALFORMED',
        `${this.label}: it is not UTF-8; write the key document as it is in the secret`,
      );
    } finally {
      bytes.fill(0);
    }
  }

  private unreadable(problem: string): LoaderError {
    return new LoaderError(
      'SECRET_FILE_UNREADABLE',
      `${this.label}: it cannot be read (${problem}); check the path, the mount and the user that the workload runs as`,
    );
  }

  private tooLarge(): LoaderError {
    return new LoaderError(
      'SECRET_FILE_TOO_LARGE',
      `${this.label}: it has more than ${LONGEST_FILE} bytes, and a key document has a few hundred; check the path`,
    );
  }
}

/** `ctime` also tells of other permissions, and of a time of change that was set by hand. */
function identityOf({ dev, ino, mtimeNs, ctimeNs, size }: BigIntStats): string {
  return `${dev}:${ino}:${mtimeNs}:${ctimeNs}:${size}`;
}

async function firstBytes(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Codes of the system, never its messages. */
function reasonOf(error: unknown): string {
  return plainWord((error as { code?: unknown }).code) ?? errorName(error);
}
