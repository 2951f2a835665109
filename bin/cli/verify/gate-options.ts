// The options of the gate that are its own, and how their values are read.
import { quoted } from '../../../contract/quoted';
import type { VerifyDocument } from '../../../contract/verify';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { HOUR_MS, parseSpan } from '../output/times';
import { probesOf } from './probe-condition';

const LONGEST_HOURS = 8;

/**
 * In milliseconds; 0 is one attempt.
 * @throws Failure `SPAN_MALFORMED`, `GATE_TIMEOUT_TOO_LONG`.
 */
export function gateTimeout(text: string): number {
  if (text === '0') return 0;
  const milliseconds = parseSpan('--timeout', text);
  if (milliseconds <= LONGEST_HOURS * HOUR_MS) return milliseconds;
  throw new Failure(
    'GATE_TIMEOUT_TOO_LONG',
    `--timeout is ${quoted(text)}, allowed are 0 for one attempt, and up to ${LONGEST_HOURS}h`,
    { exitCode: EXIT.usage },
  );
}

/** @throws Failure `GATE_NO_PROBES`. */
export function requireProbes(document: VerifyDocument): void {
  if (probesOf(document).length > 0) return;
  throw new Failure(
    'GATE_NO_PROBES',
    `the ring of '${document.environment}' has no probes, so nothing shows that exchanges let in the right network and nobody else; give the ring 'probes' and deploy it, or do without that proof on purpose with --without-probes`,
  );
}
