// An exchange on 127.0.0.1: one listener for its callers, another for the tests that control it.
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ExchangeControl } from './control';
import { controlListener, controlPath } from './control-over-http';
import { Gateway, RequestHook } from './gateway';
import { Settings } from './settings';
import { ExchangeState } from './state';

export interface ExchangeOptions {
  /** Any free port when omitted. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly masterAccount?: string;
  readonly subAccounts?: readonly string[];
  readonly settings?: Partial<Settings>;
  /** Unix ms. */
  readonly now?: () => number;
  readonly onRequest?: RequestHook;
}

async function listen(server: Server, port: number): Promise<string> {
  // An idle connection closed by the server while its caller reuses it would look like a fault nobody injected.
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

export class LoopbackExchange {
  public static async start(options: ExchangeOptions = {}): Promise<LoopbackExchange> {
    const exchange = new LoopbackExchange(options);
    try {
      exchange.apiUrl = await listen(exchange.server, options.port ?? 0);
      exchange.controlOrigin = await listen(exchange.controlServer, options.controlPort ?? 0);
    } catch (error) {
      await exchange.stop();
      throw error;
    }
    return exchange;
  }

  public readonly control: ExchangeControl;
  private apiUrl = '';
  private controlOrigin = '';
  private readonly path = controlPath();
  private readonly gateway: Gateway;
  private readonly server: Server;
  private readonly controlServer: Server;

  private constructor({ masterAccount = 'master', subAccounts = ['sub-1'], ...options }: ExchangeOptions) {
    const state = new ExchangeState(masterAccount, options.settings ?? {}, options.now ?? Date.now);
    this.control = new ExchangeControl(state);
    for (const name of subAccounts) this.control.addSubAccount(name);
    this.gateway = new Gateway(state, options.onRequest);
    this.server = createServer(this.gateway.listener);
    this.controlServer = createServer(controlListener(this.control, this.path));
  }

  /** Base URL of the API. */
  public get url(): string {
    return this.apiUrl;
  }

  /** Base URL of the control surface; knowing it is the permission to use it. */
  public get controlUrl(): string {
    return `${this.controlOrigin}${this.path}`;
  }

  /** Cuts all connections. Rejects when the exchange itself had failed meanwhile. */
  public async stop(): Promise<void> {
    this.gateway.stop();
    await Promise.all([close(this.server), close(this.controlServer)]);
    if (this.gateway.errors.length > 0) {
      const causes = this.gateway.errors.map((error) => (error instanceof Error ? error.message : String(error)));
      throw new AggregateError(this.gateway.errors, `the loopback exchange failed: ${causes.join('; ')}`);
    }
  }
}
