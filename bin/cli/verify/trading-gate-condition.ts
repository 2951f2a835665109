// The trading gate is open, says the parameter after it has been written now.
import { type GateDoubt, readTradingGate, type TradingGateState, type VerifyDocument } from '../../../contract/verify';
import { awsTime } from '../aws/clock';
import { parameterText } from '../aws/parameter';
import type { Session } from '../command';
import { passes } from '../watch/passing';
import { invoke } from './invoke';
import type { Unmet } from './unmet';

/** What a doubt means for who looks at it. */
const DOUBTS: Readonly<Record<GateDoubt, string>> = {
  'gate-missing': 'the parameter does not exist, or is empty',
  'gate-malformed': 'the parameter holds a text that the function has not written',
  'gate-of-other-environment': 'the parameter is about another environment',
  'gate-from-the-future': "the parameter was written later than now; this machine's clock may be wrong",
  'gate-valid-too-long': 'the parameter says that it is valid for more than an hour, which the function never writes',
  'gate-expired': 'what the parameter says holds no longer: the function has not written it for a while',
};

export async function tradingGateUnmet(session: Session, document: VerifyDocument): Promise<Unmet[]> {
  const { tradingGate, tradingGateParameter } = document;
  const unmet = (code: string, detail: string): Unmet => ({
    condition: 'trading-gate',
    subject: tradingGateParameter,
    code,
    detail,
  });
  const answer = await invoke(session, tradingGate);
  if ('problem' in answer) return [unmet(answer.problem.code, answer.problem.detail)];
  try {
    const { state } = await readGate(session, document);
    return state.reasons.map((reason) => {
      const doubt = doubtWords(reason);
      return doubt === undefined ? unmet('gate-closed', reason) : unmet(reason, doubt);
    });
  } catch (error) {
    if (!passes(error)) throw error;
    return [unmet('no-answer', error.message)];
  }
}

/** The parameter's text and what a workload would make of it now, by AWS's clock. */
export async function readGate(
  { aws, context, environment }: Session,
  { tradingGateParameter }: VerifyDocument,
): Promise<{ readonly text?: string; readonly state: TradingGateState }> {
  const text = await parameterText(aws, tradingGateParameter);
  return { text, state: readTradingGate(text, { environment, now: new Date(awsTime(context, aws)) }) };
}

/** Undefined for a reason that the function has written. */
export function doubtWords(reason: string): string | undefined {
  return Object.hasOwn(DOUBTS, reason) ? DOUBTS[reason as GateDoubt] : undefined;
}
