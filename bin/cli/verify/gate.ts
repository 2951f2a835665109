// `verify gate`: waits until everything shows that traffic may go on, for the step of a pipeline before that.
import type { VerifyDocument } from '../../../contract/verify';
import { LOCK_OPTION } from '../allowlist/lock-options';
import { REGIONS_OPTION } from '../allowlist/options';
import type { CliCommand, Session } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { egressUnmet } from './egress-condition';
import { findVerify } from './find-verify';
import { gateTimeout, requireProbes } from './gate-options';
import { GateProgress } from './gate-progress';
import { type LockCondition, lockCondition } from './lock-condition';
import { probesOf, probesUnmet } from './probe-condition';
import { tradingGateUnmet } from './trading-gate-condition';
import { identity, type Unmet, unmetText } from './unmet';

const PAUSE_MS = 10_000;
const MOST_NAMED = 3;

export const gate: CliCommand = {
  usage: 'gate',
  summary: 'wait until addresses, probes, lock and alarms show that traffic may go on',
  description: `All of this must hold at the same time: the egress check finds no difference, every probe passes, the lock is what the
regions publish and says that every exchange was told, and the trading gate is open. Functions are invoked, about every
10 seconds. Ends with exit code 0 when all of it holds, and with 4 if it does not in time: keep traffic off then. An
attempt that has begun is completed.`,
  options: [
    {
      flags: '--timeout <time>',
      description: 'how long to wait, 90s, 15m or 1h, at most 8h; 0: one attempt',
      default: '45m',
    },
    LOCK_OPTION,
    REGIONS_OPTION,
    { flags: '--without-probes', description: 'accept a ring that has no probes' },
  ],
  examples: ['gate -e prod --timeout 45m', 'gate -e prod --timeout 0 --lock infra/egress.lock.json --json'],
  async run(session, { options }) {
    const { output } = session;
    const timeoutMs = gateTimeout(String(options.timeout));
    const document = await findVerify(session);
    if (options.withoutProbes !== true) requireProbes(document);
    else if (probesOf(document).length === 0) {
      output.warn('without probes nothing shows what exchanges let in, nor whether they were told of every address');
    }
    const lock = await lockCondition(session, { options });
    output.say(`checking the way out of '${document.environment}' in ${document.region}, ${limitText(timeoutMs)}`);
    await waitFor(session, { document, lock, timeoutMs });
  },
};

interface Waiting {
  readonly document: VerifyDocument;
  readonly lock: LockCondition;
  readonly timeoutMs: number;
}

async function waitFor(session: Session, { document, lock, timeoutMs }: Waiting): Promise<void> {
  const { now, sleep } = session.context;
  const progress = new GateProgress(session.output);
  const start = now().getTime();
  for (let attempts = 1; ; attempts++) {
    const unmet = await attempt(session, document, lock);
    progress.tell(unmet);
    const elapsed = now().getTime() - start;
    const outcome: Outcome = { document, lock, unmet, attempts, seconds: Math.round(elapsed / 1000) };
    if (unmet.length === 0 || elapsed >= timeoutMs) return end(session, outcome);
    await sleep(Math.min(PAUSE_MS, timeoutMs - elapsed));
  }
}

/** What does not hold; the trading gate last, because what the others find may close it. */
async function attempt(session: Session, document: VerifyDocument, lock: LockCondition): Promise<Unmet[]> {
  const [egress, probed] = await Promise.all([
    egressUnmet(session, document.egressCheck),
    probesUnmet(session, probesOf(document)),
  ]);
  const ofLock = await lock.unmet(probed.exchanges);
  return [...egress, ...probed.unmet, ...ofLock, ...(await tradingGateUnmet(session, document))];
}

interface Outcome {
  readonly document: VerifyDocument;
  readonly lock: LockCondition;
  readonly unmet: readonly Unmet[];
  readonly attempts: number;
  readonly seconds: number;
}

/** @throws Failure `GATE_TIMED_OUT`. */
function end({ output }: Session, { document, lock, unmet, attempts, seconds }: Outcome): void {
  const { environment, region } = document;
  const open = unmet.length === 0;
  const json = {
    environment,
    region,
    open,
    attempts,
    seconds,
    probes: probesOf(document).length,
    lock: lock.file,
    unmet,
  };
  output.result(json, () =>
    open
      ? `${output.styled('green', 'open:')} traffic of '${environment}' may go on, shown after ${seconds} s`
      : unmet.map(unmetText).join('\n'),
  );
  if (open) return;
  const more = unmet.length > MOST_NAMED ? ', …' : '';
  throw new Failure(
    'GATE_TIMED_OUT',
    `${unmet.length} condition${unmet.length === 1 ? '' : 's'} of the gate of '${environment}' did not hold after ${seconds} s: ${unmet.slice(0, MOST_NAMED).map(identity).join(', ')}${more}; keep traffic off, do what each line says, and run again`,
    { exitCode: EXIT.timedOut },
  );
}

function limitText(timeoutMs: number): string {
  return timeoutMs === 0 ? 'once' : `for up to ${timeoutMs / 1000} s`;
}
