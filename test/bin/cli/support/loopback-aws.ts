// An endpoint on loopback that answers AWS calls as a test wants: errors, pages, silence. The SDK that asks is the real one.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** The server's clock. @default - the right one */
  readonly date?: Date;
  /** Instead of an answer. */
  readonly hangUp?: boolean;
  /** No answer, and no end either. */
  readonly silent?: boolean;
}

/** `GetParameter` and its input; STS speaks forms and XML, all others JSON. The path names the function of an Invoke. */
export type Responder = (operation: string, input: Record<string, unknown>, path: string) => Answer;

export interface LoopbackAws {
  readonly endpoint: string;
  readonly operations: string[];
  stop(): Promise<void>;
}

export async function startLoopbackAws(respond: Responder): Promise<LoopbackAws> {
  const operations: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const target = request.headers['x-amz-target'];
    const form = new URLSearchParams(text);
    // Lambda has paths for its operations; the only one asked for is Invoke
    const operation = String(target ?? form.get('Action') ?? 'Invoke')
      .split('.')
      .pop() as string;
    operations.push(operation);
    const input = target ? JSON.parse(text) : Object.fromEntries(form);
    const answer = respond(operation, input, String(request.url));
    if (answer.hangUp) request.socket.destroy();
    else if (!answer.silent) send(response, answer, target !== undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, operations, stop };
}

function send(response: ServerResponse, { status = 200, body, date }: Answer, json: boolean): void {
  response.statusCode = status;
  if (date) response.setHeader('date', date.toUTCString());
  response.setHeader('content-type', json ? 'application/x-amz-json-1.1' : 'text/xml');
  response.end(json ? JSON.stringify(body ?? {}) : String(body ?? ''));
}

/** An error as the JSON services give it. */
export const jsonError = (type: string, message = 'said by the endpoint', status = 400): Answer => ({
  status,
  body: { __type: type, message },
});

/** An error as STS gives it. */
export const xmlError = (code: string, message: string, status = 403): Answer => ({
  status,
  body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
