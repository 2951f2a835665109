// A folder with a lock file for each test, and the commands on it, without AWS: whoever tries to connect fails.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AwsClients } from '../../../../../bin/cli/aws/clients';
import { LOCK_FILE, type LockDocument, parseLock, serializeLock } from '../../../../../contract/lock';
import { type CliOptions, runCli } from '../../support/run-cli';

export class LockFolder {
  public readonly path = mkdtempSync(path.join(tmpdir(), 'exchange-keys-lock-'));
  public readonly file = path.join(this.path, LOCK_FILE);

  public write(lock: LockDocument | string): void {
    writeFileSync(this.file, typeof lock === 'string' ? lock : serializeLock(lock));
  }

  public text(): string {
    return readFileSync(this.file, 'utf8');
  }

  public lock(): LockDocument {
    return parseLock(this.text(), { localAws: true });
  }

  /** Names of all files, so that nothing is left behind. */
  public names(): string[] {
    return readdirSync(this.path).sort();
  }

  public remove(): void {
    rmSync(this.path, { recursive: true });
  }

  /** `allowlist …` on this lock. */
  public run(args: readonly string[], options: CliOptions = {}) {
    return runCli(['allowlist', ...args, '-e', 'prod', '--lock', this.file], options);
  }
}

/** Clients none of which can be used. */
export const offline = ({ ...connection }): AwsClients =>
  new Proxy({ connection } as AwsClients, {
    get: (clients, name) => {
      if (name === 'connection') return clients.connection;
      throw new Error(`${String(name)} was asked for`);
    },
  });
