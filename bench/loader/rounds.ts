// Rounds in which every side has one turn, and what they say of one side compared with another.
import { medians } from '../statistics';
import { type Estimate, estimate } from './estimate';

/** Of one operation. */
export interface Sample {
  readonly wallUs: number;
  readonly cpuUs: number;
}

/** A turn of every side, by its name. */
export type Round = Readonly<Record<string, Sample>>;

/** What one process measured. */
export interface Answer {
  readonly rounds: readonly Round[];
}

export interface Compared {
  readonly subject: string;
  readonly baseline: string;
  /** Subject less baseline, microseconds of one operation, round by round. */
  readonly differenceUs: Estimate;
  readonly ratio: Estimate;
  readonly ratioByProcess: readonly number[];
  /** Each side on its own. */
  readonly us: { readonly subject: number; readonly baseline: number };
}

/** The names in the order of this round: everybody is first equally often, and every second round goes backwards. */
export function orderOf<T>(sides: readonly T[], round: number): T[] {
  const from = Math.floor(round / 2) % sides.length;
  const rotated = [...sides.slice(from), ...sides.slice(0, from)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

export function compared(answers: readonly Answer[], what: keyof Sample, subject: string, baseline: string): Compared {
  const pairsOf = ({ rounds }: Answer) =>
    rounds.map((round) => ({ subject: round[subject][what], baseline: round[baseline][what] }));
  const pairs = answers.flatMap(pairsOf);
  return {
    ...{ subject, baseline },
    differenceUs: estimate(pairs.map((pair) => pair.subject - pair.baseline)),
    ratio: estimate(pairs.map((pair) => pair.subject / pair.baseline)),
    ratioByProcess: answers.map(
      (answer) => estimate(pairsOf(answer).map((pair) => pair.subject / pair.baseline)).median,
    ),
    us: medians(pairs),
  };
}
