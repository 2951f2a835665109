// One call of the rotation function: what every step knows, and the few things that more than one step does.
import type { Cidr } from '../../contract/cidr';
import { formatLabel, type KeyDocument, type LabelKind, PENDING } from '../../contract/keys';
import type { ExchangeAdapter } from '../exchange/adapter';
import type { Clock } from '../exchange/pace';
import { type LogFields, log } from '../shared/logger';
import type { Refusal } from '../shared/refusal';
import { exchangeLabel, ringOf } from './exchange-label';
import type { KeyState } from './key-state';
import type { KeyStore } from './key-store';
import type { Patience } from './patience';

export interface RotationDependencies extends Clock {
  readonly environment: string;
  readonly store: KeyStore;
  /** The adapter of an exchange's name; refuses one that is not configured. */
  readonly loadExchange: (name: string) => Promise<ExchangeAdapter>;
  readonly ourAddresses: () => Promise<readonly Cidr[]>;
}

/** One step of one rotation. */
export interface Run extends RotationDependencies, Patience {
  readonly state: KeyState;
  /** Id of the version that the rotation makes. */
  readonly token: string;
  readonly step: string;
}

/** A line about this run; the token in it is what the operator's command follows. */
export function note(run: Run, message: string, fields: LogFields): void {
  log(message, { token: run.token, step: run.step, keyName: run.state.key.text, ...fields });
}

/** Label of the key that this rotation creates at the exchange. */
export function labelOf({ state, environment, token }: Run): string {
  return exchangeLabel(ringOf(state.arn, environment), state.secretName, token);
}

/** Ends a rotation that cannot succeed as things are: the next one starts afresh instead of repeating this one. */
export async function abandon(run: Run, refusal: Refusal): Promise<never> {
  await run.store.removeLabel(run.state.arn, PENDING, run.token);
  note(run, 'the pending version was removed', { operation: 'abandon', outcome: 'done', code: refusal.code });
  throw refusal;
}

/** A label with this time, or the next second that no label has: a label can be on one version only. */
export function freeLabel(state: KeyState, kind: LabelKind, milliseconds: number): string {
  const taken = new Set(state.versions.flatMap(({ labels }) => labels));
  for (let second = Math.ceil(milliseconds / 1000); ; second++) {
    const label = formatLabel(kind, second);
    if (!taken.has(label)) return label;
  }
}

/** True when both documents hold the same key, whatever else differs. */
export function sameKey(a: KeyDocument, b: KeyDocument): boolean {
  return a.apiKey === b.apiKey || a.keyId === b.keyId;
}
