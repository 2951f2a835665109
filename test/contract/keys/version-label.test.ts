import fc from 'fast-check';
import { CANDIDATE, CURRENT, formatLabel, LabelKind, PENDING, PREVIOUS, parseLabel } from '../../../contract/keys';
import { refusal } from '../../support/config-error';
import { codeOf } from '../refusal';

const kinds = fc.constantFrom(...Object.values(LabelKind));
const seconds = fc.integer({ min: 0, max: 99_999_999_999 });

test('kinds and form are frozen: secrets have them', () => {
  expect(Object.values(LabelKind).map((kind) => formatLabel(kind, 1_793_000_000))).toEqual([
    'xk:revoke:1793000000',
    'xk:quarantined:1793000000',
    'xk:create-intent:1793000000',
    'xk:create-asked:1793000000',
    'xk:delete-asked:1793000000',
  ]);
});

test('every label can be read back, and AWS takes it (1 to 256 characters)', () => {
  fc.assert(
    fc.property(kinds, seconds, (kind, epochSeconds) => {
      const label = formatLabel(kind, epochSeconds);
      expect(parseLabel(label)).toEqual({ kind, epochSeconds });
      expect(label.length).toBeLessThanOrEqual(256);
    }),
  );
});

test('what begins like ours is understood exactly, or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z-]{1,13}:[0-9]{0,13}$/)), (rest) => {
      const label = `xk:${rest}`;
      const code = codeOf(() => parseLabel(label));
      if (code !== undefined) expect(code).toBe('LABEL_MALFORMED');
      else {
        const read = parseLabel(label);
        expect(read && formatLabel(read.kind, read.epochSeconds)).toBe(label);
      }
    }),
  );
});

test.each([CURRENT, PENDING, PREVIOUS, CANDIDATE, 'release-7', 'XK:revoke:1', '', 'xkrevoke'])(
  '%j is none of ours',
  (label) => {
    expect(parseLabel(label)).toBeUndefined();
  },
);

test.each([
  'xk:',
  'xk:revoke',
  'xk:revoke:',
  'xk:revoke:x',
  'xk:revoke:-1',
  'xk:revoke:1.5',
  'xk:revoke:007',
  'xk:revoke:1 ',
  'xk:later:1',
  'xk:revoke:999999999999',
])('%j is refused', (label) => {
  refusal('LABEL_MALFORMED', () => parseLabel(label));
});

test.each([-1, 0.5, Number.NaN, Infinity, 100_000_000_000])('%d is no time of a label', (time) => {
  refusal('LABEL_TIME_MALFORMED', () => formatLabel(LabelKind.REVOKE, time));
});
