// Makes one check of a probe: within its time limit, and a failure of the check itself is unknown and hides no other.
import { InputError } from '../../contract/errors';
import type { ProbeCheck, ProbeCheckName, ProbeOutcome } from '../../contract/verify';
import { ExchangeError } from '../exchange/adapter';
import { exchangeRefusal } from '../keys/exchange-refusal';
import { Refusal, shortened } from '../shared/refusal';

export type Verdict = Pick<ProbeCheck, 'outcome' | 'code' | 'detail'>;

/** Nothing can be said, and here is why. No defect of the function, so no refusal of it. */
export class Undecided extends Error {
  constructor(
    public readonly code: string,
    detail: string,
  ) {
    super(detail);
    this.name = 'Undecided';
  }
}

export const verdict = (outcome: ProbeOutcome, code: string, detail: string): Verdict => ({ outcome, code, detail });

/** What a log line holds of it. */
const LONGEST_DETAIL = 300;

/** Never throws, and ends in time whatever `decide` waits for; what comes later is dropped. */
export async function check(
  name: ProbeCheckName,
  subject: string,
  milliseconds: number,
  decide: () => Promise<Verdict>,
): Promise<ProbeCheck> {
  try {
    const { outcome, code, detail } = await inTime(milliseconds, decide);
    return { check: name, subject, outcome, code, detail: shortened(detail, LONGEST_DETAIL) };
  } catch (error) {
    return undecided(name, subject, error);
  }
}

/** The check that could not be made, and why. */
export function undecided(name: ProbeCheckName, subject: string, error: unknown): ProbeCheck {
  const [code, text] = reasonOf(error, subject);
  return { check: name, subject, outcome: 'unknown', code, detail: shortened(text, LONGEST_DETAIL) };
}

/**
 * What `work` gives, if it does in time.
 * @throws Undecided `CHECK_TOO_LATE`, and as `work` does.
 */
export async function inTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Undecided('CHECK_TOO_LATE', `no verdict within ${milliseconds} ms`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown, subject: string): [code: string, detail: string] {
  if (error instanceof ExchangeError) {
    // in our own words: the exchange's could repeat what it was sent
    return [error.errorClass, (exchangeRefusal(error, subject) as Refusal).message];
  }
  if (error instanceof Undecided || error instanceof Refusal || error instanceof InputError) {
    return [error.code, error.message];
  }
  // the text of an error that is not ours may repeat what it was given
  const kind = error instanceof Error ? error.name : typeof error;
  return ['UNEXPECTED', `unexpected ${kind}; report it with the lines of this log`];
}
