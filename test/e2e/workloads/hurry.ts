// How fast time passes in a bot: rules by length of a wait, the first that fits counts; others take as long as they say.

interface HurryRule {
  /** Milliseconds. */
  readonly from: number;
  readonly to?: number;
  readonly factor: number;
}

const LONGEST_READ = { from: 20_000, to: 20_000, factor: 1 } as const;

const variable = (...rules: HurryRule[]) => ({ TEST_HURRY: JSON.stringify(rules) });

/** Hours pass in seconds: the background read of every 2 hours, the report of every hour. */
export const HOURS_IN_SECONDS = variable({ from: 60_000, factor: 3_600 });
/** A mounted file is looked at every quarter of a second. */
export const FILES_OFTEN = variable(LONGEST_READ, { from: 2_000, factor: 20 });
/** Ten minutes pass in this many seconds, for everything but the time limit of one read and the regular pause between two. */
export const OUTAGE_FACTOR = 60;
export const MINUTES_IN_SECONDS = variable(
  LONGEST_READ,
  { from: 1_800_000, factor: 3_600 },
  { from: 0, factor: OUTAGE_FACTOR },
);
