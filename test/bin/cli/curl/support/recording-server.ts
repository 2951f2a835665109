// A server on loopback that keeps each request as it came, byte for byte.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
  readonly method: string;
  readonly pathAndQuery: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RecordingServer {
  readonly url: string;
  readonly host: string;
  readonly requests: Recorded[];
  /** The next answers; 200 without. */
  answer: { readonly status: number; readonly location?: string; readonly text?: string };
  stop(): Promise<void>;
}

export async function startRecordingServer(): Promise<RecordingServer> {
  const requests: Recorded[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: pathAndQuery = '', headers } = request;
    requests.push({ method, pathAndQuery, headers, body: String(Buffer.concat(chunks)) });
    const { status, location, text = '{"code":0}' } = recording.answer;
    response.writeHead(status, location === undefined ? {} : { location });
    response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const recording: RecordingServer = {
    url: `http://${host}`,
    host,
    requests,
    answer: { status: 200 },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return recording;
}
