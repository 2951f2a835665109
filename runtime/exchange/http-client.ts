// Sends one request and gives its answer, or says that there was none. Follows no redirect, repeats nothing, shows nothing.
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { BaseUrl } from '../../contract/exchange/base-url';

export interface HttpRequest {
  readonly method: string;
  /** Path and query as they are to be sent, the path of the base URL included. */
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A request with an effect gets a connection of its own: one that went stale would leave its outcome unknown. */
  readonly hasEffect: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** `Retry-After`, in milliseconds from now. */
  readonly retryAfter?: number;
}

/** There is no usable answer. The request may have been carried out. */
export class NoAnswer extends Error {
  constructor(
    /** Ours, such as `ANSWER_TIMEOUT`, or Node's, such as `ECONNREFUSED`. */
    public readonly code: string,
  ) {
    super(code);
    this.name = 'NoAnswer';
  }
}

export interface HttpLimits {
  /** Milliseconds until the connection is there, name look-up and TLS included. */
  readonly connectTimeout: number;
  /** Milliseconds until the answer is complete. */
  readonly totalTimeout: number;
  readonly maxBytes: number;
}

export const HTTP_LIMITS: HttpLimits = { connectTimeout: 3_000, totalTimeout: 10_000, maxBytes: 1024 * 1024 };

/** Node's own `fetch` has no connection timeout and no way to give one, so this is `node:https`. */
export class HttpClient {
  private readonly keepAlive: http.Agent;

  constructor(
    private readonly base: BaseUrl,
    private readonly now: () => number = Date.now,
    private readonly limits: HttpLimits = HTTP_LIMITS,
  ) {
    const Agent = base.tls ? https.Agent : http.Agent;
    this.keepAlive = new Agent({ keepAlive: true, maxSockets: 4 });
  }

  /** @throws NoAnswer, and nothing else. */
  public async send(request: HttpRequest): Promise<HttpAnswer> {
    const { connectTimeout, totalTimeout } = this.limits;
    const timers: NodeJS.Timeout[] = [];
    let sent: http.ClientRequest | undefined;
    let gaveUp: string | undefined;
    const giveUpAfter = (milliseconds: number, code: string) => {
      const timer = setTimeout(() => {
        // A reader of the answer would only see the connection end.
        gaveUp = code;
        sent?.destroy();
      }, milliseconds);
      timers.push(timer);
      return timer;
    };
    try {
      sent = this.open(request);
      giveUpAfter(totalTimeout, 'ANSWER_TIMEOUT');
      const connecting = giveUpAfter(connectTimeout, 'CONNECT_TIMEOUT');
      sent.once('socket', (socket) => {
        if (!socket.connecting) clearTimeout(connecting);
        else socket.once(this.base.tls ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      });
      // A connection can end without an answer and without an error: for one, after a change of protocol.
      const ended = once(sent, 'close').then(() => Promise.reject(new NoAnswer('CLOSED_UNANSWERED')));
      const answered = Promise.race([once(sent, 'response'), ended]);
      sent.end(request.body);
      const [response] = (await answered) as [IncomingMessage];
      // Errors after the answer has begun reach the reader of the answer; without a listener they would end the process.
      sent.on('error', () => undefined);
      return await this.read(response);
    } catch (error) {
      sent?.destroy();
      if (gaveUp === undefined && error instanceof NoAnswer) throw error;
      throw new NoAnswer(gaveUp ?? codeOf(error));
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  /** Closes idle connections. */
  public close(): void {
    this.keepAlive.destroy();
  }

  private open({ method, pathAndQuery, headers, body, hasEffect }: HttpRequest): http.ClientRequest {
    const { tls, hostname, port } = this.base;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    return (tls ? https : http).request({
      method,
      hostname,
      port,
      path: pathAndQuery,
      headers: { Accept: 'application/json', 'User-Agent': 'cdk-exchange-keys', ...headers, ...length },
      agent: hasEffect ? false : this.keepAlive,
      // whatever the environment says
      ...(tls && { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const }),
    });
  }

  private async read(response: IncomingMessage): Promise<HttpAnswer> {
    const status = response.statusCode ?? 0;
    // The next place is not the one the signature was made for, and may be anybody's.
    if (status >= 300 && status < 400) throw new NoAnswer('REDIRECT');
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response) {
      size += chunk.length;
      if (size > this.limits.maxBytes) throw new NoAnswer('ANSWER_TOO_LARGE');
      chunks.push(chunk);
    }
    if (!response.complete) throw new NoAnswer('ANSWER_CUT_OFF');
    const retryAfter = this.retryAfter(response.headers['retry-after']);
    return { status, text: Buffer.concat(chunks).toString('utf8'), ...(retryAfter !== undefined && { retryAfter }) };
  }

  /** Seconds, or a date. */
  private retryAfter(header: string | undefined): number | undefined {
    if (header === undefined) return undefined;
    const until = /^\d{1,9}$/.test(header) ? this.now() + Number(header) * 1000 : httpDate(header);
    return Number.isNaN(until) ? undefined : Math.max(0, until - this.now());
  }
}

/** `Date.parse` alone would read a date into '-5'. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} /.test(text) ? Date.parse(text) : Number.NaN;
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'NO_ANSWER';
}
