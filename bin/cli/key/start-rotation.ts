// Starts a rotation of a key, and waits for its end if that is wanted.
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CURRENT, PENDING } from '../../../contract/keys';
import type { Session } from '../command';
import { Failure } from '../failure';
import { holder, holderBesideCurrent, type KeyFacts } from '../key-facts';
import { minute } from '../output/times';
import { findUsableKey } from './find-key';
import { followRotation } from './follow-rotation';
import { isBootstrapped, overlapEnd } from './key-state';

/** How often a wait for something that was no rotation begins anew. */
const RESTARTS = 2;

interface Started {
  readonly token: string;
  /** AWS goes on with an earlier rotation instead. */
  readonly reattempted: boolean;
}

export interface Wanted {
  readonly wait: boolean;
  readonly timeoutMs: number;
}

/** @throws Failure `ROTATION_INCOMPLETE`, and as `followRotation`. */
export async function rotateKey(session: Session, facts: KeyFacts, { wait, timeoutMs }: Wanted): Promise<void> {
  const { output } = session;
  const { name } = facts;
  const { token, reattempted } = await start(session, facts);
  if (!wait) {
    if (reattempted) throw incomplete(name, token);
    output.result(
      { name, versionId: token, outcome: 'started' },
      () => `rotation of ${name} started, version ${token}`,
    );
    output.say(`'key rotate --wait' shows the steps; 'key show ${name}' tells the state`);
    return;
  }
  await follow(session, facts, { token, reattempted }, timeoutMs, RESTARTS);
}

/** Waits for the end; what AWS attempts again may be no rotation at all, and then the wanted one is started. */
async function follow(
  session: Session,
  facts: KeyFacts,
  { token, reattempted }: Started,
  timeoutMs: number,
  restarts: number,
): Promise<void> {
  const { output } = session;
  const { name, arn } = facts;
  output.say(
    reattempted
      ? `an earlier rotation of ${name} was not complete, AWS attempts it again: version ${token}`
      : `rotating ${name}, version ${token}`,
  );
  session.ifUnfinished(`the rotation of '${name}' goes on by itself, 'key show ${name}' tells its state`);
  try {
    report(session, facts, await followRotation(session, { name, arn, token, timeoutMs }), token);
  } catch (error) {
    // what it says is complete; only an interruption leaves something open
    if (error instanceof Failure) session.ifUnfinished(undefined);
    const nothing = error instanceof Failure && error.code === 'ROTATION_ENDED';
    if (!reattempted || !nothing || restarts === 0) throw error;
    output.say('that was no rotation: AWS tries the function after a deployment; starting the rotation');
    await follow(session, facts, await start(session, facts), timeoutMs, restarts - 1);
  }
}

function report({ output }: Session, before: KeyFacts, after: KeyFacts, token: string): void {
  const until = isBootstrapped(before) ? overlapEnd(after) : undefined;
  output.result(
    {
      name: after.name,
      versionId: token,
      outcome: 'promoted',
      previousVersionId: holder(before, CURRENT),
      overlapUntil: until,
    },
    () =>
      [
        `${output.styled('green', 'promoted:')} workloads now read version ${token} of ${after.name}`,
        ...(until ? [`the old key works until ${minute(until)} and is revoked after that`] : []),
      ].join('\n'),
  );
}

async function start(session: Session, { name, arn }: KeyFacts): Promise<Started> {
  const token = session.context.newId();
  try {
    await session.intake.secrets.send(new RotateSecretCommand({ SecretId: arn, ClientRequestToken: token }));
    return { token, reattempted: false };
  } catch (error) {
    if (!(error instanceof Failure) || error.awsError !== 'InvalidRequestException') throw error;
    // a rotation that AWS has not given up: it is attempted again with the version it began with
    const facts = await findUsableKey(session, name);
    const pending = holderBesideCurrent(facts, PENDING);
    if (!pending) throw error;
    return { token: pending, reattempted: true };
  }
}

function incomplete(name: string, token: string): Failure {
  return new Failure(
    'ROTATION_INCOMPLETE',
    `an earlier rotation of '${name}' is not complete (version ${token}), and AWS attempts it again instead of starting another; watch it with 'key rotate ${name} --wait'`,
  );
}
