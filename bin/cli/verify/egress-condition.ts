// Addresses, NAT gateways and routes are as published, says the egress check that is run now.
import type { Session } from '../command';
import { invoke } from './invoke';
import type { Unmet } from './unmet';

/** What both lists of the answer have in common. */
type Listed = Readonly<Record<'region' | 'subject' | 'code' | 'message', unknown>>;

export async function egressUnmet(session: Session, functionName: string): Promise<Unmet[]> {
  const answer = await invoke(session, functionName);
  if ('problem' in answer) return [unmet(functionName, answer.problem.code, answer.problem.detail)];
  const { checked, differences, unreadable } = answer.value;
  if (!Array.isArray(differences) || !Array.isArray(unreadable) || typeof checked !== 'boolean') {
    return [unmet(functionName, 'answer-unusable', `${functionName} gave an answer that is none`)];
  }
  const found = [...unreadable, ...differences].map((item) => {
    const { region, subject, code, message } = (item ?? {}) as Listed;
    return unmet([region, subject].filter((part) => part !== undefined).join(' '), String(code), String(message));
  });
  if (checked || found.length > 0) return found;
  return [unmet(functionName, 'not-checked', `${functionName} has checked nothing`)];
}

const unmet = (subject: string, code: string, detail: string): Unmet => ({
  condition: 'egress',
  subject,
  code,
  detail,
});
