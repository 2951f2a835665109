// States of keys from labels and dates, one after the other through a key's life, and their words.

import { ageInDays, statesOf } from '../../../bin/cli/key/key-state';
import { labelWords } from '../../../bin/cli/key/label-words';
import { type KeyFacts, keyFacts } from '../../../bin/cli/key-facts';
import { formatLabel, LabelKind } from '../../../contract/keys';
import { DESCRIPTION } from './support/ring-stack';

const NOW = new Date('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const after = (hours: number) => new Date(NOW.getTime() + hours * HOUR);
const label = (kind: LabelKind, hours: number) => formatLabel(kind, after(hours).getTime() / 1000);

const HEALTHY = {
  Name: 'exchange-keys/prod/prod-trader-bot-a',
  ARN: 'arn',
  Description: DESCRIPTION,
  RotationEnabled: true,
  LastRotatedDate: after(-48),
  NextRotationDate: after(600),
  VersionIdsToStages: { two: ['AWSCURRENT'], one: ['AWSPREVIOUS'] } as Record<string, string[]>,
};
const facts = (more: Partial<typeof HEALTHY> & { DeletedDate?: Date } = {}): KeyFacts =>
  keyFacts({ ...HEALTHY, ...more });
const texts = (more?: Parameters<typeof facts>[0]) => statesOf(facts(more), NOW).map(({ text }) => text);
const labelled = (two: string[], one: string[] = ['AWSPREVIOUS'], three?: string[]) =>
  texts({ VersionIdsToStages: { two: ['AWSCURRENT', ...two], one, ...(three && { three }) } });

test('nothing to say', () => expect(texts()).toEqual(['ok']));

test('a placeholder is no key, until anything else has been current', () => {
  const fresh = { LastRotatedDate: undefined, VersionIdsToStages: { one: ['AWSCURRENT'] } };
  expect(texts(fresh)).toEqual(['not bootstrapped']);
  expect(texts({ ...fresh, VersionIdsToStages: { one: ['AWSCURRENT'], two: ['XKCANDIDATE'] } })).toEqual([
    'not bootstrapped',
    'candidate waiting',
  ]);
  expect(texts({ LastRotatedDate: undefined })).toEqual(['ok']);
});

test('a rotation under way; AWSPENDING left on the current version is none', () => {
  expect(labelled([], ['AWSPREVIOUS'], ['AWSPENDING'])).toEqual(['rotating']);
  expect(labelled(['AWSPENDING'])).toEqual(['ok']);
});

test('the end of the overlap: the latest counts, and an hour is left to the caretaker', () => {
  const revoke = (hours: number) => [label(LabelKind.REVOKE, hours)];
  expect(labelled([], revoke(2))).toEqual(['overlap until 2026-11-22 12:00 UTC']);
  expect(labelled([], revoke(2), revoke(20))).toEqual(['overlap until 2026-11-23 06:00 UTC']);
  expect(labelled([], revoke(-0.5))).toEqual(['revocation due']);
  expect(labelled([], revoke(-2))).toEqual(['revocation overdue']);
  expect(labelled([], revoke(-2), revoke(2))).toEqual(['revocation overdue', 'overlap until 2026-11-22 12:00 UTC']);
  // written before AWSCURRENT moves: a promotion under way, or rolled back
  expect(labelled(revoke(-2))).toEqual(['ok']);
  expect(labelled([], [label(LabelKind.QUARANTINED, -1)])).toEqual(['old key restricted, revoked next']);
});

test('what people were asked for', () => {
  expect(labelled([label(LabelKind.CREATE_ASKED, -1)])).toEqual(['asked for a new key']);
  expect(labelled([label(LabelKind.CREATE_INTENT, -1)])).toEqual(['unknown whether a key was created']);
  expect(labelled([], [label(LabelKind.DELETE_ASKED, -1)])).toEqual(['asked to delete the old key']);
  // about a version that is no longer current
  expect(labelled([], [label(LabelKind.CREATE_ASKED, -1)])).toEqual(['ok']);
});

test('too old, too late, switched off, on its way out', () => {
  expect(texts({ LastRotatedDate: after(-30 * 24 - 1) })).toEqual(['ok']);
  expect(texts({ LastRotatedDate: after(-31 * 24) })).toEqual(['rotation overdue']);
  expect(texts({ NextRotationDate: after(-23) })).toEqual(['ok']);
  expect(texts({ NextRotationDate: after(-25) })).toEqual(['rotation overdue']);
  expect(texts({ RotationEnabled: false })).toEqual(['rotation off']);
  expect(texts({ DeletedDate: after(24) })).toEqual(['deletion planned for 2026-11-23 10:00 UTC']);
});

test('what cannot be read is said and hides nothing else', () => {
  expect(texts({ Description: 'edited by hand' })).toEqual(['unreadable: DESCRIPTION_MALFORMED']);
  expect(texts({ Name: 'exchange-keys/prod/odd' })).toEqual(['unreadable: KEY_NAME_MALFORMED']);
  expect(labelled(['xk:newer:1793000000'], ['XKCANDIDATE'])).toEqual([
    'candidate waiting',
    'unreadable: LABEL_MALFORMED',
  ]);
  expect(facts({ Name: 'exchange-keys/prod/odd' }).name).toBe('exchange-keys/prod/odd');
});

test('age in whole days', () => {
  expect(ageInDays(facts(), NOW)).toBe(2);
  expect(ageInDays(facts({ LastRotatedDate: after(1) }), NOW)).toBe(0);
  expect(ageInDays(facts({ LastRotatedDate: undefined }), NOW)).toBeUndefined();
});

test('labels in words', () => {
  expect(labelWords(['AWSCURRENT', 'AWSPENDING'])).toBe('current: workloads read it');
  expect(labelWords(['AWSPREVIOUS', label(LabelKind.REVOKE, 0)])).toBe(
    'previous: was current before; to be revoked, not before 2026-11-22 10:00 UTC',
  );
  expect(labelWords([])).toBe('deprecated: AWS deletes it some day');
  expect(labelWords(['blue'])).toBe("label 'blue', none of ours");
  expect(labelWords(['xk:newer:1'])).toBe("label 'xk:newer:1', not understood");
  for (const kind of Object.values(LabelKind)) expect(labelWords([label(kind, 0)])).toContain('2026-11-22 10:00 UTC');
});
