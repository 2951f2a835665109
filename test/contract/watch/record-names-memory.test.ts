// What is remembered of names that were good: never one that was not, however many were asked for.
import { isEndpoint, isKeyName, isVersionId } from '../../../contract/watch/record-names';

test('a value stays good or bad however often it is asked for, and however many others were', () => {
  const versions = Array.from({ length: 5_001 }, (_, index) => String(index).padStart(32, 'a'));
  for (let round = 0; round < 2; round++) {
    expect(versions.every(isVersionId)).toBe(true);
    expect(isVersionId('a b'.padStart(32, 'a'))).toBe(false);
    expect(isVersionId(versions[0])).toBe(true);
  }
});

test('a value that is longer than any good one is refused', () => {
  expect(isKeyName(`prod-${'a'.repeat(200)}-a`)).toBe(false);
  expect(isEndpoint(`/${'a'.repeat(128)}`)).toBe(false);
});

test('only texts are names', () => {
  for (const value of [undefined, null, 7, {}, ['prod-trader-bot-a']]) expect(isKeyName(value)).toBe(false);
});
