// One attempt of a request: signed with the key of the moment, sent, classified, recorded. Also asks the exchange for its time.

import type { BaseUrl } from '../../../contract/exchange/base-url';
import type { Endpoint } from '../../../contract/exchange/endpoints';
import type { ErrorClass } from '../../../contract/exchange/error-class';
import type { ExchangeConfiguration, ExchangeMethod } from '../../../contract/exchange/exchange-configuration';
import { Outcome } from '../../../contract/watch/outcome';
import { authenticated, type FilledRequest } from '../../../protocol/authenticate';
import { classify } from '../../../protocol/classify';
import { type RequestOutcome, requestOutcome } from '../../../protocol/request-outcome';
import { clockOffset } from '../../../protocol/server-time';
import type { SignedRequest, SigningClock } from '../../../protocol/signing/signing';
import { systemClock } from '../../../protocol/signing/system-clock';
import type { HeldKey } from '../key/held-key';
import type { KeyHolder } from '../key/holder';
import type { Clock, Timers } from '../shared/time';
import { Deadline } from './deadline';
import { type ExchangeResponse, exchangeResponse } from './exchange-response';
import { type FailedRequest, unreachable, unusableAnswer } from './no-answer';
import type { RecordWriter } from './record-writer';
import { recordedKey } from './recorded-key';
import { asLoaderError } from './request-init';
import { ServerClock } from './server-clock';
import type { SourceAddress } from './source-address';
import { type Fetch, NoAnswer, type ReceivedAnswer, send } from './transport';

export interface AttemptParts {
  readonly key: KeyHolder;
  /** Has passed schema and checks. */
  readonly configuration: ExchangeConfiguration;
  readonly base: BaseUrl;
  readonly fetch: Fetch;
  readonly records: RecordWriter;
  readonly address: SourceAddress;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly maxBytes: number;
}

/** A request that has passed all checks. */
export interface CheckedRequest {
  readonly endpoint: Endpoint;
  readonly method: ExchangeMethod;
  readonly filled: FilledRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it may be sent again although the exchange may have carried it out. */
  readonly isRepeatable: boolean;
}

export interface Attempt {
  readonly response: ExchangeResponse;
  readonly errorClass: ErrorClass | undefined;
  /** Offset of the clock that it was signed with. */
  readonly offset: number;
}

type Sendable = Omit<SignedRequest, 'method'> & { readonly method: string };

const DEFAULT_HEADERS = { Accept: 'application/json', 'User-Agent': 'cdk-exchange-keys' };
const SERVER_TIME_TIMEOUT_MS = 5_000;

export class Attempts {
  public readonly time: ServerClock;
  readonly #parts: AttemptParts;
  readonly #signingClock: SigningClock;
  readonly #origin: string;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    const { base, clock } = parts;
    this.#origin = `${base.tls ? 'https' : 'http'}://${base.host}`;
    this.time = new ServerClock(clock, () => this.#askOffset());
    this.#signingClock = systemClock(() => this.time.now());
  }

  /** @throws LoaderError, `NoAnswerError`, what the caller aborted with. */
  public async make(request: CheckedRequest, deadline: Deadline): Promise<Attempt> {
    const { clock, configuration, address } = this.#parts;
    const key = this.#parts.key.current;
    const { offset } = this.time;
    const signed = this.#signed(request, key);
    const sentAt = clock.now();
    let answer: ReceivedAnswer;
    try {
      answer = await this.#send(signed, deadline.signal);
    } catch (error) {
      const { status } = error as NoAnswer;
      this.#record(request, key, { status, sentAt, outcome: Outcome.TRANSIENT });
      deadline.throwIfUnwanted();
      throw this.#failed(request.endpoint, error as NoAnswer);
    }
    const { status, bytes } = answer;
    const meaning = requestOutcome(configuration, { status, text: textOf(bytes) }, key);
    this.#record(request, key, { ...meaning, status, sentAt });
    if (meaning.outcome === Outcome.BLOCKED_IP) void address.refused();
    const response = exchangeResponse(answer, meaning, key.keyVersion);
    return { response, errorClass: meaning.errorClass, offset };
  }

  #signed({ method, filled, headers }: CheckedRequest, key: HeldKey): Sendable {
    const { configuration, base } = this.#parts;
    const path = `${base.path}${filled.path}`;
    const { apiKey, apiSecret, passphrase, keyId } = key;
    const credentials = { keyId, apiKey, apiSecret, ...(passphrase !== undefined && { passphrase }) };
    const caller = { credentials, host: base.host, clock: this.#signingClock };
    const signed = asLoaderError(() => authenticated(configuration, { method }, { ...filled, path }, caller));
    const given = { ...headers, ...signed.headers };
    return { ...signed, headers: { ...withoutThese(DEFAULT_HEADERS, given), ...given } };
  }

  #send({ method, pathAndQuery, headers, body }: Sendable, signal: AbortSignal): Promise<ReceivedAnswer> {
    const { fetch, maxBytes } = this.#parts;
    return send(fetch, { url: `${this.#origin}${pathAndQuery}`, method, headers, body }, { signal, maxBytes });
  }

  #record(
    { endpoint: { category, method, path } }: CheckedRequest,
    key: HeldKey,
    { outcome, exchangeCode, status, sentAt }: RequestOutcome & { readonly status: number; readonly sentAt: number },
  ): void {
    const { records, address, clock } = this.#parts;
    records.add({
      key: recordedKey(key),
      sourceIp: address.current,
      ...{ category, method, endpoint: path, status, exchangeCode, outcome, sentAt },
      latencyMs: clock.now() - sentAt,
    });
  }

  #failed({ method, path: endpoint }: Endpoint, { reason, status }: NoAnswer) {
    const failed: FailedRequest = { exchange: this.#parts.configuration.name, method, endpoint };
    return status === 0 ? unreachable(failed, reason) : unusableAnswer(failed, reason);
  }

  /** Not signed, so there is no key to record it for. */
  async #askOffset(): Promise<number | undefined> {
    const { configuration, base, clock, timers } = this.#parts;
    const { serverTime } = configuration.operations;
    if (serverTime === undefined) return undefined;
    const deadline = new Deadline(timers, SERVER_TIME_TIMEOUT_MS);
    try {
      const filled = { path: `${base.path}${serverTime.path}`, query: serverTime.query ?? {}, body: undefined };
      const caller = { credentials: undefined, host: base.host, clock: this.#signingClock };
      const request = authenticated(configuration, serverTime, filled, caller);
      const before = clock.now();
      const { status, bytes } = await this.#send({ ...request, headers: DEFAULT_HEADERS }, deadline.signal);
      const asked = { before, after: clock.now() };
      const verdict = classify(configuration, { status, text: textOf(bytes) });
      return verdict.ok ? clockOffset(serverTime, verdict.body, asked) : undefined;
    } finally {
      deadline.end();
    }
  }
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** The headers but those that the others have, however they are written. */
function withoutThese(
  headers: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
): Record<string, string> {
  const taken = new Set(Object.keys(others).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !taken.has(name.toLowerCase())));
}
