// Runs a generated script with a real shell, Python and curl, and watches what any user of the machine could see of it.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly shell?: readonly string[];
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder for scripts; commands that a script calls first leave their arguments here. */
export class ScriptFolder {
  public readonly path = mkdtempSync(path.join(tmpdir(), 'exchange-keys-curl-'));
  private readonly commands = path.join(this.path, 'commands');
  private readonly calls = path.join(this.path, 'calls');

  constructor() {
    mkdirSync(this.commands);
    for (const name of ['curl', 'python3']) {
      const file = path.join(this.commands, name);
      // PATH without its first folder has the real one
      writeFileSync(
        file,
        `#!/bin/sh\n{ printf '<${name}>\\n'; printf '%s\\n' "$@"; } >> '${this.calls}'\nPATH=\${PATH#*:}\nexec ${name} "$@"\n`,
      );
      chmodSync(file, 0o755);
    }
  }

  public write(name: string, text: string): string {
    const file = path.join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  /** Arguments of every call of curl and python3 since the last time. */
  public takeCalls(): string {
    try {
      const text = readFileSync(this.calls, 'utf8');
      rmSync(this.calls);
      return text;
    } catch {
      return '';
    }
  }

  public run(
    script: string,
    args: readonly string[],
    { env = {}, stdin = '', shell = ['sh'] }: RunOptions,
  ): Promise<Ran> {
    const [command, ...options] = shell;
    const child = spawn(command, [...options, this.write('script.sh', script), ...args], {
      cwd: this.path,
      env: { PATH: `${this.commands}:${process.env.PATH}`, HOME: this.path, ...env },
      timeout: 60_000,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.stdin.on('error', () => undefined); // it may end before it has read
    child.stdin.end(stdin);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ code, stdout: String(Buffer.concat(out)), stderr: String(Buffer.concat(err)) }),
      );
    });
  }

  public files(): string[] {
    return readdirSync(this.path).sort();
  }

  public remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The arguments of all processes of the machine, as everybody may read them. */
export function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return []; // ended meanwhile
      }
    });
}

/** The environments of the processes called curl that run now. */
export function environmentsOfCurl(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'curl\n') return [];
        return [readFileSync(`/proc/${pid}/environ`, 'utf8')];
      } catch {
        return [];
      }
    });
}
