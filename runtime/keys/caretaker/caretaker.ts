// One pass over all keys of a ring: the urgent first, then the others, each on its own, until all had a turn or the time is over.
import type { SSMClient } from '@aws-sdk/client-ssm';
import { CaretakerMetric } from '../../../contract/metrics';
import { log } from '../../shared/logger';
import { Refusal } from '../../shared/refusal';
import { exchangeRefusal } from '../exchange-refusal';
import type { KeyState, UnreadableKey } from '../key-state';
import { accountsOf, isSearched, nameOf, searchAccount } from './accounts';
import { endOfOverlap, PASS, pendingOf } from './facts';
import { Pass, type PassDependencies } from './pass';
import { type Position, readPosition, writePosition } from './position';
import { isDue, ROUTINE_SECONDS } from './slot';
import { standing } from './standing';
import type { Finding } from './step';
import { takeTurn } from './turn';

export interface CaretakerDependencies extends PassDependencies {
  readonly ssm: SSMClient;
  /** The parameter that says where an unfinished pass stopped. */
  readonly positionParameter: string;
  readonly publishCounts: (counts: Iterable<readonly [string, number]>) => void;
  /** No turn begins with less than so many milliseconds left: enough for the longest one. */
  readonly reserve: number;
}

export interface Invocation {
  readonly getRemainingTimeInMillis: () => number;
}

/** After a change of a secret its next two passes look closer, at the latest the third. */
const SOON_AFTER_CHANGE = 2 * PASS + 300;

/** The function's handler: what is in the event does not matter, the keys do. */
export function createCaretaker(dependencies: CaretakerDependencies) {
  return (_: unknown, invocation: Invocation): Promise<void> => new Caretaker(dependencies, invocation).run();
}

class Caretaker {
  private readonly pass: Pass;
  private readonly counts = new Map<string, number>(Object.values(CaretakerMetric).map((name) => [name, 0]));
  private readonly started: number;
  private turns = 0;
  private last = '';

  constructor(
    private readonly dependencies: CaretakerDependencies,
    private readonly invocation: Invocation,
  ) {
    this.pass = new Pass(dependencies);
    this.started = this.pass.now;
  }

  public async run(): Promise<void> {
    const listed = await this.dependencies.store.list();
    const position = await this.position();
    const since = position.since ?? this.started - PASS;
    const keys = startingAfter(listed.filter(isReadable), position.after);
    const unreadable = listed.filter((one): one is UnreadableKey => !isReadable(one));
    this.count(CaretakerMetric.KEYS_SEEN, listed.length);
    for (const { secretName, refusal } of unreadable) this.failed(secretName, refusal);

    const urgent = keys.filter((key) => isUrgent(key, this.started));
    const others = keys.filter((key) => !urgent.includes(key));
    await this.each(urgent, since);
    await this.searchAccounts(keys, unreadable.length === 0, since);
    await this.each(others, since);
    await this.end(keys.length, position, since);
  }

  private async each(keys: readonly KeyState[], since: number): Promise<void> {
    for (const key of keys) {
      const report = (finding: Finding) => this.report(key.key.text, finding);
      if (this.isLate()) {
        // what needs no call is said of every key, so that an alarm does not end because the time did
        for (const finding of standing(this.started, key, new Set())) report(finding);
        continue;
      }
      await this.guarded(key.key.text, () => takeTurn(this.pass, key, this.isRoutine(key, since), report));
      this.turns++;
      this.last = key.secretName;
    }
  }

  private async searchAccounts(keys: readonly KeyState[], complete: boolean, since: number): Promise<void> {
    const accounts = accountsOf(keys, complete);
    for (const account of accounts) {
      if (this.isLate() || !isSearched(this.pass, accounts, account, since)) continue;
      const name = nameOf(account);
      await this.guarded(name, () => searchAccount(this.pass, account, (finding) => this.report(name, finding)));
    }
  }

  /** One key's failure is counted and said, and never the next one's. */
  private async guarded(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.failed(name, exchangeRefusal(error, name));
    }
  }

  private failed(keyName: string, error: unknown): void {
    this.count(CaretakerMetric.KEYS_FAILED);
    const { code, message } = error instanceof Refusal ? error : unexpected(error);
    log(message, { keyName, code, outcome: 'failed' });
  }

  private report(keyName: string, { metric, version, detail }: Finding): void {
    this.count(metric);
    log(detail === undefined ? metric : `${metric}: ${detail}`, { keyName, versionId: version, outcome: 'found' });
  }

  private count(metric: CaretakerMetric, by = 1): void {
    this.counts.set(metric, (this.counts.get(metric) ?? 0) + by);
  }

  private isRoutine({ secretName, lastChanged }: KeyState, since: number): boolean {
    if (isDue(secretName, ROUTINE_SECONDS, since, this.started)) return true;
    return lastChanged !== undefined && this.started - lastChanged.getTime() / 1000 < SOON_AFTER_CHANGE;
  }

  private isLate(): boolean {
    return this.invocation.getRemainingTimeInMillis() < this.dependencies.reserve;
  }

  private async position(): Promise<Position> {
    let found: Position = { after: '' };
    const { ssm, positionParameter } = this.dependencies;
    await this.guarded(positionParameter, async () => {
      found = await readPosition(ssm, positionParameter);
    });
    return found;
  }

  private async end(keys: number, position: Position, since: number): Promise<void> {
    const { ssm, positionParameter, publishCounts } = this.dependencies;
    const incomplete = this.turns < keys;
    if (incomplete) this.count(CaretakerMetric.PASS_INCOMPLETE);
    const next: Position = incomplete ? { after: this.last || position.after, since } : { after: '' };
    if (incomplete || position.after !== '' || position.since !== undefined) {
      await this.guarded(positionParameter, () => writePosition(ssm, positionParameter, next));
    }
    this.count(CaretakerMetric.PASS);
    publishCounts(this.counts);
  }
}

const isReadable = (listed: KeyState | UnreadableKey): listed is KeyState => !('refusal' in listed);

/** A label past its time, or a rotation that has not ended. */
function isUrgent(key: KeyState, now: number): boolean {
  return pendingOf(key) !== undefined || key.versions.some((version) => (endOfOverlap(version) ?? now + 1) <= now);
}

/** The same keys, beginning behind the one that had the last turn. */
function startingAfter(keys: readonly KeyState[], name: string): KeyState[] {
  const behind = keys.filter(({ secretName }) => secretName > name);
  return [...behind, ...keys.filter(({ secretName }) => secretName <= name)];
}

/** The text of an error that is not ours may repeat what it was given. */
function unexpected(error: unknown): { readonly code: string; readonly message: string } {
  const kind = error instanceof Error ? error.name : typeof error;
  return { code: 'UNEXPECTED', message: `unexpected ${kind}; report it with the lines of this log` };
}
