// What state a key is in, by its labels and dates alone. Pure; no value of a secret is read for it.
import { InputError } from '../../../contract/errors';
import { CANDIDATE, CURRENT, LabelKind, PENDING, PREVIOUS, parseLabel, TIER_RULES } from '../../../contract/keys';
import { holder, holderBesideCurrent, type KeyFacts } from '../key-facts';
import { DAY_MS, HOUR_MS, minute } from '../output/times';

export type StateName =
  | 'unreadable'
  | 'deletion-planned'
  | 'not-bootstrapped'
  | 'rotation-off'
  | 'rotation-overdue'
  | 'revocation-overdue'
  | 'rotating'
  | 'candidate-waiting'
  | 'new-key-asked'
  | 'creation-unknown'
  | 'overlap'
  | 'revocation-due'
  | 'deletion-asked'
  | 'ok';

export interface KeyState {
  readonly state: StateName;
  /** For people: `overlap until 2026-11-22 10:00 UTC`. */
  readonly text: string;
  /** True when somebody has to look. */
  readonly attention: boolean;
}

/** The caretaker comes by every hour: only what it has passed over is overdue. */
const REVOCATION_GRACE_MS = HOUR_MS;
/** A rotation window ends at most a day after the date that AWS gives. */
const ROTATION_GRACE_MS = DAY_MS;

/** All that holds, the most urgent first; `ok` if nothing else does. */
export function statesOf(facts: KeyFacts, now: Date): KeyState[] {
  const found: KeyState[] = [];
  const add = (state: StateName, text: string, attention = false) => found.push({ state, text, attention });
  const bootstrapped = isBootstrapped(facts);

  if (facts.problem) add('unreadable', `unreadable: ${facts.problem.code}`, true);
  if (facts.deletion) add('deletion-planned', `deletion planned for ${minute(facts.deletion)}`, true);
  if (!bootstrapped) add('not-bootstrapped', 'not bootstrapped', true);
  else if (!facts.rotationEnabled) add('rotation-off', 'rotation off', true);
  else if (rotationIsOverdue(facts, now)) add('rotation-overdue', 'rotation overdue', true);
  if (holderBesideCurrent(facts, PENDING)) add('rotating', 'rotating');
  if (holder(facts, CANDIDATE)) add('candidate-waiting', 'candidate waiting', true);
  found.push(...labelStates(facts, now));
  return found.length > 0 ? found : [{ state: 'ok', text: 'ok', attention: false }];
}

/** The placeholder is the only version that ever was current when nothing has been current before it. */
export function isBootstrapped(facts: Pick<KeyFacts, 'lastRotated' | 'versions'>): boolean {
  return facts.lastRotated !== undefined || holder(facts, PREVIOUS) !== undefined;
}

/** Whole days since the last rotation; undefined for a key that has had none. */
export function ageInDays({ lastRotated }: Pick<KeyFacts, 'lastRotated'>, now: Date): number | undefined {
  return lastRotated && Math.max(0, Math.floor((now.getTime() - lastRotated.getTime()) / DAY_MS));
}

/** When the last key beside the current one is to be revoked. */
export function overlapEnd(facts: Pick<KeyFacts, 'versions'>): Date | undefined {
  const times = marks(facts).flatMap((mark) => (mark.kind === LabelKind.REVOKE && !mark.onCurrent ? [mark.time] : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
}

function rotationIsOverdue({ description, nextRotation, ...facts }: KeyFacts, now: Date): boolean {
  const age = ageInDays(facts, now);
  const tooOld = description && age !== undefined && age > TIER_RULES[description.tier].maxAgeDays;
  return tooOld || (nextRotation !== undefined && nextRotation.getTime() + ROTATION_GRACE_MS < now.getTime());
}

function labelStates(facts: KeyFacts, now: Date): KeyState[] {
  const found: KeyState[] = [];
  const all = marks(facts);
  const beside = (kind: LabelKind) => all.filter((mark) => mark.kind === kind && !mark.onCurrent);
  const onCurrent = (kind: LabelKind) => all.find((mark) => mark.kind === kind && mark.onCurrent);
  const add = (state: StateName, text: string, attention = false) => found.push({ state, text, attention });

  const unreadable = all.filter((mark) => mark.kind === undefined);
  if (unreadable.length > 0) add('unreadable', 'unreadable: LABEL_MALFORMED', true);
  if (onCurrent(LabelKind.CREATE_INTENT)) add('creation-unknown', 'unknown whether a key was created', true);
  if (onCurrent(LabelKind.CREATE_ASKED)) add('new-key-asked', 'asked for a new key', true);
  const end = overlapEnd(facts);
  const earliest = Math.min(...beside(LabelKind.REVOKE).map(({ time }) => time));
  if (earliest + REVOCATION_GRACE_MS < now.getTime()) add('revocation-overdue', 'revocation overdue', true);
  if (end && end > now) add('overlap', `overlap until ${minute(end)}`);
  else if (end && found.every(({ state }) => state !== 'revocation-overdue')) add('revocation-due', 'revocation due');
  if (beside(LabelKind.QUARANTINED).length > 0 && !end) add('revocation-due', 'old key restricted, revoked next');
  if (beside(LabelKind.DELETE_ASKED).length > 0) add('deletion-asked', 'asked to delete the old key', true);
  return found;
}

interface Mark {
  /** Undefined for a label that begins like ours and is not understood. */
  readonly kind?: LabelKind;
  readonly time: number;
  readonly onCurrent: boolean;
}

/** Our labels on all versions. */
function marks(facts: Pick<KeyFacts, 'versions'>): Mark[] {
  const current = holder(facts, CURRENT);
  return facts.versions.flatMap(({ id, labels }) =>
    labels.flatMap((label) => {
      const onCurrent = id === current;
      try {
        const parsed = parseLabel(label);
        return parsed ? [{ kind: parsed.kind, time: parsed.epochSeconds * 1000, onCurrent }] : [];
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return [{ time: Number.NaN, onCurrent }];
      }
    }),
  );
}
