// A request as it arrived, and its body.
import { IncomingMessage } from 'node:http';
import { peerAddress } from './allowlist';
import { ApiError } from './protocol';

export interface ReceivedRequest {
  readonly peer: string;
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export type Body = Readonly<Record<string, unknown>>;

const MAX_BODY = 64 * 1024;

/** Null when there is more of it than any request has. */
export async function receive(message: IncomingMessage): Promise<ReceivedRequest | null> {
  const peer = peerAddress(message.socket.remoteAddress);
  const [path, ...query] = (message.url ?? '').split('?');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  const { method = '', headers } = message;
  return { peer, method, path, query: query.join('?'), headers, body: Buffer.concat(chunks) };
}

export function readBody({ body }: ReceivedRequest): Body {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // As refused as any other value that is no object.
  }
  throw new ApiError('PARAMS', 'body must be a JSON object');
}
