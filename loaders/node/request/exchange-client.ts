// A `fetch` for one exchange: refuses locally, and repeats once what a new key or another clock can cure.

import type { Endpoints } from '../../../contract/exchange/endpoints';
import { ErrorClass } from '../../../contract/exchange/error-class';
import { ExchangeMethod } from '../../../contract/exchange/exchange-configuration';
import type { DescribedPermission } from '../../../contract/keys';
import { quoted } from '../../../contract/quoted';
import { Outcome, permits } from '../../../contract/watch';
import { refreshAfter } from '../../../contract/workload';
import { shownCode } from '../../../protocol/request-outcome';
import { LoaderError } from '../shared/loader-error';
import { type Attempt, type AttemptParts, Attempts, type CheckedRequest } from './attempts';
import { Deadline } from './deadline';
import type { ExchangeResponse } from './exchange-response';
import { type CheckedMessage, checkMessage, checkResult, type ExchangeMessage, type MessageResult } from './message';
import { recordedKey } from './recorded-key';
import { asLoaderError, checkInit, copyOf, type ExchangeRequestInit } from './request-init';
import { untilAborted } from './transport';

export interface ClientParts extends AttemptParts {
  readonly endpoints: Endpoints;
  readonly permissions: readonly DescribedPermission[];
  readonly timeoutMs: number;
  readonly onClose: () => void;
}

export class ExchangeClient {
  readonly #parts: ClientParts;
  readonly #attempts: Attempts;
  /** Names of headers that authenticate, in small letters. */
  readonly #ownHeaders: ReadonlySet<string>;
  #isClosed = false;

  /** Use `exchangeClient`, which checks what it is given. */
  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#attempts = new Attempts(parts);
    const { signing, headers } = parts.configuration;
    const own = ['Content-Type', ...Object.keys({ ...signing?.headers, ...headers })];
    this.#ownHeaders = new Set(own.map((name) => name.toLowerCase()));
  }

  /**
   * Sends a request. Rejects when it is not sent or not answered; a refusal by the exchange is a response with its `outcome`.
   * @param path of the endpoint, below the base URL, percent-encoded, without a query.
   * @throws LoaderError `ENDPOINT_UNKNOWN`, `PERMISSION_NOT_HELD`, `REQUEST_MALFORMED`, `LOADER_CLOSED`,
   * `EXCHANGE_HEADER_UNUSABLE`, codes that begin with `SIGNING_`; `NoAnswerError`; what `signal` was aborted with.
   */
  public async fetch(path: string, init: ExchangeRequestInit = {}): Promise<ExchangeResponse> {
    this.#refuseClosed();
    const given = copyOf(init);
    const request = this.#checked(path, given);
    given.signal?.throwIfAborted();
    const { category, method, path: endpoint } = request.endpoint;
    this.#require({ category, method, endpoint });
    const { timers, timeoutMs } = this.#parts;
    const deadline = new Deadline(timers, given.timeoutMs ?? timeoutMs, given.signal);
    try {
      await this.#waitForKey(deadline);
      return await this.#run(request, deadline);
    } finally {
      deadline.end();
    }
  }

  /**
   * Refuses, and records the refusal, if the key may not send such a message: to be called before a message on a WebSocket.
   * A connection stays with the key that opened it, so it is opened again when there is another one:
   *
   * ```ts
   * let used = holder.current;
   * holder.onRotate(() => { used = holder.current; logIn(socket, used); });
   * client.require({ category: 'trade', endpoint: 'order.place' });
   * const answer = await request(socket, order);
   * client.record({ category: 'trade', endpoint: 'order.place', outcome: answer.ok ? 'ok' : 'rejected', key: used });
   * ```
   * @throws LoaderError `PERMISSION_NOT_HELD`, `RECORD_MALFORMED`, `LOADER_CLOSED`.
   */
  public require(message: ExchangeMessage): void {
    this.#refuseClosed();
    this.#require(checkMessage(message));
  }

  /**
   * Records a message that was sent by other means than `fetch`, on a WebSocket for one.
   * @throws LoaderError `PERMISSION_NOT_HELD`, after the record was written, if the key may not send it;
   * `RECORD_MALFORMED`, `LOADER_CLOSED`.
   */
  public record(message: ExchangeMessage & MessageResult): void {
    this.#refuseClosed();
    const checked = checkMessage(message);
    const { key: held, clock, records, address, permissions } = this.#parts;
    const { key = held.current, exchangeCode, ...result } = checkResult(message, clock.now());
    const shown = exchangeCode === undefined ? undefined : shownCode(exchangeCode, key);
    records.add({ key: recordedKey(key), sourceIp: address.current, ...checked, ...result, exchangeCode: shown });
    if (!permits(permissions, checked.category)) throw this.#notHeld(checked);
  }

  /** Writes what has been counted so far, and ends timers. The key holder stays open. Can be called again. */
  public close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.address.close();
    this.#parts.records.close();
    this.#parts.onClose();
  }

  /** A process that was frozen may hold a key of yesterday. */
  async #waitForKey(deadline: Deadline): Promise<void> {
    // The holder keeps what it has; if it was closed, the attempt says so.
    await untilAborted(this.#parts.key.ready(), deadline.signal).catch(() => undefined);
    deadline.throwIfUnwanted();
  }

  /** Attempts, until there is nothing left that could cure a refusal; each remedy is tried once. */
  async #run(request: CheckedRequest, deadline: Deadline): Promise<ExchangeResponse> {
    const tried = new Set<'key' | 'clock'>();
    for (;;) {
      const attempt = await this.#attempts.make(request, deadline);
      const remedy = remedyOf(attempt.errorClass);
      if (remedy === undefined || tried.has(remedy)) return attempt.response;
      tried.add(remedy);
      const cure = remedy === 'clock' ? this.#attempts.time.adjust(attempt.offset) : this.#newKey(request, attempt);
      const isCured = await untilAborted(cure, deadline.signal).catch(() => false);
      deadline.throwIfUnwanted();
      if (!isCured) return attempt.response;
    }
  }

  /** True when there is another key and the request may be sent again with it. */
  async #newKey({ isRepeatable }: CheckedRequest, { response, errorClass }: Attempt): Promise<boolean> {
    if (errorClass === undefined) return false;
    return (await this.#parts.key.refused(errorClass, response.keyVersion)) === 'changed' && isRepeatable;
  }

  #checked(path: string, given: ReturnType<typeof copyOf>): CheckedRequest {
    const { method, idempotent } = given;
    const endpoint = asLoaderError(() => this.#parts.endpoints.find(method, path));
    const { headers, query, body } = checkInit(given, this.#ownHeaders);
    return {
      endpoint,
      // the table has no others
      method: method as ExchangeMethod,
      filled: { path, query, body },
      headers,
      isRepeatable: method === ExchangeMethod.GET || idempotent === true,
    };
  }

  #require(message: CheckedMessage): void {
    const { permissions, key, clock, records, address } = this.#parts;
    if (permits(permissions, message.category)) return;
    records.add({
      key: recordedKey(key.current),
      sourceIp: address.current,
      ...message,
      ...{ outcome: Outcome.REFUSED_LOCAL, status: 0, exchangeCode: undefined, sentAt: clock.now(), latencyMs: 0 },
    });
    throw this.#notHeld(message);
  }

  #notHeld({ category, method, endpoint }: CheckedMessage): LoaderError {
    const { permissions, key } = this.#parts;
    const { keyName } = recordedKey(key.current);
    return new LoaderError(
      'PERMISSION_NOT_HELD',
      `${quoted(`${method} ${endpoint}`)} is of category '${category}', and key '${keyName}' is for ${permissions.join(', ')}; use a key that is made for it`,
    );
  }

  #refuseClosed(): void {
    if (this.#isClosed) {
      throw new LoaderError('LOADER_CLOSED', 'the client of the exchange is closed; make another one');
    }
  }
}

/** What could make the same request succeed. */
function remedyOf(errorClass: ErrorClass | undefined): 'key' | 'clock' | undefined {
  if (errorClass === undefined) return undefined;
  // What was refused for its time was not carried out, so this may be repeated whatever it does.
  if (errorClass === ErrorClass.CLOCK_SKEW) return 'clock';
  return refreshAfter(errorClass) === 'never' ? undefined : 'key';
}
