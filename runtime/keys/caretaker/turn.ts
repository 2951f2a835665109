// One key's turn: decides, asks what is missing, looks at the labels once more, and takes the one step.
import { isDeepStrictEqual } from 'node:util';
import { CaretakerMetric } from '../../../contract/metrics';
import { fingerprint } from '../../../protocol/fingerprint';
import { log } from '../../shared/logger';
import type { KeyState } from '../key-state';
import { type Decision, decide } from './decide';
import { currentVersion, type Facts } from './facts';
import { gather } from './gather';
import { Known } from './known';
import type { Pass } from './pass';
import { perform } from './perform';
import { standing } from './standing';
import type { Finding, Step } from './step';

/** Reports the key's findings as they are found, so that a failure later on does not take them along. */
export async function takeTurn(
  pass: Pass,
  key: KeyState,
  routine: boolean,
  report: (finding: Finding) => void,
): Promise<void> {
  const { now } = pass;
  const known = new Known();
  const explained = new Set<string>();
  try {
    const decision = await settle(pass, { now, key, routine, known });
    for (const finding of decision.findings) {
      if (finding.metric === CaretakerMetric.OLD_KEY_STILL_IN_USE && finding.version) explained.add(finding.version);
      report(finding);
    }
    if (routine) noteAge({ now, key, routine, known });
    if (decision.step) await takeStep(pass, { now, key, routine, known }, decision.step, report);
  } finally {
    for (const finding of standing(now, key, explained)) report(finding);
  }
}

/** Decides, answering one question after the other. Each is asked once, so this ends. */
async function settle(pass: Pass, facts: Facts): Promise<Exclude<Decision, { ask: unknown }>> {
  for (;;) {
    const decision = decide(facts);
    if (!('ask' in decision)) return decision;
    await gather(pass, facts.key, facts.known, decision.ask);
  }
}

/** The labels may have moved since the list was read: the step is taken only if it would be decided again. */
async function takeStep(pass: Pass, facts: Facts, step: Step, report: (finding: Finding) => void): Promise<void> {
  const key = await pass.dependencies.store.describe(facts.key.arn);
  const again = decide({ ...facts, key });
  const fields = { keyName: key.key.text, versionId: step.version, operation: step.do, ...named(facts.known, step) };
  if ('ask' in again || !isDeepStrictEqual(again.step, step)) {
    log('the labels have moved, the step is left to the next pass', { ...fields, outcome: 'overtaken' });
    return;
  }
  for (const finding of await perform({ pass, key, known: facts.known }, step)) report(finding);
  log('took a step', { ...fields, outcome: 'done' });
}

/** For the dashboard: a metric per key would cost one. */
function noteAge(facts: Facts): void {
  const current = currentVersion(facts);
  const value = current && facts.known.has('value', current.id) ? facts.known.ask('value', current.id) : undefined;
  if (typeof value !== 'object') return;
  const ageDays = Math.floor((facts.now - Date.parse(value.createdAt)) / 86_400_000);
  log('looked at the current key', { keyName: facts.key.key.text, versionId: current?.id, ageDays });
}

function named(known: Known, { version }: Step): { fingerprint?: string } {
  const value = known.has('value', version) ? known.ask('value', version) : undefined;
  return typeof value === 'object' ? { fingerprint: fingerprint(value.apiKey) } : {};
}
