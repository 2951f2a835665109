// Stands in front of the local AWS on loopback: passes calls on, except those of a region or an action that is to fail.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call, as far as a test needs to know it. */
export interface Call {
  readonly region: string;
  /** `ssm` or `ec2`. */
  readonly service: string;
  /** `GetParameter`, `DescribeAddresses`. */
  readonly action: string;
}

export type Reply = (response: ServerResponse, call: Call) => void;

/** An error of AWS in the protocol of the service. */
export const fault =
  (status: number, code: string): Reply =>
  (response, { service }) => {
    const xml = `<Response><Errors><Error><Code>${code}</Code><Message>scripted</Message></Error></Errors></Response>`;
    const json = JSON.stringify({ __type: code, message: 'scripted' });
    response.writeHead(status, { 'content-type': service === 'ssm' ? 'application/x-amz-json-1.1' : 'text/xml' });
    response.end(service === 'ssm' ? json : xml);
  };

/** A literal answer. */
export const answer =
  (body: string, status = 200): Reply =>
  (response, { service }) => {
    response.writeHead(status, { 'content-type': service === 'ssm' ? 'application/x-amz-json-1.1' : 'text/xml' });
    response.end(body);
  };

/** Never answers. */
export const hang: Reply = () => undefined;

/** Closes the connection without an answer. */
export const reset: Reply = (response) => response.destroy();

export class FaultyFront {
  public readonly calls: Call[] = [];
  private readonly scripts: { matches: (call: Call) => boolean; reply: Reply }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  public static async start(target: string): Promise<FaultyFront> {
    const server = createServer();
    const front = new FaultyFront(server, target);
    server.on('request', (incoming, response) => front.receive(incoming, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return front;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What to do with the calls that have these properties. */
  public on(which: Partial<Call>, reply: Reply): void {
    const wanted = Object.entries(which) as [keyof Call, string][];
    this.scripts.push({ matches: (call) => wanted.every(([name, value]) => call[name] === value), reply });
  }

  public clear(): void {
    this.scripts.length = 0;
    this.calls.length = 0;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private receive(incoming: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const call = callOf(incoming, `${body}`);
      this.calls.push(call);
      const script = this.scripts.find(({ matches }) => matches(call));
      if (script) script.reply(response, call);
      else this.passOn(incoming, body, response);
    });
  }

  private passOn({ method, headers, url }: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const passed = request(`${this.target}${url}`, { method, headers }, (given) => {
      response.writeHead(given.statusCode ?? 500, given.headers);
      given.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(body);
  }
}

function callOf({ headers }: IncomingMessage, body: string): Call {
  const [, , region, service] = /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1].split('/') ?? [];
  const target = String(headers['x-amz-target'] ?? '').split('.')[1];
  return { region, service, action: target ?? new URLSearchParams(body).get('Action') ?? '' };
}
