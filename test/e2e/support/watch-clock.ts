// The clock of deployed functions in the hands of a test, and a way to kill one in the middle of its work: a module that Node
// loads before the function (NODE_OPTIONS, which Lambda passes on as well), and a file that it reads.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';

/** Until an offset is written the time is the right one. */
const PRELOAD = `
const { readFileSync, writeFileSync } = require('node:fs');
const http = require('node:http');
const read = (file) => { try { return Number(readFileSync(file, 'utf8')); } catch { return 0; } };

const offset = read(process.env.TEST_CLOCK);
const Right = Date;
globalThis.Date = class Date extends Right {
  constructor(...given) { if (given.length > 0) super(...given); else super(Right.now() + offset); }
  static now() { return Right.now() + offset; }
};

// the n-th item is written, and nobody lives to hear of it
const end = http.ClientRequest.prototype.end;
http.ClientRequest.prototype.end = function (...given) {
  if (this.getHeader('x-amz-target') === 'DynamoDB_20120810.PutItem' && read(process.env.TEST_KILL) > 0) {
    const left = read(process.env.TEST_KILL) - 1;
    writeFileSync(process.env.TEST_KILL, String(left));
    if (left === 0) this.prependListener('response', () => process.kill(process.pid, 'SIGKILL'));
  }
  return end.apply(this, given);
};
`;

export class WatchClock {
  private offset = 0;
  private readonly preload: string;
  private readonly offsetFile: string;
  private readonly killFile: string;

  constructor(workspace: string) {
    this.preload = path.join(workspace, 'clock.cjs');
    this.offsetFile = path.join(workspace, 'clock-offset');
    this.killFile = path.join(workspace, 'kill-at-item');
    writeFileSync(this.preload, PRELOAD);
  }

  /** From now on the function goes by this clock. */
  public async wind(lambda: LambdaClient, FunctionName: string): Promise<void> {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = {
      ...Environment?.Variables,
      NODE_OPTIONS: `--require=${this.preload}`,
      TEST_CLOCK: this.offsetFile,
      TEST_KILL: this.killFile,
    };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }

  /** It goes on from there. */
  public set(time: number): void {
    this.offset = Math.round(time - Date.now());
    writeFileSync(this.offsetFile, String(this.offset));
  }

  public now(): number {
    return Date.now() + this.offset;
  }

  /** How far it is from the right time. */
  public get behind(): number {
    return -this.offset;
  }

  /** Kills the process that writes the n-th item from now on, when it has been written. */
  public killAtItem(n: number): void {
    writeFileSync(this.killFile, String(n));
  }

  public stopKilling(): void {
    rmSync(this.killFile, { force: true });
  }
}
