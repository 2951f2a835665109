// What holds an old key at the end of its overlap, at the exact boundaries: reports, silence, the exchange's word, and what has begun.
import { CURRENT } from '../../../../contract/keys';
import { CaretakerMetric } from '../../../../contract/metrics';
import { CAPABILITIES, HOUR, type Model, NOW, settle } from './model';

const OLD = 'v1';
const END = NOW - 60;

function model(changes: Partial<Model> = {}, labels = [`xk:revoke:${END}`]): Model {
  return {
    now: NOW,
    versions: [
      { id: 'v0', labels: [CURRENT], value: 'key', keyNumber: 0, age: 0 },
      { id: OLD, labels, value: 'key', keyNumber: 1, age: 0 },
    ],
    dead: new Set(),
    restricted: new Set(),
    used: new Map(),
    held: new Map(),
    capabilities: CAPABILITIES,
    inSync: true,
    routine: false,
    rotationEnabled: true,
    answers: 'OK',
    ...changes,
  };
}

const { KEYS_FAILED, OLD_KEY_STILL_IN_USE, REVOKED_WHILE_IN_USE } = CaretakerMetric;
/** What is found, and what is done. */
const outcome = (one: Model) => {
  const { step, findings } = settle(one);
  return [findings.map(({ metric }) => metric), step?.do];
};
const held = (ago: number) => ({ held: new Map([[OLD, NOW - ago]]) });
const REPORTED = 2 * HOUR + 900;

test.each<[string, Partial<Model>, unknown[]]>([
  ['nobody says anything', {}, [[], 'quarantine']],
  ['reported now', held(0), [[OLD_KEY_STILL_IN_USE], undefined]],
  ['reported two hours and a pass ago, less a second', held(REPORTED - 1), [[OLD_KEY_STILL_IN_USE], undefined]],
  ['reported two hours and a pass ago', held(REPORTED), [[], 'quarantine']],
  ['another version is reported', { held: new Map([['v0', NOW]]) }, [[], 'quarantine']],
  ['nobody can say', { held: 'unknown' }, [[KEYS_FAILED, OLD_KEY_STILL_IN_USE], undefined]],
  [
    'used, and nobody can say',
    { held: 'unknown', used: new Map([[1, NOW]]) },
    [[KEYS_FAILED, OLD_KEY_STILL_IN_USE], undefined],
  ],
  ['used, not reported', { used: new Map([[1, NOW]]) }, [[OLD_KEY_STILL_IN_USE], undefined]],
  ['reported, and gone at the exchange', { ...held(0), dead: new Set([1]) }, [[], 'quarantine']],
  ['nobody can say, and gone at the exchange', { held: 'unknown', dead: new Set([1]) }, [[], 'quarantine']],
])('%s', (_, changes, expected) => {
  expect(outcome(model(changes))).toEqual(expected);
});

test.each<[string, Partial<Model>, CaretakerMetric[]]>([
  ['reported', held(0), [REVOKED_WHILE_IN_USE]],
  ['nobody can say', { held: 'unknown' }, [KEYS_FAILED, REVOKED_WHILE_IN_USE]],
])('one overlap later it ends: %s', (_, changes, findings) => {
  const stop = [`xk:revoke:${NOW - 24 * HOUR}`];
  expect(outcome(model(changes, stop))).toEqual([findings, 'quarantine']);
  expect(outcome(model(changes, [`xk:revoke:${NOW - 24 * HOUR + 1}`]))[1]).toBeUndefined();
});

test.each<[string, Partial<Model>]>([
  ['reported', held(0)],
  ['nobody can say', { held: 'unknown' }],
])('what has been restricted is revoked, whoever holds it: %s', (_, changes) => {
  const begun = [`xk:revoke:${END}`, `xk:quarantined:${NOW - 30}`];
  expect(outcome(model(changes, begun))).toEqual([[], 'revoke']);
  expect(settle(model(changes, begun)).asked).not.toContainEqual({ about: 'held', version: OLD });
});

test('before the end nobody is asked, nor by an exchange that says that the key is gone', () => {
  const asked = (one: Model) => settle(one).asked.filter(({ about }) => about === 'held');
  expect(asked(model(held(0), [`xk:revoke:${NOW + 1}`]))).toEqual([]);
  expect(asked(model({ dead: new Set([1]) }))).toEqual([]);
  expect(asked(model())).toEqual([{ about: 'held', version: OLD }]);
});

test('a held key is not asked itself: that would be a use of it', () => {
  const noList = { ...held(0), capabilities: { ...CAPABILITIES, list: false } };
  expect(settle(model(noList)).asked).not.toContainEqual({ about: 'inspected', version: OLD });
});

test('says when the version was seen', () => {
  const [finding] = settle(model(held(1))).findings;
  expect(finding).toEqual({
    metric: OLD_KEY_STILL_IN_USE,
    version: OLD,
    detail: `a workload held it at ${new Date((NOW - 1) * 1000).toISOString()}`,
  });
});
