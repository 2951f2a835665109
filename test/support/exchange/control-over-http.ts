/**
 * The control surface over HTTP, on a listener of its own, for tests in other processes.
 *
 * `POST <control url>/<method>` with the JSON array of its arguments; 200 `{"result": …}` or 400 `{"error": text}`.
 * The control URL is `http://127.0.0.1:<port>/__control/<random token>`: who was not told it gets 404.
 */
import { randomBytes } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { CONTROL_METHODS, ControlMethod, ExchangeControl, RemoteControl } from './control';
import { receive } from './received-request';

export const controlPath = (): string => `/__control/${randomBytes(16).toString('hex')}`;

function call(control: ExchangeControl, name: ControlMethod, body: Buffer): { status: number; answer: object } {
  try {
    const parameters: unknown = JSON.parse(body.toString('utf8'));
    if (!Array.isArray(parameters)) throw new Error('body must be the JSON array of the arguments');
    const method = control[name] as (...given: unknown[]) => unknown;
    return { status: 200, answer: { result: method.apply(control, parameters) ?? null } };
  } catch (error) {
    return { status: 400, answer: { error: error instanceof Error ? error.message : String(error) } };
  }
}

export function controlListener(control: ExchangeControl, path: string) {
  return async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = message;
    const request = await receive(message).catch(() => null);
    if (!request) {
      socket.destroy();
      return;
    }
    const name = CONTROL_METHODS.find((method) => request.path === `${path}/${method}`);
    const known = name !== undefined && request.method === 'POST';
    const { status, answer } = known
      ? call(control, name, request.body)
      : { status: 404, answer: { error: `POST <control url>/<method>; methods: ${CONTROL_METHODS.join(', ')}` } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
}

async function callRemotely(controlUrl: string, name: ControlMethod, parameters: unknown[]): Promise<unknown> {
  const response = await fetch(`${controlUrl}/${name}`, {
    method: 'POST',
    body: JSON.stringify(parameters),
    signal: AbortSignal.timeout(10_000),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: string };
  if (!response.ok) throw new Error(error ?? `control answered ${response.status}`);
  return result;
}

export function remoteControl(controlUrl: string): RemoteControl {
  const methods = CONTROL_METHODS.map((name) => [
    name,
    (...parameters: unknown[]) => callRemotely(controlUrl, name, parameters),
  ]);
  return Object.fromEntries(methods) as RemoteControl;
}
