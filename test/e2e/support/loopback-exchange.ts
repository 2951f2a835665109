// An exchange on 127.0.0.1 with an allowlist of its own: 200 for the addresses on it, 403 for all others.
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { containsCidr, parseCidr } from '../../../contract/cidr';

export class LoopbackExchange {
  public static async start(): Promise<LoopbackExchange> {
    const exchange = new LoopbackExchange();
    exchange.server.listen(0, '127.0.0.1');
    await once(exchange.server, 'listening');
    return exchange;
  }

  public allowlist: string[] = [];
  /** Addresses that called, in order. */
  public readonly callers: string[] = [];
  private readonly server: Server = createServer((request, response) => {
    const caller = request.socket.remoteAddress ?? '';
    this.callers.push(caller);
    const allowed = this.allowlist.some((entry) => containsCidr(parseCidr(entry), parseCidr(caller)));
    response.writeHead(allowed ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(allowed ? { code: 0 } : { code: 10010, msg: 'Unmatched IP', ip: caller }));
  });

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v5/account`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
