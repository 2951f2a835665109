// A small world for the pure decision: versions, keys that live or die, an exchange that can do this or that. No clock, no network.
import fc from 'fast-check';
import { ErrorClass } from '../../../../contract/exchange/error-class';
import {
  CANDIDATE,
  CURRENT,
  formatLabel,
  type KeyDocument,
  keyName,
  LabelKind,
  PENDING,
  PREVIOUS,
  parseLabel,
} from '../../../../contract/keys';
import type { Capabilities, ProbeResult } from '../../../../runtime/exchange/adapter';
import { decide } from '../../../../runtime/keys/caretaker/decide';
import { type Answers, Known, type Question } from '../../../../runtime/keys/caretaker/known';
import type { Finding, Step } from '../../../../runtime/keys/caretaker/step';
import type { KeyState } from '../../../../runtime/keys/key-state';

export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const NOW = 1_800_000_000;

export interface ModelVersion {
  readonly id: string;
  readonly labels: readonly string[];
  readonly value: 'key' | 'placeholder' | 'no value' | 'malformed';
  /** Two versions of one number hold one key. */
  readonly keyNumber: number;
  /** Age of the version in seconds. */
  readonly age: number;
}

export interface Model {
  readonly now: number;
  readonly versions: readonly ModelVersion[];
  readonly dead: ReadonlySet<number>;
  readonly restricted: ReadonlySet<number>;
  /** Seconds since 1970 of the last use, by key number. */
  readonly used: ReadonlyMap<number, number>;
  /** Seconds since 1970 when a workload was last seen with a version; or nobody can say. */
  readonly held: ReadonlyMap<string, number> | 'unknown';
  readonly capabilities: Capabilities;
  readonly inSync: boolean;
  readonly routine: boolean;
  readonly rotationEnabled: boolean;
  /** What a probe of a living key gives. */
  readonly answers: ProbeResult['result'];
}

export const CAPABILITIES: Capabilities = {
  create: true,
  revoke: true,
  restrict: true,
  list: true,
  revokeSignedBy: 'management',
  clearErrors: true,
  activationSeconds: 0,
  requestsPerSecond: 10,
};

export interface Decided {
  readonly step?: Step;
  readonly findings: readonly Finding[];
  readonly asked: readonly Question[];
}

export function settle(model: Model): Decided {
  const known = new Known();
  const asked: Question[] = [];
  for (let round = 0; round < 200; round++) {
    const decision = decide({ now: model.now, key: stateOf(model), routine: model.routine, known });
    if (!('ask' in decision)) return { ...decision, asked };
    const { about, version } = decision.ask;
    if (asked.some((one) => one.about === about && one.version === version)) throw new Error('asked twice');
    asked.push(decision.ask);
    known.answer(about, version, answer(model, decision.ask) as Answers[typeof about]);
  }
  throw new Error('asks for ever');
}

export function stateOf({ versions, rotationEnabled }: Model): KeyState {
  return {
    arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:exchange-keys/prod/prod-bot-a-AbCdEf',
    secretName: 'exchange-keys/prod/prod-bot-a',
    key: keyName('prod', 'bot', 'a'),
    description: { owner: 'o', exchange: 'xxkk', permissions: ['trade'], tier: 'high' as never, overlapHours: 24 },
    rotationEnabled,
    versions: versions
      .filter(({ labels }) => labels.length > 0)
      .map(({ id, labels }) => ({
        id,
        labels,
        marks: labels.flatMap((label) => {
          const parsed = parseLabel(label);
          return parsed ? [{ ...parsed, label }] : [];
        }),
      })),
  };
}

function answer(model: Model, { about, version }: Question): unknown {
  const found = model.versions.find(({ id }) => id === version);
  const number = found?.keyNumber ?? -1;
  const dead = model.dead.has(number);
  const usedAt = model.used.get(number);
  const facts = {
    keyId: `id-${number}`,
    permissions: [],
    allowlist: [],
    ...(usedAt !== undefined && { lastUsedAt: new Date(usedAt * 1000) }),
  };
  switch (about) {
    case 'exchange':
      return model.capabilities;
    case 'replicas':
      return model.inSync;
    case 'value':
      return found?.value === 'key' ? documentOf(number, model.now) : (found?.value ?? 'no value');
    case 'created':
      return model.now - (found?.age ?? 0);
    case 'probe':
      return dead ? ErrorClass.KEY_UNKNOWN : model.answers;
    case 'listed':
      return model.capabilities.list ? (dead ? 'gone' : facts) : 'unknown';
    case 'inspected':
      return dead ? 'unknown' : facts;
    case 'held':
      return model.held === 'unknown' ? { unknown: 'no answer' } : { at: model.held.get(version) };
    case 'drift':
      return { codes: [], standby: [] };
  }
}

function documentOf(number: number, now: number): KeyDocument {
  const createdAt = new Date((now - DAY) * 1000).toISOString();
  const texts = { keyId: `id-${number}`, apiKey: `key-${number}`, apiSecret: `secret-${number}` };
  return { schema: 1, exchange: 'xxkk', name: 'prod-bot-a', ...texts, createdAt };
}

/** What the step leaves behind when the exchange and AWS do as they are told. */
export function apply(model: Model, step: Step): Model {
  const number = model.versions.find(({ id }) => id === step.version)?.keyNumber ?? -1;
  const relabelled = (drop: readonly string[], add: string[] = []) =>
    model.versions.map((version) =>
      version.id === step.version
        ? { ...version, labels: [...version.labels.filter((label) => !drop.includes(label)), ...add] }
        : version,
    );
  const fresh = (kind: LabelKind, time: number) => {
    const taken = model.versions.flatMap(({ labels }) => labels);
    let second = time;
    while (taken.includes(formatLabel(kind, second))) second++;
    return formatLabel(kind, second);
  };
  switch (step.do) {
    case 'reprieve':
    case 'close':
      return { ...model, versions: relabelled(step.labels) };
    case 'extend':
      return { ...model, versions: relabelled(step.labels, [fresh(LabelKind.REVOKE, step.until)]) };
    case 'quarantine':
      return {
        ...model,
        versions: relabelled([], [fresh(LabelKind.QUARANTINED, model.now)]),
        restricted: new Set([...model.restricted, number]),
      };
    case 'revoke':
      return { ...model, versions: relabelled(step.labels), dead: new Set([...model.dead, number]) };
    case 'ask-delete':
      return { ...model, versions: relabelled(step.labels, [fresh(LabelKind.DELETE_ASKED, model.now)]) };
    case 'pin':
      return { ...model, versions: relabelled([], [fresh(LabelKind.REVOKE, step.until)]) };
    case 'ask-create':
      return { ...model, versions: relabelled(step.labels, [fresh(LabelKind.CREATE_ASKED, model.now)]) };
    case 'retry-rotation':
      return {
        ...model,
        versions: model.versions.map((version) => ({
          ...version,
          labels: version.labels.filter((label) => label !== PENDING),
        })),
      };
  }
}

// --- Worlds

const mark = (time: fc.Arbitrary<number>) => fc.record({ kind: fc.constantFrom(...Object.values(LabelKind)), time });

export const times = fc.integer({ min: -3 * DAY, max: 3 * DAY }).map((offset) => NOW + offset);

const capabilities: fc.Arbitrary<Capabilities> = fc.record({
  create: fc.boolean(),
  revoke: fc.boolean(),
  restrict: fc.boolean(),
  list: fc.boolean(),
  revokeSignedBy: fc.constantFrom('management' as const, 'key' as const),
  clearErrors: fc.constant(true),
  activationSeconds: fc.constant(0),
  requestsPerSecond: fc.constant(10),
});

/** Any set of labels on up to five versions, each service label on one of them at most. */
export const models: fc.Arbitrary<Model> = fc
  .record({
    versions: fc.array(
      fc.record({
        marks: fc.oneof(fc.array(mark(times), { maxLength: 0 }), fc.array(mark(times), { maxLength: 3 })),
        value: fc.constantFrom(
          'key' as const,
          'key' as const,
          'key' as const,
          'placeholder' as const,
          'no value' as const,
          'malformed' as const,
        ),
        keyNumber: fc.integer({ min: 0, max: 4 }),
        age: fc.integer({ min: 0, max: 3 * DAY }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    // usually the first version is current and nothing is under way, or hardly any step could be taken
    holders: fc.tuple(
      fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.option(fc.nat({ max: 4 })) }),
      ...[PENDING, PREVIOUS, CANDIDATE].map(() => fc.option(fc.nat({ max: 4 }), { freq: 2 })),
    ),
    dead: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 1 }),
    used: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), times), { maxLength: 2 }),
    held: fc.oneof(
      { weight: 5, arbitrary: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), times), { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant('unknown' as const) },
    ),
    capabilities,
    inSync: fc.boolean(),
    routine: fc.boolean(),
    rotationEnabled: fc.boolean(),
    answers: fc.constantFrom<ProbeResult['result']>(...Array(20).fill('OK'), ...Object.values(ErrorClass)),
  })
  .map(({ versions, holders, dead, used, held, ...rest }) => {
    const seen = new Set<string>();
    const service = [CURRENT, PENDING, PREVIOUS, CANDIDATE];
    return {
      ...rest,
      now: NOW,
      dead: new Set(dead),
      restricted: new Set<number>(),
      used: new Map(used),
      held: held === 'unknown' ? held : new Map(held.map(([index, time]) => [`v${index}`, time])),
      versions: versions.map(({ marks, ...version }, index) => {
        const own = marks.map(({ kind, time }) => formatLabel(kind, time)).filter((label) => !seen.has(label));
        for (const label of own) seen.add(label);
        return {
          ...version,
          id: `v${index}`,
          labels: [...new Set(own), ...service.filter((_, at) => holders[at] === index)],
        };
      }),
    };
  });
