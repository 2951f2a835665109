// Asks an exchange: fills, signs, paces and sends a request, and gives the body of a success or the class of a refusal.
import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from '../../contract/errors';
import type { BaseUrl } from '../../contract/exchange/base-url';
import { ErrorClass } from '../../contract/exchange/error-class';
import { type ExchangeConfiguration, RevocationSigner } from '../../contract/exchange/exchange-configuration';
import { allowedPlaceholders, type OperationName } from '../../contract/exchange/placeholder';
import { authenticated } from '../../protocol/authenticate';
import { classify, type Verdict } from '../../protocol/classify';
import type { Credentials } from '../../protocol/credentials';
import { clockOffset } from '../../protocol/server-time';
import type { SignedRequest } from '../../protocol/signing/signing';
import { systemClock } from '../../protocol/signing/system-clock';
import { ExchangeError } from './adapter';
import { fillOperation, type PlaceholderValues, UnfilledTemplate } from './fill-template';
import { HttpClient, type HttpLimits, NoAnswer } from './http-client';
import { type Clock, Pace } from './pace';

export const SYSTEM_CLOCK: Clock = { now: Date.now, sleep: async (milliseconds) => void (await delay(milliseconds)) };

export const DEFAULT_REQUESTS_PER_SECOND = 5;
const EFFECTS: readonly OperationName[] = ['create', 'restrict', 'revoke'];
/** Operations whose answer nobody reads. */
const MAY_BE_EMPTY: readonly OperationName[] = ['restrict', 'revoke'];
const READ_ATTEMPTS = 2;
const PAUSE_MS = 500;

type Refused = Extract<Verdict, { ok: false }>;

export interface Call {
  readonly operation: OperationName;
  /** Undefined: signed by nobody. */
  readonly credentials?: Credentials;
  readonly values?: PlaceholderValues;
}

export class ExchangeClient {
  private readonly http: HttpClient;
  private readonly pace: Pace;
  private readonly signingClock: ReturnType<typeof systemClock>;
  /** The exchange's time minus ours, in milliseconds. */
  private offset = 0;

  constructor(
    private readonly configuration: ExchangeConfiguration,
    private readonly base: BaseUrl,
    private readonly clock: Clock = SYSTEM_CLOCK,
    limits?: HttpLimits,
  ) {
    this.http = new HttpClient(base, clock.now, limits);
    this.pace = new Pace(configuration.limits?.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND, clock);
    this.signingClock = systemClock(() => clock.now() + this.offset);
  }

  /**
   * The body of a success; undefined where the exchange answers without one.
   * @throws ExchangeError
   */
  public async call(call: Call): Promise<object | undefined> {
    const reads = !EFFECTS.includes(call.operation);
    let verdict = await this.attempt(call);
    for (let attempt = 1; reads && attempt < READ_ATTEMPTS && isPassing(verdict); attempt++) {
      await this.clock.sleep(PAUSE_MS * attempt);
      verdict = await this.attempt(call);
    }
    // What was refused for its time was not carried out, so this may be repeated whatever it does.
    if (!verdict.ok && verdict.errorClass === ErrorClass.CLOCK_SKEW && (await this.adjustClock())) {
      verdict = await this.attempt(call);
    }
    if (verdict.ok) return verdict.body;
    throw this.refused(call, verdict);
  }

  private async attempt(call: Call): Promise<Verdict> {
    const { operation } = call;
    if (!(await this.pace.turn())) {
      return { ok: false, errorClass: ErrorClass.RATE_LIMIT, code: 'RETRY_AFTER', known: true };
    }
    // Made after the wait: its time must be the present one.
    const request = this.request(call);
    try {
      const answer = await this.http.send({ ...request, hasEffect: EFFECTS.includes(operation) });
      const verdict = classify(this.configuration, answer, MAY_BE_EMPTY.includes(operation));
      if (!verdict.ok && answer.retryAfter !== undefined) this.pace.keepSilent(answer.retryAfter);
      // An effect whose answer nothing explains may have happened.
      const unknown = !verdict.ok && !verdict.known && answer.status < 400 && EFFECTS.includes(operation);
      return unknown ? { ...verdict, errorClass: ErrorClass.TRANSIENT } : verdict;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return { ok: false, errorClass: ErrorClass.TRANSIENT, code: error.code, known: true };
    }
  }

  private request({ operation: name, credentials, values = {} }: Call): SignedRequest {
    const { operations } = this.configuration;
    const operation = operations[name];
    if (operation === undefined) throw new ExchangeError(ErrorClass.UNSUPPORTED, name, `'${name}' is not configured`);
    try {
      const signedByKey = operations.revoke?.signedBy === RevocationSigner.KEY;
      const filled = fillOperation(operation, allowedPlaceholders(name, signedByKey), values);
      const whole = { ...filled, path: `${this.base.path}${filled.path}` };
      const caller = { credentials, host: this.base.host, clock: this.signingClock };
      return authenticated(this.configuration, operation, whole, caller);
    } catch (error) {
      if (error instanceof UnfilledTemplate) throw new ExchangeError(ErrorClass.CONFIG, name, error.message);
      if (error instanceof InputError) throw new ExchangeError(ErrorClass.CONFIG, name, error.message, error.code);
      throw error;
    }
  }

  /** Takes over the exchange's time; false where that is not possible or makes no difference. */
  private async adjustClock(): Promise<boolean> {
    const { serverTime } = this.configuration.operations;
    if (serverTime === undefined) return false;
    const before = this.clock.now();
    const verdict = await this.attempt({ operation: 'serverTime' });
    if (!verdict.ok) return false;
    const offset = clockOffset(serverTime, verdict.body, { before, after: this.clock.now() });
    if (offset === undefined) return false;
    this.offset = offset;
    return true;
  }

  private refused({ operation, credentials, values }: Call, { errorClass, code }: Refused): ExchangeError {
    const material = [credentials, values].flatMap((part) => Object.values(part ?? {})).flat();
    // The exchange's text could repeat what it was sent.
    const holdsMaterial = material.some(
      (value) => typeof value === 'string' && value.length > 5 && code.includes(value),
    );
    const shown = /^[ -~]{1,64}$/.test(code) && !holdsMaterial ? code : 'WITHHELD';
    const message = `exchange '${this.configuration.name}' answered '${operation}' with ${shown}`;
    return new ExchangeError(errorClass, operation, message, shown);
  }
}

function isPassing(verdict: Verdict): boolean {
  return !verdict.ok && [ErrorClass.TRANSIENT, ErrorClass.RATE_LIMIT].includes(verdict.errorClass);
}
