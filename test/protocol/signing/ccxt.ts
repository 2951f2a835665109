// Asks the ccxt thread for signatures.
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SigningCredentials } from '../../../protocol/signing/signing';

export interface CcxtRequest {
  readonly exchange: string;
  readonly path: string;
  readonly api: unknown;
  readonly method: string;
  readonly fields: object;
  /** Encode the values first, for signers that leave that to the HTTP client. */
  readonly encode: boolean;
  readonly credentials: SigningCredentials;
  readonly now: number;
  readonly nonce: string | undefined;
}

export interface CcxtResult {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Reply {
  readonly id: number;
  readonly result?: CcxtResult;
  readonly error?: string;
}

export class Ccxt {
  private readonly worker = new Worker(path.join(__dirname, 'ccxt-worker.mjs'));
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private next = 0;
  private failure: Error | undefined;

  constructor() {
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('error', (error) => {
      this.failure = error;
      for (const id of this.waiting.keys()) this.settle({ id, error: String(error) });
    });
  }

  sign(request: CcxtRequest): Promise<CcxtResult> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => (result === undefined ? reject(new Error(error)) : resolve(result)));
      this.worker.postMessage({ id, request });
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(reply: Reply): void {
    this.waiting.get(reply.id)?.(reply);
    this.waiting.delete(reply.id);
  }
}
