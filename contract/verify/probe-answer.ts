// What a probe answers whoever invokes it: outcome and reason of each check. Nothing in it is secret.

/** `unknown` is no pass: no answer, an ambiguous code, a key that cannot be read. */
export type ProbeOutcome = 'pass' | 'fail' | 'unknown';

/**
 * `address`: the echo services see the zone's address. `signed-read`: the exchange accepts a signed read from it.
 * `exchange-allowlist`: the exchange's list for the key is the published one. `closed-path`: a way out that must not exist does not.
 * `refused-outside`: the exchange refuses the key elsewhere, because of the address.
 */
export type ProbeCheckName = 'address' | 'signed-read' | 'exchange-allowlist' | 'closed-path' | 'refused-outside';

export interface ProbeCheck {
  readonly check: ProbeCheckName;
  /** What was looked at: a zone, a key's name, a closed path's name. */
  readonly subject: string;
  readonly outcome: ProbeOutcome;
  /** Why, in a word to search for, e.g. `ADDRESS_OTHER`, `IP_NOT_ALLOWED`, `ECHO_DISAGREE`. */
  readonly code: string;
  /** For people. */
  readonly detail: string;
}

/** What the exchange says about a probe key. */
export interface ProbedKey {
  readonly keyName: string;
  readonly exchange: string;
  /** Entries as the exchange gives them; missing where it could not be asked. */
  readonly allowlist?: readonly string[];
}

export interface ProbeAnswer {
  readonly schema: 1;
  readonly probe: 'inside' | 'outside';
  /** Of an inside probe. */
  readonly zone?: string;
  /** `fail` if any check failed, else `unknown` if any is unknown, else `pass`; `unknown` without checks. */
  readonly outcome: ProbeOutcome;
  /** When it ended, ISO 8601 in UTC. */
  readonly at: string;
  readonly checks: readonly ProbeCheck[];
  readonly keys: readonly ProbedKey[];
}

/** The outcome of several checks together: the worst, and unknown where nothing was checked. */
export function outcomeOf(checks: readonly Pick<ProbeCheck, 'outcome'>[]): ProbeOutcome {
  if (checks.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return checks.length > 0 && checks.every(({ outcome }) => outcome === 'pass') ? 'pass' : 'unknown';
}
