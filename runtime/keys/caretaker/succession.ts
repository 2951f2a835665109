// Decides what age and expiry of the current key ask for: a report, and where no machine creates keys, a person.
import { CANDIDATE, type KeyDocument, LabelKind, TIER_RULES } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import { holder, type KeyVersion } from '../key-state';
import {
  currentVersion,
  DAY,
  type Facts,
  has,
  hasRoom,
  isCreatedByHand,
  labelsOf,
  pendingVersion,
  timesOf,
} from './facts';
import { type Finding, finding, NOTHING, type Outcome } from './step';

/** How long before the day of its rotation a person is asked for a successor. */
export const CREATE_LEAD_DAYS = 7;
/** How long before its expiry a key is reported; a key of shorter life when a tenth of it is left. */
const EXPIRY_LEAD_DAYS = 14;

export function succession(facts: Facts): Outcome {
  const current = currentVersion(facts);
  if (!current) return finding(CaretakerMetric.NEEDS_HUMAN, undefined, 'no version is current');
  if (!facts.routine && !has(current, LabelKind.CREATE_ASKED)) return NOTHING;
  const value = facts.known.ask('value', current.id);
  if (value === 'placeholder') return finding(CaretakerMetric.NOT_BOOTSTRAPPED, current);
  if (typeof value !== 'object') return finding(CaretakerMetric.NEEDS_HUMAN, current, `current value is ${value}`);

  const { maxAgeDays, scheduleDays } = TIER_RULES[facts.key.description.tier];
  const age = facts.now - epoch(value.createdAt);
  const expiring = isExpiring(facts.now, value);
  const overdue = age > maxAgeDays * DAY;
  const findings: Finding[] = [];
  if (overdue) findings.push({ metric: CaretakerMetric.ROTATION_OVERDUE, version: current.id });
  if (expiring) findings.push({ metric: CaretakerMetric.EXPIRING_KEY, version: current.id });
  const due = expiring || age >= (scheduleDays - CREATE_LEAD_DAYS) * DAY;
  return due ? askForSuccessor(facts, current, overdue || expiring, findings) : { findings };
}

/** Once when it is due; every day when it has become late. Not while somebody's key is on its way. */
function askForSuccessor(facts: Facts, current: KeyVersion, late: boolean, findings: Finding[]): Outcome {
  if (holder(facts.key, CANDIDATE) || pendingVersion(facts) || !isCreatedByHand(facts)) return { findings };
  findings.push({ metric: CaretakerMetric.NEEDS_HUMAN, version: current.id });
  const asked = timesOf(current, LabelKind.CREATE_ASKED);
  if (asked.length > 0 && !(late && facts.now >= Math.max(...asked) + DAY)) return { findings };
  if (!hasRoom(facts.key)) findings.push({ metric: CaretakerMetric.LABELS_FULL });
  if (!hasRoom(facts.key) && !facts.routine) return { findings };
  const labels = labelsOf(current, LabelKind.CREATE_ASKED);
  return { step: { do: 'ask-create', version: current.id, labels }, findings };
}

export function isExpiring(
  now: number,
  { createdAt, expiresAt }: Pick<KeyDocument, 'createdAt' | 'expiresAt'>,
): boolean {
  if (expiresAt === undefined) return false;
  const end = epoch(expiresAt);
  return end - now <= Math.min(EXPIRY_LEAD_DAYS * DAY, (end - epoch(createdAt)) / 10);
}

const epoch = (time: string) => Date.parse(time) / 1000;
