// The right network is let in and the wrong one is not, say the probes that are run now.
import {
  outcomeOf,
  type ProbeAnswer,
  type ProbeCheck,
  type ProbedKey,
  type VerifyDocument,
} from '../../../contract/verify';
import type { Session } from '../command';
import { invoke } from './invoke';
import type { Unmet } from './unmet';

export interface Probed {
  readonly unmet: readonly Unmet[];
  /** The exchanges of the probes' keys, sorted. */
  readonly exchanges: readonly string[];
}

interface Probe {
  readonly functionName: string;
  readonly kind: ProbeAnswer['probe'];
  /** Of an inside probe. */
  readonly zone?: string;
}

/** The probes of the ring; none if it has none. */
export function probesOf({ insideProbes, outsideProbe }: VerifyDocument): Probe[] {
  const inside = Object.entries(insideProbes).map(
    ([zone, functionName]) => ({ functionName, kind: 'inside', zone }) as const,
  );
  return outsideProbe === undefined ? inside : [...inside, { functionName: outsideProbe, kind: 'outside' }];
}

export async function probesUnmet(session: Session, probes: readonly Probe[]): Promise<Probed> {
  const probed = await Promise.all(probes.map((probe) => run(session, probe)));
  const exchanges = new Set(probed.flatMap(({ keys }) => keys.map(({ exchange }) => exchange)));
  return { unmet: probed.flatMap(({ unmet }) => unmet), exchanges: [...exchanges].sort() };
}

async function run(
  session: Session,
  { functionName, kind, zone }: Probe,
): Promise<{ readonly unmet: readonly Unmet[]; readonly keys: readonly ProbedKey[] }> {
  const subject = zone ?? 'outside';
  const alone = (code: string, detail: string) => ({
    unmet: [{ condition: 'probe', subject, code, detail } as const],
    keys: [],
  });
  const answer = await invoke(session, functionName);
  if ('problem' in answer) return alone(answer.problem.code, answer.problem.detail);
  const { value } = answer;
  if (!isAnswer(value) || value.probe !== kind || value.zone !== zone) {
    return alone('answer-unusable', `${functionName} gave an answer that is none of this probe`);
  }
  const { checks, keys, outcome } = value;
  const unmet = checks
    .filter((check) => check.outcome !== 'pass')
    .map(
      ({ check, subject: about, code, detail }): Unmet => ({
        condition: 'probe',
        subject: `${subject} ${check} ${about}`,
        code,
        detail,
      }),
    );
  if (unmet.length > 0) return { unmet, keys };
  if (outcome !== 'pass' || outcomeOf(checks) !== 'pass' || keys.length === 0) {
    return alone(
      'nothing-proven',
      `${functionName} gave outcome '${outcome}' with ${checks.length} checks and ${keys.length} keys`,
    );
  }
  return { unmet, keys };
}

const OUTCOMES: readonly unknown[] = ['pass', 'fail', 'unknown'];

function isAnswer(value: object): value is ProbeAnswer {
  const { schema, outcome, checks, keys } = value as Partial<ProbeAnswer>;
  return (
    schema === 1 &&
    OUTCOMES.includes(outcome) &&
    Array.isArray(checks) &&
    checks.every(isCheck) &&
    Array.isArray(keys) &&
    keys.every((key) => areTexts([key?.keyName, key?.exchange]))
  );
}

function isCheck(value: unknown): value is ProbeCheck {
  const { check, subject, outcome, code, detail } = (value ?? {}) as Partial<ProbeCheck>;
  return OUTCOMES.includes(outcome) && areTexts([check, subject, code, detail]);
}

const areTexts = (values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string');
