// What a test may do behind the exchange's back: look at its state, act as a person in its web pages, inject faults.
import { Fault } from './faults';
import { Counter, JournalEntry, JournalFilter } from './journal';
import { readIps, readLabel, readPassphrase, readPermissions, readTtlDays } from './key-parameters';
import { KeyRecord, KeyView } from './keys';
import { CodeName, OperationName, Permission } from './protocol';
import { Body } from './received-request';
import { changed, Outage, Settings } from './settings';
import { ExchangeState } from './state';
import { Order, Withdrawal } from './trading';

export interface HandMadeKey {
  /** A sub-account or the master account. */
  readonly account: string;
  readonly label: string;
  readonly permissions: readonly Permission[];
  readonly ips?: readonly string[];
  readonly ttlDays?: number;
  readonly passphrase?: string;
  /** 0 by default: the person has waited. */
  readonly activationDelayMs?: number;
}

export interface HandMadeChange {
  readonly permissions?: readonly Permission[];
  readonly ips?: readonly string[];
  readonly state?: 'active' | 'disabled';
  readonly expiresAt?: number | null;
}

export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
}

/** A key with what its owner does not see; never its secret. */
export interface KeyInsight extends KeyView {
  readonly createdBy: 'api' | 'hand';
  readonly deletedAt: number | null;
}

export interface KeyFilter {
  readonly account?: string;
  readonly label?: string;
}

/** Every public method can also be called over HTTP, so arguments and results are JSON. */
export class ExchangeControl {
  readonly #state: ExchangeState;

  constructor(state: ExchangeState) {
    this.#state = state;
  }

  // --- State

  /** All keys ever made, oldest first. */
  public keys({ account, label }: KeyFilter = {}): KeyInsight[] {
    return this.#state.keys
      .all()
      .filter((key) => (account ?? key.account) === key.account && (label ?? key.label) === key.label)
      .map((key) => this.#insight(key));
  }

  /** Keys that an attacker could use: neither deleted nor expired nor disabled. Includes keys that are not active yet. */
  public liveKeys(filter: KeyFilter = {}): KeyInsight[] {
    return this.keys(filter).filter(({ state }) => state === 'active');
  }

  /** Every secret and passphrase ever issued, to search logs for. */
  public issuedSecrets(): string[] {
    return this.#state.keys
      .all()
      .flatMap(({ apiSecret, passphrase }) => [apiSecret, ...(passphrase ? [passphrase] : [])]);
  }

  public orders({ account }: { readonly account?: string } = {}): Order[] {
    return this.#state.trading.orders.filter((order) => (account ?? order.account) === order.account);
  }

  public withdrawals(): Withdrawal[] {
    return [...this.#state.trading.withdrawals];
  }

  public journal(filter: JournalFilter = {}): JournalEntry[] {
    return this.#state.journal.entries(filter);
  }

  public counters(): Record<string, Counter> {
    return this.#state.journal.counters();
  }

  public clearJournal(): void {
    this.#state.journal.clear();
  }

  // --- A person in the web pages

  public createKeyByHand(request: HandMadeKey): KeyInsight & Credentials {
    const { keys, settings, masterAccount, subAccounts } = this.#state;
    const { account, activationDelayMs = 0 } = request;
    const isMaster = account === masterAccount;
    if (!isMaster && !subAccounts.has(account)) {
      throw new Error(`unknown account ${account}, expected one of ${[masterAccount, ...subAccounts].join(', ')}`);
    }
    const body = request as unknown as Body;
    const passphrase = readPassphrase(body, settings.passphrase);
    const common = { account, isMaster, createdBy: 'hand' as const, activationDelayMs, passphrase };
    const own = { label: readLabel(body), permissions: readPermissions(body, isMaster), ips: readIps(body) };
    const key = keys.create({ ...common, ...own, ttlDays: readTtlDays(body) });
    const { apiKey, apiSecret } = key;
    return { ...this.#insight(key), apiKey, apiSecret, ...(passphrase ? { passphrase } : {}) };
  }

  /** Unlike the API's modify call, it leaves alone what is not named. */
  public editKeyByHand(id: string, change: HandMadeChange): KeyInsight {
    const key = this.#key(id);
    const body = change as unknown as Body;
    this.#state.keys.change(key, {
      permissions: change.permissions && readPermissions(body, key.isMaster),
      ips: change.ips && readIps(body),
      disabled: change.state && change.state === 'disabled',
      expiresAt: change.expiresAt,
    });
    return this.#insight(key);
  }

  public deleteKeyByHand(id: string): KeyInsight {
    const key = this.#key(id);
    this.#state.keys.delete(key);
    return this.#insight(key);
  }

  public addSubAccount(name: string): void {
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) throw new Error(`account ${name} is not 1 to 64 of A-Z a-z 0-9 _ . -`);
    if (name === this.#state.masterAccount) throw new Error(`${name} is the master account`);
    this.#state.subAccounts.add(name);
  }

  // --- Behaviour

  public settings(): Settings {
    return this.#state.settings;
  }

  public configure(changes: Partial<Settings>): Settings {
    this.#state.settings = changed(this.#state.settings, changes);
    return this.#state.settings;
  }

  /** What keys, delays, limits and outages go by, Unix ms. */
  public time(): number {
    return this.#state.now();
  }

  /** Keys age, delays and outages pass; signatures are compared with the same time as before. Gives the new time. */
  public advanceClock(ms: number): number {
    if (!(Number.isInteger(ms) && ms >= 0))
      throw new Error(`cannot advance by ${ms} ms, expected a whole number from 0`);
    this.#state.advance(ms);
    return this.time();
  }

  /** null ends it. */
  public outage(mode: Outage['mode'] | null, window: Omit<Outage, 'mode'> = {}): void {
    this.configure({ outage: mode && { mode, ...window } });
  }

  // --- Faults

  public inject(fault: Fault): void {
    this.#state.faults.inject(fault);
  }

  /** The effect happens, the socket is closed before the answer. */
  public loseResponse(operation: OperationName, times = 1): void {
    this.inject({ operation, stage: 'after', action: { kind: 'drop' }, times });
  }

  /** Nothing happens; the exchange's JSON when there is a code, else a proxy's page. */
  public failBefore(operation: OperationName, times: number, status: number, code?: CodeName): void {
    this.inject({ operation, stage: 'before', action: { kind: 'status', status, code }, times });
  }

  /** HTTP 200 with a web page; nothing happens. */
  public garble(operation: OperationName, times = 1): void {
    this.inject({ operation, stage: 'before', action: { kind: 'html' }, times });
  }

  /** The effect happens at once, the answer takes its time. */
  public slowDown(operation: OperationName | '*', ms: number, times?: number): void {
    this.inject({ operation, stage: 'after', action: { kind: 'delay', ms }, times });
  }

  public pendingFaults(): readonly Fault[] {
    return this.#state.faults.list();
  }

  public clearFaults(): void {
    this.#state.faults.clear();
  }

  #key(id: string): KeyRecord {
    const key = this.#state.keys.all().find((one) => one.id === id && one.deletedAt === null);
    if (!key) throw new Error(`no key with id ${id}, or already deleted`);
    return key;
  }

  #insight(key: KeyRecord): KeyInsight {
    return { ...this.#state.keys.view(key), createdBy: key.createdBy, deletedAt: key.deletedAt };
  }
}

export type ControlMethod = keyof ExchangeControl;
export const CONTROL_METHODS = Object.getOwnPropertyNames(ExchangeControl.prototype).filter(
  (name) => name !== 'constructor',
) as ControlMethod[];

/** The same from another process. */
export type RemoteControl = {
  readonly [M in ControlMethod]: (
    ...parameters: Parameters<ExchangeControl[M]>
  ) => Promise<ReturnType<ExchangeControl[M]>>;
};
