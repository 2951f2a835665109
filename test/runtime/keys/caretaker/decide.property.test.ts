// What holds for the decision in every world: the promises that no test of single cases can make.
import fc from 'fast-check';
import { CANDIDATE, CURRENT, LABEL_QUOTA, LabelKind, PENDING, parseLabel } from '../../../../contract/keys';
import { CaretakerMetric } from '../../../../contract/metrics';
import { endOfOverlap } from '../../../../runtime/keys/caretaker/facts';
import { provesDeath } from '../../../../runtime/keys/caretaker/probe-verdict';
import type { Step } from '../../../../runtime/keys/caretaker/step';
import { apply, CAPABILITIES, type Decided, HOUR, type Model, models, NOW, settle, stateOf } from './model';

const RUNS: fc.Parameters<unknown> = { numRuns: 3000 };
const ENDS_KEY: readonly Step['do'][] = ['quarantine', 'revoke', 'ask-delete'];

function check(promise: (model: Model, decided: Decided, step: Step) => void, parameters = RUNS): void {
  fc.assert(
    fc.property(models, (model) => {
      const decided = settle(model);
      if (decided.step) promise(model, decided, decided.step);
    }),
    parameters,
  );
}

const versionOf = (model: Model, { version }: Step) => {
  const found = stateOf(model).versions.find(({ id }) => id === version);
  if (!found) throw new Error('a step about a version without labels');
  return found;
};
const numberOf = (model: Model, { version }: Step) => model.versions.find(({ id }) => id === version)?.keyNumber;

test('the worlds reach every step', () => {
  const seen = new Set<string>();
  // which worlds come is fixed here: this is about the generator, not about the decision
  check((_, __, step) => seen.add(step.do), { numRuns: 15_000, seed: 7 });
  expect([...seen].sort()).toEqual(
    ['ask-delete', 'close', 'extend', 'pin', 'quarantine', 'reprieve', 'retry-rotation', 'revoke'].sort(),
  );
});

test('no step ends the key of AWSCURRENT, AWSPENDING, the candidate or a running overlap', () => {
  check((model, _, step) => {
    if (!ENDS_KEY.includes(step.do)) return;
    expect(versionOf(model, step).labels).toEqual(expect.not.arrayContaining([CURRENT]));
    const needed = stateOf(model).versions.filter((version) => {
      const end = endOfOverlap(version);
      return [CURRENT, PENDING, CANDIDATE].some((one) => version.labels.includes(one)) || (end ?? 0) > model.now;
    });
    const keys = needed.flatMap(({ id }) => model.versions.filter((one) => one.id === id && one.value === 'key'));
    expect(keys.map(({ keyNumber }) => keyNumber)).not.toContain(numberOf(model, step));
  });
});

test('no key ends before its time, nor while AWSCURRENT has not just passed its probe', () => {
  check((model, { asked }, step) => {
    if (!ENDS_KEY.includes(step.do)) return;
    const version = versionOf(model, step);
    expect(version.marks.length).toBeGreaterThan(0);
    for (const { kind, epochSeconds } of version.marks) {
      if (kind === LabelKind.REVOKE) expect(epochSeconds).toBeLessThanOrEqual(model.now);
    }
    const current = model.versions.find(({ labels }) => labels.includes(CURRENT));
    expect(asked).toContainEqual({ about: 'probe', version: current?.id });
    expect(current?.value).toBe('key');
    expect(model.answers).toBe('OK');
    expect(model.dead.has(current?.keyNumber ?? -1)).toBe(false);
  });
});

test('no key ends while its successor has not arrived in every region, unless it was restricted or handed over before', () => {
  check((model, _, step) => {
    const begun = versionOf(model, step).marks.some(({ kind }) =>
      [LabelKind.QUARANTINED, LabelKind.DELETE_ASKED].includes(kind),
    );
    if (ENDS_KEY.includes(step.do) && !begun) expect(model.inSync).toBe(true);
  });
});

test('labels of a version are taken away only when its key is proven dead, is none, or is needed', () => {
  check((model, _, step) => {
    if (step.do !== 'close') return;
    const version = model.versions.find(({ id }) => id === step.version);
    const shared = model.versions.some(
      ({ id, value, keyNumber }) => id !== step.version && value === 'key' && keyNumber === version?.keyNumber,
    );
    const none = version?.value === 'placeholder' || version?.value === 'no value';
    expect(none || shared || model.dead.has(version?.keyNumber ?? -1)).toBe(true);
  });
});

test('an end is only ever put off, and within the quota of labels', () => {
  check((model, _, step) => {
    const after = apply(model, step);
    const count = after.versions.reduce((sum, { labels }) => sum + labels.length, 0);
    const before = model.versions.reduce((sum, { labels }) => sum + labels.length, 0);
    expect(count).toBeLessThanOrEqual(Math.max(before, LABEL_QUOTA));
    if (step.do !== 'extend' && step.do !== 'pin') return;
    expect(step.until).toBeGreaterThanOrEqual(model.now + 24 * HOUR);
    expect(step.until).toBeGreaterThan(endOfOverlap(versionOf(model, step)) ?? 0);
  });
});

test('no step moves or takes a label of the service', () => {
  check((_, __, step) => {
    const labels = 'labels' in step ? step.labels : [];
    for (const label of labels) expect(parseLabel(label)).toBeDefined();
  });
});

test('a key in use is left alone until the hard stop, and not longer', () => {
  check((model, { findings }, step) => {
    if (step.do !== 'quarantine' && step.do !== 'revoke') return;
    const version = versionOf(model, step);
    if (
      version.marks.some(
        ({ kind }) => kind !== LabelKind.REVOKE && kind !== LabelKind.CREATE_ASKED && kind !== LabelKind.CREATE_INTENT,
      )
    )
      return;
    const end = endOfOverlap(version) ?? 0;
    const used = model.used.get(numberOf(model, step) ?? -1) ?? 0;
    const lives = !model.dead.has(numberOf(model, step) ?? -1);
    const held =
      model.held === 'unknown' ||
      [...model.held].some(([id, at]) => id === step.version && at > model.now - 2 * HOUR - 900);
    const inUse = model.capabilities.list && lives && (held || used > end - 6 * HOUR);
    if (!inUse) return;
    expect(model.now).toBeGreaterThanOrEqual(end + 24 * HOUR);
    const told = { metric: CaretakerMetric.REVOKED_WHILE_IN_USE, version: step.version };
    expect(findings).toContainEqual(expect.objectContaining(told));
  });
});

test('when the exchange behaves, every pass brings the end nearer: all pinned keys are dead and closed in finitely many, also while the watch says nothing', () => {
  fc.assert(
    fc.property(
      models.map((model) => ({
        ...model,
        answers: 'OK' as const,
        inSync: true,
        used: new Map<number, number>(),
        held: 'unknown' as const,
        versions: model.versions.map((version, keyNumber) => ({ ...version, keyNumber })),
      })),
      (start) => {
        const current = start.versions.find(({ labels }) => labels.includes(CURRENT));
        fc.pre(current?.value === 'key' && !start.dead.has(current.keyNumber));
        fc.pre(start.versions.every(({ value }) => value !== 'malformed'));
        fc.pre(start.versions.every(({ labels }) => !labels.includes(CANDIDATE)));
        let model: Model = { ...start, rotationEnabled: true };
        for (let passes = 0; passes < 60; passes++) {
          const { step } = settle(model);
          if (step) model = apply(model, step);
          // a person who is asked deletes the key
          if (step?.do === 'ask-delete') {
            model = { ...model, dead: new Set([...model.dead, numberOf(model, step) ?? -1]) };
          }
          // time passes; more of it than any overlap takes
          model = {
            ...model,
            now: model.now + 6 * HOUR,
            versions: model.versions.map((one) => ({ ...one, age: one.age + 6 * HOUR })),
          };
        }
        const ending = stateOf(model).versions.filter((version) => endOfOverlap(version) !== undefined);
        expect(ending).toEqual([]);
        const alive = model.versions.find(({ labels }) => labels.includes(CURRENT));
        expect(model.dead.has(alive?.keyNumber ?? -1)).toBe(false);
        for (const { id, value, keyNumber, labels } of model.versions) {
          const pinned = start.versions
            .find((one) => one.id === id)
            ?.labels.some((label) => label.startsWith('xk:revoke:'));
          const needed = labels.includes(CURRENT) || labels.includes(PENDING) || keyNumber === alive?.keyNumber;
          if (pinned && value === 'key' && !needed) expect(model.dead.has(keyNumber)).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('what does not prove death: a wrong address, an ambiguous code, no answer', () => {
  check((model, { asked }, step) => {
    if (step.do !== 'close' || model.capabilities.list) return;
    const probed = asked.some(({ about, version }) => about === 'probe' && version === step.version);
    if (probed && !model.dead.has(numberOf(model, step) ?? -1)) expect(provesDeath(model.answers)).toBe(true);
  });
});

test('a quarantine of an earlier life does not shorten the next one: the version waits for its readers again', () => {
  const model: Model = {
    now: NOW,
    versions: [
      { id: 'v0', labels: [CURRENT], value: 'key', keyNumber: 0, age: 0 },
      {
        id: 'v1',
        labels: [`xk:quarantined:${NOW - 48 * HOUR}`, `xk:revoke:${NOW - 60}`],
        value: 'key',
        keyNumber: 1,
        age: 0,
      },
    ],
    dead: new Set(),
    restricted: new Set(),
    used: new Map([[1, NOW - HOUR]]),
    held: new Map(),
    capabilities: CAPABILITIES,
    inSync: true,
    routine: false,
    rotationEnabled: true,
    answers: 'OK',
  };
  const held = settle(model);
  expect(held.findings).toEqual([{ metric: CaretakerMetric.OLD_KEY_STILL_IN_USE, version: 'v1', detail: undefined }]);
  expect(held.step).toBeUndefined();
  expect(settle({ ...model, inSync: false }).step).toBeUndefined();
  expect(settle({ ...model, used: new Map() }).step).toMatchObject({ do: 'quarantine', version: 'v1' });
});
