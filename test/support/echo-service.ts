// An echo service on loopback: answers whoever calls with the address it sees, or misbehaves in the ways such services do.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { peerAddress } from './exchange/allowlist';

export type EchoMode =
  /** The caller's address and a line break. */
  | { readonly kind: 'ok' }
  /** This text, whatever the caller's address. */
  | { readonly kind: 'text'; readonly text: string; readonly status?: number }
  /** The right address after a while. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Never answers. */
  | { readonly kind: 'silent' }
  /** The right address behind a redirection to itself. */
  | { readonly kind: 'redirect' }
  | { readonly kind: 'reset' };

/** The modes that have a name. */
export const ECHO_MODES = {
  ok: { kind: 'ok' },
  otherAddress: { kind: 'text', text: '127.0.99.99\n' },
  silent: { kind: 'silent' },
  serverError: { kind: 'text', text: 'Service Unavailable', status: 503 },
  garbage: { kind: 'text', text: '<html><body>127.0.0.1</body></html>' },
  empty: { kind: 'text', text: '' },
  tooLarge: { kind: 'text', text: `127.0.0.1${' '.repeat(10_000)}` },
  ipv6: { kind: 'text', text: '2001:db8::1\n' },
  several: { kind: 'text', text: '127.0.0.1, 127.0.0.2\n' },
  json: { kind: 'text', text: '{"ip":"127.0.0.1"}' },
  redirect: { kind: 'redirect' },
  reset: { kind: 'reset' },
  slow: { kind: 'slow', milliseconds: 200 },
} as const satisfies Record<string, EchoMode>;

export class EchoService {
  /** Answers on any free port of the given loopback address. */
  public static async start(mode: EchoMode = ECHO_MODES.ok, host = '127.0.0.1'): Promise<EchoService> {
    const service = new EchoService(mode);
    service.server.listen(0, host);
    await once(service.server, 'listening');
    service.url = `http://${host}:${(service.server.address() as AddressInfo).port}`;
    return service;
  }

  public url = '';
  /** Addresses of the callers so far. */
  public readonly callers: string[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly server = createServer((request, response) => this.answer(request, response));

  private constructor(public mode: EchoMode) {}

  /** Cuts all connections. */
  public async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private answer({ url, socket }: IncomingMessage, response: ServerResponse): void {
    const caller = peerAddress(socket.remoteAddress);
    this.callers.push(caller);
    const { mode } = this;
    const say = (text: string, status = 200) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    };
    switch (mode.kind) {
      case 'ok':
        say(`${caller}\n`);
        break;
      case 'text':
        say(mode.text, mode.status);
        break;
      case 'slow':
        this.timers.add(setTimeout(() => say(`${caller}\n`), mode.milliseconds));
        break;
      case 'redirect':
        if (url === '/moved') say(`${caller}\n`);
        else response.writeHead(302, { location: `${this.url}/moved` }).end();
        break;
      case 'reset':
        socket.resetAndDestroy();
        break;
      case 'silent':
        break;
    }
  }
}
