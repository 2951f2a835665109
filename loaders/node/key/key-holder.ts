// Holds one version of a key in memory and replaces it as a whole: in the background, when asked, and after refusals that a new key can explain.
import { inspect } from 'node:util';
import type { ErrorClass } from '../../../contract/exchange/error-class';
import { FILE_POLL_MS, refreshAfter, refreshDelay, retryDelay } from '../../../contract/workload';
import { LoaderError } from '../shared/loader-error';
import type { Notices } from '../shared/notices';
import { type Clock, startQuietly, type Timer, type Timers } from '../shared/time';
import { boundedRead, LONGEST_READ_MS } from './bounded-read';
import type { HeldKey } from './held-key';
import type { KeyHolder, Refreshed } from './holder';
import type { KeyReports } from './key-reports';
import type { KeyReader } from './key-source';
import { RefusalGate } from './refusal-gate';
import { type RotationListener, RotationListeners } from './rotation-listeners';

export interface HolderTools {
  readonly clock: Clock;
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly overlapHours: number;
  readonly notices: Notices;
  readonly reports: KeyReports;
}

// Node 20.0 to 20.4 may lack the symbols; there, nothing can ask for them.
const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** Longest wait for the read that is overdue: an attempt over a connection that died in the meantime, and another one. */
const READY_PATIENCE_MS = 7_000;
const READY = Promise.resolve();

export class RefreshingHolder implements KeyHolder {
  readonly #source: KeyReader;
  readonly #tools: HolderTools;
  readonly #gate: RefusalGate;
  readonly #listeners: RotationListeners;
  readonly #closing = new AbortController();
  #current: HeldKey | undefined;
  /** The read that everybody waits for. */
  #flight: Promise<Refreshed> | undefined;
  /** Whether refusals wait for it, and ambiguous ones. */
  #refusals = { any: false, ambiguous: false };
  #failures = 0;
  #due: number;
  #timer: Timer | undefined;

  constructor(source: KeyReader, first: HeldKey, tools: HolderTools) {
    this.#source = source;
    this.#tools = tools;
    this.#gate = new RefusalGate(tools.overlapHours);
    this.#listeners = new RotationListeners(tools.notices);
    this.#current = first;
    this.#due = this.#nextRead();
    tools.reports.hold(first);
    this.#arm();
  }

  get current(): HeldKey {
    if (this.#current === undefined) throw closed();
    return this.#current;
  }

  ready(): Promise<void> {
    if (this.#current === undefined) return Promise.reject(closed());
    if (this.#isOverdue()) return this.#catchUp();
    this.#tools.reports.catchUp();
    return READY;
  }

  async refresh(): Promise<Refreshed> {
    if (this.#current === undefined) throw closed();
    return this.#shared();
  }

  async refused(errorClass: ErrorClass, versionUsed: string): Promise<Refreshed> {
    if (this.#current === undefined) return 'unchanged';
    const held = this.#current.keyVersion;
    const decision = this.#gate.decide({ errorClass, used: versionUsed, held, now: this.#tools.clock.now() });
    if (decision !== 'read') return decision;
    this.#refusals.any = true;
    if (refreshAfter(errorClass) === 'once') this.#refusals.ambiguous = true;
    // A failure has been told, and the key that is held stays.
    return this.#shared().catch(() => 'unchanged');
  }

  onRotate(listener: RotationListener): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#current = undefined;
    this.#disarm();
    this.#listeners.clear();
    this.#tools.reports.stop();
    this.#closing.abort();
    await this.#flight?.catch(() => {});
  }

  async [ASYNC_DISPOSE](): Promise<void> {
    await this.close();
  }

  [DISPOSE](): void {
    void this.close();
  }

  toString(): string {
    return this.#current === undefined ? 'closed' : String(this.#current);
  }

  toJSON(): unknown {
    return this.#current?.toJSON();
  }

  [inspect.custom](): string {
    return `KeyHolder ${this.toString()}`;
  }

  /** One read, however many ask for it. */
  #shared(): Promise<Refreshed> {
    this.#flight ??= this.#read().finally(() => {
      this.#flight = undefined;
      this.#refusals = { any: false, ambiguous: false };
      this.#arm();
    });
    return this.#flight;
  }

  async #read(): Promise<Refreshed> {
    const limits = { timers: this.#tools.timers, milliseconds: LONGEST_READ_MS, keepsAlive: false };
    try {
      const key = await boundedRead(this.#source, { ...limits, signal: this.#closing.signal });
      return this.#succeeded(key);
    } catch (error) {
      if (this.#current === undefined) throw closed();
      this.#failed(error as LoaderError);
      throw error;
    }
  }

  #succeeded(key: HeldKey): Refreshed {
    const { notices, clock } = this.#tools;
    const held = this.current;
    this.#failures = 0;
    this.#due = this.#nextRead();
    if (notices.settle('refresh ')) notices.info('KEY_READ_AGAIN', `${this.#source.label}: it can be read again`);
    if (!key.equals(held)) return this.#takeOver(key, held);
    if (this.#refusals.any) {
      this.#gate.unchanged(held.keyVersion, this.#refusals.ambiguous, clock.now());
      notices.warnOnce(`refused ${held.keyVersion}`, 'KEY_REFUSED_AND_CURRENT', refusedAndCurrent(this.#source, held));
    }
    return 'unchanged';
  }

  #takeOver(key: HeldKey, held: HeldKey): Refreshed {
    const { clock, notices, reports } = this.#tools;
    this.#current = key;
    this.#gate.changed({ from: held.keyVersion, to: key.keyVersion, now: clock.now() });
    notices.settle('refused ');
    notices.info('KEY_ROTATED', `${this.#source.label}: another version of the key is used from now on`, {
      ...{ keyVersion: key.keyVersion, keyId: key.fingerprint },
      ...{ previousKeyVersion: held.keyVersion, previousKeyId: held.fingerprint },
    });
    reports.hold(key);
    this.#listeners.tell(held, key);
    return 'changed';
  }

  #failed({ code, message }: LoaderError): void {
    const { clock, random, overlapHours, notices } = this.#tools;
    const retryIn = retryDelay(++this.#failures, overlapHours, random());
    this.#due = clock.now() + retryIn;
    this.#gate.failed(retryIn, clock.now());
    notices.warnOnce(`refresh ${code}`, code, `${message}; the key in use stays, and it is tried again`);
  }

  #nextRead(): number {
    const { clock, random, overlapHours } = this.#tools;
    return clock.now() + refreshDelay(overlapHours, random());
  }

  /** Whether timers have stood still, or the clock was set back: while they run, a planned read has ended in time, well or not. */
  #isOverdue(): boolean {
    if (this.#source.fixed !== undefined) return false;
    const { clock, overlapHours } = this.#tools;
    const late = clock.now() - this.#due;
    return late > LONGEST_READ_MS || -late > refreshDelay(overlapHours, 1);
  }

  async #catchUp(): Promise<void> {
    const { timers, reports } = this.#tools;
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = startQuietly(timers, resolve, READY_PATIENCE_MS);
    });
    // A failure has been told, and the key that is held stays.
    await Promise.race([this.#shared().catch(() => {}), patience]);
    if (timer) timers.clearTimeout(timer);
    if (this.#current === undefined) throw closed();
    reports.catchUp();
  }

  #arm(): void {
    this.#disarm();
    if (this.#current === undefined || this.#source.fixed !== undefined) return;
    const { clock, timers } = this.#tools;
    const wait = this.#source.looksChanged ? FILE_POLL_MS : Math.max(0, this.#due - clock.now());
    this.#timer = startQuietly(timers, () => void this.#tick(), wait);
  }

  #disarm(): void {
    if (this.#timer) this.#tools.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #tick(): Promise<void> {
    const isDue = this.#failures > 0 || this.#tools.clock.now() >= this.#due;
    const look = this.#source.looksChanged?.bind(this.#source);
    if (look && !isDue && !(await look())) return this.#arm();
    if (this.#current === undefined) return;
    // A failure has been told, and armed the next try.
    await this.#shared().catch(() => {});
  }
}

function closed(): LoaderError {
  return new LoaderError('LOADER_CLOSED', 'the key holder is closed, and holds no key any more; load the key again');
}

function refusedAndCurrent({ label, fixed }: KeyReader, { keyVersion }: HeldKey): string {
  const remedy =
    fixed ?? "look at the key at the exchange, and put another one with 'exchange-keys key put' if it is dead";
  return `${label}: the exchange refuses version ${keyVersion}, and there is no other; ${remedy}`;
}
