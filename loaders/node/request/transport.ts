// Sends one request through `fetch` and reads the whole answer, within limits. Follows no redirect, repeats nothing, shows nothing.

/** What is used of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface SentRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** There is no usable answer. */
export class NoAnswer extends Error {
  constructor(
    public readonly reason: string,
    /** Of an answer that has begun; 0 if there was none. */
    public readonly status = 0,
  ) {
    super(reason);
    this.name = 'NoAnswer';
  }
}

/**
 * Node's `fetch` sends again by itself what was answered with 421, which says that it was not processed (RFC 9110, 15.5.20).
 * @throws NoAnswer, and nothing else. `signal` ends it, whatever `fetch` makes of it.
 */
export async function send(
  fetch: Fetch,
  { url, method, headers, body }: SentRequest,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<ReceivedAnswer> {
  let response: Response | undefined;
  const exchange = async (): Promise<ReceivedAnswer> => {
    response = await fetch(url, { method, headers, redirect: 'manual', signal, ...(body !== undefined && { body }) });
    const { status, statusText, type } = response;
    // The next place is not the one the signature was made for, and may be anybody's.
    if (type === 'opaqueredirect' || (status >= 300 && status < 400)) throw new NoAnswer('REDIRECT', status);
    // Others mean nothing, and no `Response` can have them.
    if (!(status >= 200 && status <= 599)) throw new NoAnswer('STATUS_UNKNOWN', status);
    const bytes = await read(response, maxBytes);
    return { status, statusText: /^[\t -~]*$/.test(statusText) ? statusText : '', headers: response.headers, bytes };
  };
  try {
    return await untilAborted(exchange(), signal);
  } catch (error) {
    // An answer that nobody reads would hold its connection.
    if (response?.body && !response.bodyUsed) response.body.cancel?.().catch(() => undefined);
    if (error instanceof NoAnswer) throw error;
    if (signal.aborted) throw new NoAnswer('ANSWER_TIMEOUT', response?.status);
    throw response === undefined ? new NoAnswer(codeOf(error)) : new NoAnswer('ANSWER_CUT_OFF', response.status);
  }
}

async function read({ body, status }: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    // A `fetch` of the program's may give text.
    if (!ArrayBuffer.isView(chunk as unknown)) throw new TypeError();
    size += chunk.byteLength;
    if (size > maxBytes) throw new NoAnswer('ANSWER_TOO_LARGE', status);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** The promise, or a rejection as soon as the signal says so. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error('aborted'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Node's code, which `fetch` hides in causes; messages are not looked at, they can quote what was sent. */
function codeOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
    at = cause;
  }
  return 'NO_ANSWER';
}
