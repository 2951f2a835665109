// Decides the one step a key needs in this pass, or which question must be answered first. Pure: the same facts, the same step.
import type { Facts } from './facts';
import { health } from './health';
import { type Question, Unanswered } from './known';
import { overlapEnd } from './overlap-end';
import { stuckPending } from './pending';
import type { Finding, Outcome, Step } from './step';
import { succession } from './succession';
import { unplannedValue } from './unplanned';

/** The most urgent first; a step ends the key's turn, so that the next one is decided on what it has left behind. */
const CONCERNS: readonly ((facts: Facts) => Outcome)[] = [overlapEnd, stuckPending, unplannedValue, succession, health];

export type Decision = { readonly ask: Question } | { readonly step?: Step; readonly findings: readonly Finding[] };

export function decide(facts: Facts): Decision {
  try {
    return firstStep(facts);
  } catch (error) {
    if (error instanceof Unanswered) return { ask: error.question };
    throw error;
  }
}

function firstStep(facts: Facts): Outcome {
  const findings: Finding[] = [];
  for (const concern of CONCERNS) {
    const outcome = concern(facts);
    findings.push(...outcome.findings);
    if (outcome.step) return { step: outcome.step, findings };
  }
  return { findings };
}
