// An HTTP server whose answers a test writes, for what no real exchange can be made to do on demand.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request. */
export type Script = (request: SeenRequest, response: ServerResponse, socket: Socket) => void;

export class ScriptedServer {
  public readonly seen: SeenRequest[] = [];
  public url = '';
  private scripts: Script[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  public static async start(): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    scripted.server.listen(0, '127.0.0.1');
    await once(scripted.server, 'listening');
    scripted.url = `http://127.0.0.1:${(scripted.server.address() as AddressInfo).port}`;
    return scripted;
  }

  /** The answers from now on, in order; the last one stays. */
  public script(...scripts: Script[]): void {
    this.seen.length = 0;
    this.scripts = scripts;
  }

  public async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.seen.push(seen);
    const script = this.scripts.length > 1 ? this.scripts.shift() : this.scripts[0];
    if (!script) throw new Error(`nobody scripted an answer to ${seen.method} ${seen.url}`);
    script(seen, response, request.socket);
  }
}

export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Script =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Script =>
  text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });

export const html = (status: number): Script =>
  text(status, '<html>Please wait</html>', { 'content-type': 'text/html' });
export const hang: Script = () => undefined;
export const reset: Script = (_, __, socket) => void socket.resetAndDestroy();
/** Node ends such a connection without an answer and without an error. */
export const switchProtocols: Script = (_, __, socket) =>
  void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n');
/** Announces more than it sends. */
export const cutOff: Script = (_, response, socket) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"code":0', () => socket.destroy());
};
