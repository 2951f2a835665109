// Takes a request from the wire through outages and faults to its effect, writes the journal, and answers or does not.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answer, answer, codeOf, proxyPage } from './answer';
import { FaultAction } from './faults';
import { JournalEntry } from './journal';
import { Outcome, perform } from './perform';
import { CODES } from './protocol';
import { ReceivedRequest, receive } from './received-request';
import { Route, route } from './routes';
import { ExchangeState } from './state';

/** Called after the effect and before the answer, which waits for it. */
export type RequestHook = (entry: JournalEntry) => void | Promise<void>;

function outage(state: ExchangeState): FaultAction | undefined {
  const { mode, from = 0, until = Number.POSITIVE_INFINITY } = state.settings.outage ?? {};
  if (!mode || state.now() < from || state.now() >= until) return undefined;
  return mode === '503' ? { kind: 'status', status: 503 } : { kind: mode };
}

export class Gateway {
  /** Errors of the exchange itself or of a hook, which no caller should be able to cause. */
  public readonly errors: unknown[] = [];
  private readonly stopping = new AbortController();

  constructor(
    private readonly state: ExchangeState,
    private readonly hook: RequestHook = () => undefined,
  ) {}

  public stop(): void {
    this.stopping.abort();
  }

  public readonly listener = (message: IncomingMessage, response: ServerResponse): void => {
    // A message that was cut off has lost its socket.
    const { socket } = message;
    this.handle(message, response, socket).catch((error: unknown) => {
      if (!this.stopping.signal.aborted) this.errors.push(error);
      socket.destroy();
    });
  };

  private async handle(message: IncomingMessage, response: ServerResponse, socket: Socket): Promise<void> {
    // A caller that went away before the end of its request, or sends too much of it.
    const request = await receive(message).catch(() => null);
    if (!request) {
      socket.destroy();
      return;
    }
    const to = route(request.method, request.path);
    const { before, blocked } = await this.obstacles(request, to);
    const outcome = blocked ? undefined : perform(this.state, request, to);
    const after = outcome?.reason === 'OK' ? this.faults('after', request, to) : [];
    const seen = [...before, ...after.map(({ kind }) => `after:${kind}`)];
    await this.hook(this.write(request, to, outcome, seen));
    const instead = blocked ?? (await this.delayed(after));
    if (instead) this.act(instead, socket, response);
    else if (outcome) this.send(response, answer(this.state.settings, outcome));
  }

  /** What keeps the request from its effect, after the delays that it has to wait for. */
  private async obstacles(request: ReceivedRequest, to: Route | undefined) {
    const down = outage(this.state);
    if (down) return { before: [`outage:${this.state.settings.outage?.mode}`], blocked: down };
    const faults = this.faults('before', request, to);
    return { before: faults.map(({ kind }) => `before:${kind}`), blocked: await this.delayed(faults) };
  }

  private faults(stage: 'before' | 'after', request: ReceivedRequest, to: Route | undefined): FaultAction[] {
    return to ? this.state.faults.take(stage, to.operation, this.about(request, to).account) : [];
  }

  private async delayed(actions: readonly FaultAction[]): Promise<FaultAction | undefined> {
    for (const action of actions) {
      if (action.kind === 'delay') await sleep(action.ms, undefined, { signal: this.stopping.signal });
    }
    return actions.find(({ kind }) => kind !== 'delay');
  }

  private about(request: ReceivedRequest, to: Route | undefined): { keyId: string | null; account: string | null } {
    const presented = request.headers['x-api-key'];
    const key = typeof presented === 'string' ? this.state.keys.identify(presented) : undefined;
    const named = to?.account && this.state.subAccounts.has(to.account) ? to.account : null;
    return { keyId: key?.id ?? null, account: to?.account ? named : (key?.account ?? null) };
  }

  private write(request: ReceivedRequest, to: Route | undefined, outcome: Outcome | undefined, seen: string[]) {
    const target = outcome?.targetKeyId ?? to?.id ?? null;
    return this.state.journal.add({
      time: this.state.now(),
      peer: request.peer,
      operation: to?.operation ?? null,
      ...this.about(request, to),
      // A path is the caller's text; only what looks like an id is one.
      targetKeyId: target && /^\d{1,12}$/.test(target) ? target : null,
      code: outcome ? codeOf(this.state.settings, outcome.reason) : null,
      fault: seen.join('+') || null,
    });
  }

  private act(action: FaultAction, socket: Socket, response: ServerResponse): void {
    if (action.kind === 'drop') socket.destroy();
    if (action.kind === 'reset') socket.resetAndDestroy();
    if (action.kind === 'html') this.send(response, proxyPage(200, 'Please log in'));
    if (action.kind !== 'status') return;
    const { status, code } = action;
    if (!code) {
      this.send(response, proxyPage(status, `Error ${status}`));
      return;
    }
    const outcome = { reason: code, message: CODES[code].msg, data: null, headers: {}, targetKeyId: null };
    this.send(response, { ...answer(this.state.settings, outcome), status });
  }

  private send(response: ServerResponse, { status, headers, body }: Answer): void {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}
