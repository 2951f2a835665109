// Asks EC2 and turns everything that is not a complete answer into a refusal.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { InputError } from '../../contract/errors';
import { createEc2Client, type Patience } from './ec2-client';
import { Refusal, shortened } from './refusal';

/** One call; the options carry the deadline. */
export type Send<T> = (client: EC2Client, options: { abortSignal: AbortSignal }) => Promise<T>;

/** One page of a listing. */
export type SendPage<T> = (
  client: EC2Client,
  options: { abortSignal: AbortSignal },
  token: string | undefined,
) => Promise<T>;

/** More than any account has; an endless listing stops here. */
const MAX_PAGES = 100;

const NOT_ALLOWED = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'AuthFailure']);

/** The EC2 API of one region for the duration of one event. */
export class Ec2Reader {
  private readonly abortSignal: AbortSignal;

  constructor(
    public readonly region: string,
    patience: Patience,
    /** What a failed call leaves behind and what to do then, for the message. */
    private readonly aftermath = 'nothing was changed, deploy again',
    /** Of the same region; closed with the reader. An `InputError` it throws is for people already, and passes as it is. */
    private readonly client: EC2Client = createEc2Client(region, patience),
  ) {
    this.abortSignal = AbortSignal.timeout(patience.total);
  }

  /** One answer. */
  public async ask<T>(action: string, send: Send<T>): Promise<T> {
    try {
      return await send(this.client, { abortSignal: this.abortSignal });
    } catch (error) {
      throw error instanceof InputError ? error : this.failed(action, error);
    }
  }

  /** All items of a listing; a page without the list is not an empty page. */
  public async askAll<P extends { NextToken?: string }, T>(
    action: string,
    send: SendPage<P>,
    items: (page: P) => T[] | undefined,
  ): Promise<T[]> {
    const found: T[] = [];
    const seen = new Set<string>();
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.ask(action, (client, options) => send(client, options, token));
      found.push(...this.given(action, 'the list asked for', items(answer)));
      token = answer.NextToken || undefined;
      if (token === undefined) return found;
      if (seen.has(token)) throw this.unusable(action, 'the same page twice');
      seen.add(token);
    }
    throw this.unusable(action, `more than ${MAX_PAGES} pages`);
  }

  /** A field every complete answer has. */
  public given<T>(action: string, field: string, value: T | undefined): T {
    if (value === undefined || value === '') throw this.unusable(action, `an answer without ${field}`);
    return value;
  }

  /** Refuses an answer that arrived but says too little or too much. */
  public unusable(action: string, got: string): Refusal {
    return new Refusal(
      'AWS_ANSWER_UNUSABLE',
      `'ec2:${action}' in '${this.region}' gave ${got}; ${this.aftermath} and report it if it stays`,
    );
  }

  /** Closes the connections. */
  public close(): void {
    this.client.destroy();
  }

  private failed(action: string, error: unknown): Refusal {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (NOT_ALLOWED.has(name)) {
      return new Refusal(
        'AWS_NOT_ALLOWED',
        `'ec2:${action}' in '${this.region}' is not allowed (${name}); allow it in the role of this function`,
        name,
      );
    }
    const reason = shortened(`${name}: ${message}`, 200);
    return new Refusal(
      'AWS_NO_ANSWER',
      `'ec2:${action}' in '${this.region}' gave no answer (${reason}); ${this.aftermath}`,
      name,
    );
  }
}
