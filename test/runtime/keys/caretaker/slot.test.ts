// The turns of the routine checks: spread, each once in its time, none lost to a pass that was cut short.
import fc from 'fast-check';
import { isDue, ROUTINE_SECONDS, SEARCH_SECONDS } from '../../../../runtime/keys/caretaker/slot';

const PASS = 900;
const start = fc.integer({ min: 0, max: 2_000_000_000 });

test('every name has one turn in each span, whenever one begins to count', () => {
  fc.assert(
    fc.property(fc.string(), start, fc.constantFrom(ROUTINE_SECONDS, SEARCH_SECONDS), (name, from, every) => {
      const passes = Array.from({ length: every / PASS }, (_, index) => from + index * PASS);
      expect(passes.filter((now) => isDue(name, every, now - PASS, now))).toHaveLength(1);
    }),
  );
});

test('a pass that stands for several has the turns of all of them', () => {
  fc.assert(
    fc.property(fc.string(), start, fc.integer({ min: 1, max: 40 }), (name, from, missed) => {
      const now = from + missed * PASS;
      const each = Array.from({ length: missed }, (_, index) => from + (index + 1) * PASS);
      const any = each.some((time) => isDue(name, ROUTINE_SECONDS, time - PASS, time));
      expect(isDue(name, ROUTINE_SECONDS, from, now)).toBe(any);
    }),
  );
});

test('a thousand names are spread over the passes', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `exchange-keys/prod/prod-bot-${index}`);
  for (let now = 0; now < ROUTINE_SECONDS; now += PASS) {
    const due = names.filter((name) => isDue(name, ROUTINE_SECONDS, now - PASS, now)).length;
    expect(due).toBeGreaterThan(15);
    expect(due).toBeLessThan(80);
  }
});
