// Between one workload and the local AWS: counts what the workload asks for, and fails as networks and services do.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `refuse`: every connection is reset; `hang`: connections are taken and nobody ever answers. */
export type ProxyMode = 'open' | 'refuse' | 'hang';

/** The header that names the operation, `x-amz-target: secretsmanager.GetSecretValue`. */
const TARGET = /x-amz-target: *[\w.]*?\.?(\w+)\r\n/gi;
/** A request's header may come in two pieces. */
const LONGEST_HEADER = 200;

export class AwsProxy {
  public static async start(endpoint: string): Promise<AwsProxy> {
    const proxy = new AwsProxy(Number(new URL(endpoint).port));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  private mode: ProxyMode = 'open';
  private readonly sockets = new Set<Socket>();
  /** Operations that were asked for, in their order, answered or not. */
  public readonly asked: string[] = [];
  /** Connections that were not let through. */
  public turnedAway = 0;
  private readonly server = createServer((socket) => this.accept(socket));

  private constructor(private readonly port: number) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public count(operation: string): number {
    return this.asked.filter((one) => one === operation).length;
  }

  /** Also ends the connections that are open. */
  public set(mode: ProxyMode): void {
    this.mode = mode;
    for (const socket of this.sockets) socket.destroy();
  }

  public async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private accept(socket: Socket): void {
    this.keep(socket);
    if (this.mode !== 'open') this.turnedAway++;
    if (this.mode === 'refuse') {
      socket.resetAndDestroy();
      return;
    }
    this.listen(socket);
    if (this.mode === 'hang') return;
    const server = this.keep(connect(this.port, '127.0.0.1'));
    socket.pipe(server).pipe(socket);
    socket.once('close', () => server.destroy());
    server.once('close', () => socket.destroy());
  }

  private listen(socket: Socket): void {
    let tail = '';
    socket.on('data', (chunk: Buffer) => {
      const text = tail + chunk.toString('latin1');
      let end = 0;
      for (const match of text.matchAll(TARGET)) {
        this.asked.push(match[1]);
        end = (match.index ?? 0) + match[0].length;
      }
      tail = text.slice(Math.max(end, text.length - LONGEST_HEADER));
    });
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }
}
