// Kills a function between two external effects: the call is left hanging for ever, so that no catch and no finally of it runs.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HttpClient } from '../../../../runtime/exchange/http-client';

/** SDK calls that change something. */
const CHANGES = ['PutSecretValueCommand', 'UpdateSecretVersionStageCommand', 'PutParameterCommand', 'PublishCommand'];

/** Where the function dies: at the n-th effect, before it is sent, or when its answer has arrived and nobody has seen it. */
export interface DeathPoint {
  readonly at: number;
  readonly when: 'before' | 'after';
}

export class Effects {
  /** Names of the effects so far, in order. */
  public readonly seen: string[] = [];
  /** Resolves when the function has died. */
  public readonly death: Promise<'killed'>;
  private die: (how: 'killed') => void = () => undefined;

  constructor(
    private readonly point: DeathPoint | undefined,
    /** Looks at the world after everything that may have changed it. */
    private readonly look: () => Promise<void>,
  ) {
    this.death = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  public async run<T>(name: string, call: () => Promise<T>): Promise<T> {
    this.seen.push(name);
    const mine = this.seen.length === this.point?.at;
    if (mine && this.point?.when === 'before') return this.hang();
    const result = await call();
    if (changes(name)) await this.look();
    return mine ? this.hang() : result;
  }

  private hang(): Promise<never> {
    this.die('killed');
    return new Promise(() => undefined);
  }
}

/** Whether an effect is more than a question. */
export function changes(effect: string): boolean {
  return !effect.startsWith('GET ');
}

/** Sends the client's changing calls through `effects`, retries of the SDK included in one. */
export function watchSdk(client: Pick<SecretsManagerClient, 'middlewareStack'>, effects: Effects): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) =>
        CHANGES.includes(commandName) ? effects.run(commandName.replace('Command', ''), () => next(args)) : next(args),
    { step: 'initialize', priority: 'high', name: 'watchEffects', override: true },
  );
}

/** Sends every request to an exchange through the effects of the run it belongs to. Gives back what undoes it. */
export function watchHttp(effects: () => Effects | undefined): () => void {
  const { send } = HttpClient.prototype;
  HttpClient.prototype.send = function watched(request) {
    const call = () => send.call(this, request);
    return effects()?.run(`${request.method} ${request.pathAndQuery.replace(/\?.*/, '')}`, call) ?? call();
  };
  return () => {
    HttpClient.prototype.send = send;
  };
}
