// What has been found out about one key in this pass, and the questions whose answers a decision still lacks.
import type { KeyDocument } from '../../../contract/keys';
import type { Capabilities, KeyFacts, ListedKey, ProbeResult } from '../../exchange/adapter';

/** What each question is answered with. `version` names the version that a question is about. */
export interface Answers {
  /** What the key's exchange can do. */
  readonly exchange: Capabilities;
  /** True when the value has arrived in every replica region. */
  readonly replicas: boolean;
  readonly value: KeyDocument | 'placeholder' | 'no value' | 'malformed';
  /** When the version was made, in seconds since 1970. */
  readonly created: number | undefined;
  /** What a signed read with the version's key has just given. */
  readonly probe: ProbeResult['result'];
  /** The version's key in the exchange's list. */
  readonly listed: ListedKey | 'gone' | 'unknown';
  /** The version's key as it describes itself; the question may count as a use of the key. */
  readonly inspected: KeyFacts | 'unknown';
  readonly held: Held;
  readonly drift: Drift;
}

/** Where a key at the exchange differs from what was declared, in words without key material. */
export interface Drift {
  readonly codes: readonly string[];
  /** Published ranges that it lacks, where only standby addresses are shut out by that. */
  readonly standby: readonly string[];
}

/** When workloads were last seen with a version, in seconds since 1970, if they were; or why that cannot be told. */
export type Held = { readonly at?: number } | { readonly unknown: string };

export interface Question {
  readonly about: keyof Answers;
  readonly version: string;
}

/** Interrupts a decision that lacks an answer. */
export class Unanswered extends Error {
  constructor(public readonly question: Question) {
    super(`not yet known: ${question.about} ${question.version}`);
    this.name = 'Unanswered';
  }
}

export class Known {
  private readonly answers = new Map<string, unknown>();

  /** The answer. Throws `Unanswered` when nobody has looked yet. */
  public ask<A extends keyof Answers>(about: A, version = ''): Answers[A] {
    if (!this.has(about, version)) throw new Unanswered({ about, version });
    return this.answers.get(`${about} ${version}`) as Answers[A];
  }

  public has(about: keyof Answers, version: string): boolean {
    return this.answers.has(`${about} ${version}`);
  }

  public answer<A extends keyof Answers>(about: A, version: string, answer: Answers[A]): void {
    this.answers.set(`${about} ${version}`, answer);
  }
}
