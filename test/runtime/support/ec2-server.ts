// A scripted EC2 API on loopback: speaks the query protocol over real HTTP, and fails in the ways a network does.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { xml } from './xml';

/** Parameters of one call as EC2 receives them, e.g. `{ Action: 'DescribeVpcs', 'Filter.1.Name': 'vpc-id' }`. */
export type Call = Readonly<Record<string, string>>;

/** What the server does with one call. */
export type Reply = (response: ServerResponse, call: Call) => void;

/** An answer with the given fields; arrays become `<item>` lists. */
export const ok =
  (fields: object): Reply =>
  (response, call) =>
    respond(response, 200, xml(`${call.Action}Response`, { requestId: 'r-1', ...fields }));

/** A status and a literal body. */
export const raw =
  (status: number, body: string): Reply =>
  (response) =>
    respond(response, status, body);

/** An EC2 error. */
export const fault = (status: number, code: string, message = 'scripted'): Reply =>
  raw(status, xml('Response', { Errors: { Error: { Code: code, Message: message } }, RequestID: 'r-1' }));

/** Never answers. */
export const hang: Reply = () => undefined;

/** Closes the connection without an answer. */
export const reset: Reply = (response) => response.destroy();

/** Announces more bytes than it sends, then closes the connection. */
export const cutOff =
  (fields: object): Reply =>
  (response, call) => {
    const body = xml(`${call.Action}Response`, fields);
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': body.length });
    response.write(body.slice(0, -20), () => response.destroy());
  };

/** The server; actions without a script answer with an error, so no call goes unnoticed. */
export class Ec2Server {
  public readonly calls: Call[] = [];
  private readonly scripts = new Map<string, Reply>();
  private constructor(private readonly server: Server) {}

  /** Starts it and points every EC2 client of this process at it. */
  public static async start(): Promise<Ec2Server> {
    const http = createServer();
    const server = new Ec2Server(http);
    http.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () =>
        server.answer(Object.fromEntries(new URLSearchParams(`${Buffer.concat(chunks)}`)), response),
      );
    });
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    process.env.AWS_ENDPOINT_URL_EC2 = server.url;
    return server;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Forgets all scripts and calls. */
  public clear(): void {
    this.scripts.clear();
    this.calls.length = 0;
  }

  /** What to do from now on when the action is called. */
  public on(action: string, reply: Reply): this {
    this.scripts.set(action, reply);
    return this;
  }

  /** How often an action was called. */
  public count(action: string): number {
    return this.calls.filter((call) => call.Action === action).length;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private answer(call: Call, response: ServerResponse): void {
    this.calls.push(call);
    const reply = this.scripts.get(call.Action) ?? fault(400, 'InvalidAction', `no script for ${call.Action}`);
    reply(response, call);
  }
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(body);
}
