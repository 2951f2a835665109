// What steps share: labels that no version has yet, and when two documents are one key.
import fc from 'fast-check';
import { formatLabel, type KeyDocument, LabelKind } from '../../../contract/keys';
import type { KeyState } from '../../../runtime/keys/key-state';
import { freeLabel, sameKey } from '../../../runtime/keys/run';

test('a label is the wanted second, or the next that no version carries', () => {
  const seconds = fc.nat(20);
  fc.assert(
    fc.property(fc.uniqueArray(seconds), fc.nat(20_000), (taken, milliseconds) => {
      const versions = taken.map((second, index) => ({
        id: String(index),
        labels: [formatLabel(LabelKind.REVOKE, second)],
        marks: [],
      }));
      const label = freeLabel({ versions } as unknown as KeyState, LabelKind.REVOKE, milliseconds);
      const second = Number(label.split(':')[2]);
      expect(label).toBe(formatLabel(LabelKind.REVOKE, second));
      expect(taken).not.toContain(second);
      // never early, and nothing free was passed over
      expect(second * 1000).toBeGreaterThanOrEqual(milliseconds);
      for (let earlier = Math.ceil(milliseconds / 1000); earlier < second; earlier++) expect(taken).toContain(earlier);
    }),
  );
});

test('the same API key or the same key id is the same key', () => {
  const document = (keyId: string, apiKey: string) => ({ keyId, apiKey }) as KeyDocument;
  expect(sameKey(document('1', 'a'), document('1', 'b'))).toBe(true);
  expect(sameKey(document('1', 'a'), document('2', 'a'))).toBe(true);
  expect(sameKey(document('1', 'a'), document('2', 'b'))).toBe(false);
});
