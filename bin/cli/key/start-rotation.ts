// Starts a rotation of a key, and waits for its end if that is wanted.
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CURRENT, PENDING } from '../../../contract/keys';
import type { Session } from '../command';
import { Failure } from '../failure';
import { minute } from '../output/times';
import { findUsableKey } from './find-key';
import { followRotation } from './follow-rotation';
import { holder, holderBesideCurrent, type KeyFacts } from './key-facts';
import { isBootstrapped, overlapEnd } from './key-state';

export interface Wanted {
  readonly wait: boolean;
  readonly timeoutMs: number;
}

/** @throws Failure `ROTATION_INCOMPLETE`, and as `followRotation`. */
export async function rotateKey(session: Session, facts: KeyFacts, { wait, timeoutMs }: Wanted): Promise<void> {
  const { output } = session;
  const { name, arn } = facts;
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
  output.say(
    reattempted
      ? `an earlier rotation of ${name} was not complete, AWS attempts it again: version ${token}`
      : `rotating ${name}, version ${token}`,
  );
  session.ifUnfinished(`the rotation of '${name}' goes on by itself, 'key show ${name}' tells its state`);
  const rotated = await followRotation(session, { name, arn, token, timeoutMs }).catch((error) => {
    // what it says is complete; only an interruption leaves something open
    if (error instanceof Failure) session.ifUnfinished(undefined);
    throw error;
  });
  report(session, facts, rotated, token);
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

async function start(session: Session, { name, arn }: KeyFacts): Promise<{ token: string; reattempted: boolean }> {
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
