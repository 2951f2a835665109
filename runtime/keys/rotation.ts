// The rotation function: checks that an event is about a rotation in progress, then takes the one step it asks for.
import { CURRENT, PENDING } from '../../contract/keys';
import { log } from '../shared/logger';
import { Refusal, shown } from '../shared/refusal';
import { createSecret } from './create-secret';
import { finishSecret, tidy } from './finish-secret';
import { type RotationDependencies, type Run } from './run';
import { testSecret } from './test-secret';
import { type CandidateVerdict, validateCandidate } from './validate-candidate';

/** What Secrets Manager sends, or the operator's command. */
export interface RotationEvent {
  readonly Step?: unknown;
  readonly SecretId?: unknown;
  readonly ClientRequestToken?: unknown;
  readonly command?: unknown;
}

export interface Invocation {
  readonly getRemainingTimeInMillis: () => number;
}

/** Kept for the answer, and for what has to be tidied up. */
const RESERVE_MS = 15_000;

const STEPS: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  createSecret,
  // the exchange knows the key since step 1
  setSecret: async () => undefined,
  testSecret,
  finishSecret,
};

/** The function's handler. */
export function createRotation(dependencies: RotationDependencies) {
  return async (event: RotationEvent, invocation: Invocation): Promise<CandidateVerdict | undefined> => {
    const started = dependencies.now();
    const deadline = started + invocation.getRemainingTimeInMillis() - RESERVE_MS;
    const line = { step: text(event.Step ?? event.command), token: text(event.ClientRequestToken) };
    const spent = () => ({ milliseconds: dependencies.now() - started });
    try {
      if (event.command !== undefined) return await obey(dependencies, event, deadline);
      log('step started', { ...line, outcome: 'started' });
      const outcome = await rotate(dependencies, event, deadline);
      log('step ended', { ...line, outcome, ...spent() });
      return undefined;
    } catch (error) {
      const shownError = presentable(error, line.step);
      const code = shownError instanceof Refusal ? shownError.code : 'UNEXPECTED';
      log(shownError.message, { ...line, outcome: 'refused', code, ...spent() });
      throw shownError;
    }
  };
}

async function rotate(dependencies: RotationDependencies, event: RotationEvent, deadline: number) {
  const { Step, SecretId, ClientRequestToken: token } = event;
  if (
    typeof Step !== 'string' ||
    !Object.hasOwn(STEPS, Step) ||
    typeof SecretId !== 'string' ||
    typeof token !== 'string'
  ) {
    throw new Refusal(
      'ROTATION_EVENT_MALFORMED',
      `the event has step ${shown(Step)} and token ${shown(token)}; expected one of ${Object.keys(STEPS).join(', ')} with SecretId and ClientRequestToken, as Secrets Manager sends them`,
    );
  }
  const state = await dependencies.store.describe(SecretId);
  const run: Run = { ...dependencies, state, token, step: Step, deadline };
  if (checkToken(run) === 'in use') {
    await tidy(run);
    return 'nothing to do';
  }
  await STEPS[Step](run);
  return 'done';
}

/** Whether the token is that of a rotation in progress, as AWS's own templates check it. */
function checkToken({ state, token, environment }: Run): 'pending' | 'in use' {
  const { key, rotationEnabled } = state;
  if (key.environment !== environment) {
    throw new Refusal(
      'KEY_OF_OTHER_ENVIRONMENT',
      `key '${key.text}' is not of environment '${environment}', which this function rotates; let its own ring rotate it`,
    );
  }
  if (rotationEnabled !== true) {
    throw new Refusal(
      'ROTATION_NOT_ENABLED',
      `rotation is not enabled for the secret of key '${key.text}'; deploy the ring again, it turns it on`,
    );
  }
  const version = state.versions.find(({ id }) => id === token);
  if (!version) {
    throw new Refusal(
      'TOKEN_UNKNOWN',
      `version '${token}' of key '${key.text}' has no label; if this rotation was refused before, its log lines say why, otherwise start one with 'exchange-keys key rotate ${key.text}'`,
    );
  }
  if (version.labels.includes(CURRENT)) return 'in use';
  if (version.labels.includes(PENDING)) return 'pending';
  throw new Refusal(
    'TOKEN_NOT_PENDING',
    `version '${token}' of key '${key.text}' is not pending, it has ${version.labels.join(', ')}; start a rotation with 'exchange-keys key rotate ${key.text}'`,
  );
}

async function obey(dependencies: RotationDependencies, event: RotationEvent, deadline: number) {
  if (event.command !== 'validate-candidate' || typeof event.SecretId !== 'string') {
    throw new Refusal(
      'ROTATION_COMMAND_UNKNOWN',
      `command ${shown(event.command)} is unknown; expected 'validate-candidate' with SecretId`,
    );
  }
  const verdict = await validateCandidate(dependencies, event.SecretId, deadline);
  const code = verdict.ok ? undefined : verdict.code;
  log(verdict.ok ? 'the candidate is as declared' : verdict.message, {
    step: 'validate-candidate',
    outcome: verdict.ok ? 'done' : 'refused',
    code,
  });
  return verdict;
}

/** Lambda logs what is thrown with all its fields; of an error that is not ours only the kind and the place are known to be harmless. */
function presentable(error: unknown, step: string | undefined): Error {
  if (error instanceof Refusal) return error;
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
  const shownError = new Error(`unexpected ${name} in '${step}'; report it with the lines of this log`);
  const frames = (stack ?? '').split('\n').filter((frame) => /^\s+at /.test(frame));
  shownError.stack = [`Error: ${shownError.message}`, ...frames].join('\n');
  return shownError;
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
