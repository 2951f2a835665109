// Runs passes of the caretaker in a ring's world, and tells what they counted and whom they asked.
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { caretakerParameterName, LabelKind, parseLabel } from '../../../../contract/keys';
import { CaretakerMetric } from '../../../../contract/metrics';
import { type CaretakerDependencies, createCaretaker } from '../../../../runtime/keys/caretaker/caretaker';
import type { Message } from '../../../../runtime/keys/caretaker/requests';
import { createSecretsClient, createSsmClient } from '../../../../runtime/shared/secrets-client';
import { type Effects, watchSdk } from '../support/kill';
import {
  ENVIRONMENT,
  HOUR,
  type Outcome,
  REGION,
  type RingWorld,
  type RunOptions,
  type WorldKey,
  type WorldOptions,
} from '../support/ring-world';

export const POSITION = caretakerParameterName(ENVIRONMENT);
export const QUARTER = HOUR / 4;

export interface PassOptions extends RunOptions {
  /** Every key gets its routine check, whatever its slot. */
  readonly routine?: boolean;
  readonly overrides?: Partial<CaretakerDependencies>;
  readonly remainingTime?: () => number;
}

export interface PassResult extends Omit<Outcome, 'error'> {
  readonly error?: Error;
  /** What was not 0. */
  readonly counts: Partial<Record<CaretakerMetric, number>>;
  /** Everything that was published. */
  readonly published: readonly string[];
  readonly messages: readonly Message[];
  /** Secrets that RotateSecret was called for. */
  readonly rotated: readonly unknown[];
}

export async function pass(world: RingWorld, options: PassOptions = {}): Promise<PassResult> {
  if (options.routine) await setPosition(world, { schema: 1, after: '', since: 0 });
  const messages: Message[] = [];
  const rotated: unknown[] = [];
  let counts: (readonly [string, number])[] = [];
  const outcome = await world.run(async (effects) => {
    const caretaker = createCaretaker({
      ...dependencies(world, effects, messages, rotated),
      publishCounts: (given) => {
        counts = [...given];
      },
      ...options.overrides,
    });
    await caretaker({}, { getRemainingTimeInMillis: options.remainingTime ?? (() => 900_000) });
  }, options);
  const nonZero = Object.fromEntries(counts.filter(([, count]) => count !== 0));
  return { ...outcome, counts: nonZero, published: counts.map(([name]) => name), messages, rotated };
}

function dependencies(
  world: RingWorld,
  effects: Effects,
  messages: Message[],
  rotated: unknown[],
): CaretakerDependencies {
  const { loadExchange, store } = world.rotationDependencies(effects);
  const [secrets, ssm] = [createSecretsClient(REGION), createSsmClient(REGION)];
  watchSdk(ssm as unknown as typeof secrets, effects);
  // what RotateSecret starts is the rotation's own test; here it answers as for a rotation that has not ended
  secrets.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'RotateSecretCommand') return next(args);
        return effects.run('RotateSecret', async () => {
          rotated.push((args.input as { SecretId?: string }).SecretId);
          const text = "A previous rotation isn't complete. That rotation will be reattempted.";
          throw Object.assign(new Error(text), { name: 'InvalidRequestException' });
        });
      },
    { step: 'initialize', name: 'rotateSecret' },
  );
  return {
    environment: ENVIRONMENT,
    store,
    secrets,
    loadExchange,
    ourAddresses: () => world.ourAddresses(),
    heldVersions: async () => async () => undefined,
    publish: (message) => effects.run('Publish', async () => void messages.push(message)),
    now: world.clock.now,
    ssm,
    positionParameter: POSITION,
    publishCounts: () => undefined,
    reserve: 60_000,
  };
}

/** A new world in which our clock and that of AWS agree again. */
export async function newWorld(world: RingWorld, options: WorldOptions = {}): Promise<void> {
  world.advance(Date.now() - world.clock.now());
  await world.reset(options);
}

/** Passes a quarter of an hour apart. */
export async function passes(world: RingWorld, count: number, options: PassOptions = {}): Promise<PassResult[]> {
  const results: PassResult[] = [];
  for (let index = 0; index < count; index++) {
    if (index > 0) world.advance(QUARTER);
    results.push(await pass(world, options));
  }
  return results;
}

export async function setPosition(_: RingWorld, position: object | string): Promise<void> {
  const Value = typeof position === 'string' ? position : JSON.stringify(position);
  await createSsmClient(REGION).send(
    new PutParameterCommand({ Name: POSITION, Type: 'String', Value, Overwrite: true }),
  );
}

export async function position(): Promise<unknown> {
  const { Parameter } = await createSsmClient(REGION).send(new GetParameterCommand({ Name: POSITION }));
  return JSON.parse(Parameter?.Value ?? '');
}

/** Our labels of a version, without their times. */
export async function kinds(world: RingWorld, key: WorldKey, version: string): Promise<LabelKind[]> {
  const labels = (await world.labels(key))[version] ?? [];
  return labels.flatMap((label) => parseLabel(label)?.kind ?? []).sort();
}

/** When the overlap of the version ends, in seconds since 1970. */
export async function overlapEnd(world: RingWorld, key: WorldKey, version: string): Promise<number | undefined> {
  const labels = (await world.labels(key))[version] ?? [];
  return labels.flatMap((label) => {
    const parsed = parseLabel(label);
    return parsed?.kind === LabelKind.REVOKE ? [parsed.epochSeconds] : [];
  })[0];
}

export async function moveLabel(
  world: RingWorld,
  { arn }: WorldKey,
  VersionStage: string,
  RemoveFromVersionId: string | undefined,
  MoveToVersionId: string | undefined,
): Promise<void> {
  await world.client.send(
    new UpdateSecretVersionStageCommand({ SecretId: arn, VersionStage, RemoveFromVersionId, MoveToVersionId }),
  );
}

/** No key of the ring: metrics that say nothing is wrong. */
export const QUIET = { [CaretakerMetric.PASS]: 1 };
