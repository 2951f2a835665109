// Waits for the end of a rotation: steps from the function's log, the truth from the secret's labels.
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CURRENT, PENDING } from '../../../contract/keys';
import type { Session } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { holder, type KeyFacts, keyFacts } from '../key-facts';
import { RotationLog, type StepReport } from './rotation-log';

const POLL_MS = 3_000;
const LAST_POLL_MS = 500;
const LAST_POLLS = 10;
/** Labels and log lines are not seen at once everywhere: only after this long an absence means something. */
const SETTLE_MS = 30_000;

const STEPS: Readonly<Record<string, string>> = {
  createSecret: 'create',
  setSecret: 'stage',
  testSecret: 'validate',
  finishSecret: 'promote',
};

export interface Watched {
  readonly name: string;
  readonly arn: string;
  /** Version id of the new key. */
  readonly token: string;
  readonly timeoutMs: number;
}

/**
 * The key as it is after its promotion.
 * @throws Failure with the function's own code when it refused; `ROTATION_ENDED`, `ROTATION_TIMED_OUT`.
 */
export async function followRotation(session: Session, watched: Watched): Promise<KeyFacts> {
  const { now, sleep } = session.context;
  const log = new RotationLog(session, watched.token);
  const start = now().getTime();
  let labelSeen = false;
  let goneSince: number | undefined;
  let problem: StepReport | undefined;
  for (;;) {
    const facts = await describe(session, watched.arn);
    const reports = await log.next();
    for (const report of reports) tell(session, report);
    problem = reports.filter(isProblem).at(-1) ?? problem;
    if (holder(facts, CURRENT) === watched.token) {
      await tellRest(session, log, reports);
      return facts;
    }

    const time = now().getTime();
    if (holder(facts, PENDING) === watched.token) {
      labelSeen = true;
      goneSince = undefined;
    } else {
      goneSince ??= time;
      const gone = time - goneSince;
      if (gone > 0 && labelSeen && problem?.code) throw refused(problem, problem.code);
      if (gone >= SETTLE_MS) throw problem?.code ? refused(problem, problem.code) : ended(session, watched);
    }
    if (time - start >= watched.timeoutMs) throw timedOut(watched);
    await sleep(Math.min(POLL_MS, Math.max(1, start + watched.timeoutMs - time)));
  }
}

/** The label is seen before the last lines of the log: they are waited for, but not for long. */
async function tellRest(session: Session, log: RotationLog, told: readonly StepReport[]): Promise<void> {
  const last = ({ step, outcome, operation }: StepReport) =>
    step === 'finishSecret' && outcome === 'done' && operation === undefined;
  let reports = told;
  for (let polls = 0; polls < LAST_POLLS && !reports.some(last); polls++) {
    await session.context.sleep(LAST_POLL_MS);
    reports = await log.next();
    for (const report of reports) tell(session, report);
  }
}

/** Codes of calls that come after the end of a rotation that was refused: AWS calls again, and the version is gone. */
const AFTERWARDS: readonly string[] = ['TOKEN_UNKNOWN', 'TOKEN_NOT_PENDING'];

/** Why a rotation goes wrong; what is done about it carries the code, too, and is no reason. */
const isProblem = ({ code, outcome }: StepReport) =>
  code !== undefined && outcome !== 'done' && !AFTERWARDS.includes(code);

async function describe({ intake }: Session, SecretId: string): Promise<KeyFacts> {
  return keyFacts(await intake.secrets.send(new DescribeSecretCommand({ SecretId })));
}

function tell({ output }: Session, { step, outcome, operation, code, message }: StepReport): void {
  const shown = output.styled(code === undefined ? 'green' : 'yellow', outcome);
  const detail = message && (operation ?? code) ? `: ${message}` : '';
  output.say(`  ${(STEPS[step] ?? step).padEnd(10)}${shown}${detail}${code === undefined ? '' : ` [${code}]`}`);
}

function refused({ step, message }: StepReport, code: string): Failure {
  return new Failure(
    code,
    `the rotation ended at step '${STEPS[step] ?? step}', the current key stays: ${message ?? code}`,
  );
}

function ended({ ring }: Session, { name, token }: Watched): Failure {
  return new Failure(
    'ROTATION_ENDED',
    `the rotation of '${name}' ended without a new key and without a reason that could be read (version ${token}), the current key stays; see log group ${ring.rotationLogGroup}`,
  );
}

function timedOut({ name, token, timeoutMs }: Watched): Failure {
  return new Failure(
    'ROTATION_TIMED_OUT',
    `the rotation of '${name}' has not ended within ${timeoutMs / 1000} s and goes on by itself (version ${token}); 'key show ${name}' tells its state`,
    { exitCode: EXIT.timedOut },
  );
}
