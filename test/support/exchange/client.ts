// A trader: signs requests by the published protocol and sends them from an address of choice. Follows the text of
// protocol.ts and shares no code with the exchange, so that a mistake on one side shows.
import { createHmac } from 'node:crypto';
import { request as send } from 'node:http';

export interface ClientCredentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
}

export interface ClientOptions {
  readonly url: string;
  readonly credentials?: ClientCredentials;
  /** Source address, e.g. 127.0.7.1. */
  readonly from?: string;
  readonly now?: () => number;
  readonly recvWindow?: number;
  readonly passphrase?: 'none' | 'plain' | 'hmac';
  readonly timeoutMs?: number;
}

export interface CallOptions {
  /** As sent, without the question mark. */
  readonly query?: string;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string;
  /** Added last, so they can spoil a request. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** undefined when the answer is not the exchange's JSON. */
  readonly code: number | undefined;
  readonly msg: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests read fields of every operation's data
  readonly data: any;
}

export class ExchangeClient {
  constructor(private readonly options: ClientOptions) {}

  public async call(method: string, path: string, { query = '', body, headers }: CallOptions = {}): Promise<Reply> {
    const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '');
    const { url, from, timeoutMs = 5000 } = this.options;
    const signed = this.sign(method, path, query, text);
    const all = { ...signed, ...(text ? { 'content-type': 'application/json' } : {}), ...headers };
    return new Promise((resolve, reject) => {
      const target = `${url}${path}${query ? `?${query}` : ''}`;
      const options = { method, headers: all, localAddress: from, agent: false, timeout: timeoutMs };
      const request = send(target, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString('utf8');
          const { code, msg, data } = parse(received);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received, code, msg, data });
        });
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      request.on('error', reject);
      request.end(text);
    });
  }

  private sign(method: string, path: string, query: string, body: string): Record<string, string> {
    const { credentials, now = Date.now, recvWindow, passphrase = 'none' } = this.options;
    if (!credentials) return {};
    const timestamp = String(now());
    const mac = (text: string) => createHmac('sha256', credentials.apiSecret).update(text);
    const headers: Record<string, string> = {
      'X-API-KEY': credentials.apiKey,
      'X-TIMESTAMP': timestamp,
      'X-SIGNATURE': mac(timestamp + method + path + query + body).digest('hex'),
    };
    if (recvWindow !== undefined) headers['X-RECV-WINDOW'] = String(recvWindow);
    const phrase = credentials.passphrase ?? '';
    if (passphrase === 'plain') headers['X-PASSPHRASE'] = phrase;
    if (passphrase === 'hmac') headers['X-PASSPHRASE'] = mac(phrase).digest('base64');
    return headers;
  }
}

function parse(text: string): { code?: number; msg?: string; data?: unknown } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
