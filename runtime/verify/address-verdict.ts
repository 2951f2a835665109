// Decides whether the world sees a zone under its own address. Pure.
import type { EchoAnswer } from './echo-services';
import { type Verdict, verdict } from './probe-check';

/** The address that all services see; undefined where one has given none, or they differ. */
export function agreedAddress(answers: readonly EchoAnswer[]): string | undefined {
  const seen = answers.map((answer) => ('address' in answer ? answer.address : undefined));
  return seen.every((address) => address === seen[0]) ? seen[0] : undefined;
}

/**
 * Every service has to say the same: one that lies could otherwise stop all trading, or hide what another one sees. So a
 * single witness of a wrong address leaves it unknown, which pages when it stays.
 */
export function addressVerdict(expected: string, answers: readonly EchoAnswer[]): Verdict {
  const said = answers.map(testimony).join(', ');
  const problems = answers.flatMap((answer) => ('problem' in answer ? [answer.problem] : []));
  if (answers.length === 0 || problems.includes('silent')) return verdict('unknown', 'ECHO_NO_ANSWER', said);
  if (problems.length > 0) return verdict('unknown', 'ECHO_MALFORMED', said);
  const seen = agreedAddress(answers);
  if (seen === undefined) return verdict('unknown', 'ECHO_DISAGREE', `expected ${expected}: ${said}`);
  if (seen === expected) return verdict('pass', 'OK', `all echo services see ${seen}`);
  return verdict('fail', 'ADDRESS_OTHER', `all echo services see ${seen}, expected ${expected}`);
}

const testimony = (answer: EchoAnswer): string =>
  `${answer.service} ${'address' in answer ? `sees ${answer.address}` : `gave no address (${answer.reason})`}`;
