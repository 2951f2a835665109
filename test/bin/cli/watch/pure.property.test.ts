// What holds for any records and any text: totals are those of the records, and nothing invisible is printed.
import fc from 'fast-check';
import { printable, printableJson } from '../../../../bin/cli/output/printable';
import { parsePeriod } from '../../../../bin/cli/output/times';
import { findingJson, parseFindingLine } from '../../../../bin/cli/watch/finding-line';
import type { Row } from '../../../../bin/cli/watch/insights';
import { countsByKey } from '../../../../bin/cli/watch/requests';
import { AUTH_FAILURES, Outcome } from '../../../../contract/watch';

const record = fc.record({
  keyName: fc.constantFrom('prod-a-a', 'prod-b-b', '__proto__'),
  outcome: fc.constantFrom(...Object.values(Outcome)),
  count: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
  timestamp: fc.integer({ min: 0, max: 4e12 }),
});
type Sent = typeof record extends fc.Arbitrary<infer T> ? T : never;

/** As Logs Insights answers: numbers as text, and no sum where there was nothing to add. */
function groups(records: readonly Sent[], by: readonly ('keyName' | 'outcome')[]): [Sent, Sent[]][] {
  const found = new Map<string, Sent[]>();
  for (const sent of records) {
    const id = JSON.stringify(by.map((name) => sent[name]));
    found.set(id, [...(found.get(id) ?? []), sent]);
  }
  return [...found.values()].map((members) => [members[0], members]);
}

const total = (records: readonly Sent[]) => records.reduce((sum, { count }) => sum + (count ?? 1), 0);

test('totals of a key are those of its records, whatever is aggregated', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 60 }), (records) => {
      const outcomeRows = groups(records, ['keyName', 'outcome']).map(([{ keyName, outcome }, members]): Row => {
        const counts = members.flatMap(({ count }) => count ?? []);
        const aggregated = counts.length > 0 && { aggregated: `${counts.reduce((a, b) => a + b)}` };
        return { keyName, outcome, lines: `${members.length}`, aggregates: `${counts.length}`, ...aggregated };
      });
      const usageRows = groups(records, ['keyName']).map(([{ keyName }, members]): Row => {
        const lastUsed = Math.max(...members.map(({ timestamp }) => timestamp));
        return { keyName, lines: `${members.length}`, addresses: '1', lastUsed: `${lastUsed}` };
      });
      const counts = countsByKey(outcomeRows, usageRows);
      for (const [{ keyName }, members] of groups(records, ['keyName'])) {
        const auth = members.filter(({ outcome }) => AUTH_FAILURES.has(outcome));
        expect(counts.get(keyName)).toMatchObject({
          requests: total(members),
          failures: total(members.filter(({ outcome }) => outcome !== Outcome.OK)),
          authFailures: total(auth),
          lastUsed: new Date(Math.max(...members.map(({ timestamp }) => timestamp))),
        });
        expect(Object.values(counts.get(keyName)?.outcomes ?? {}).reduce((a, b) => a + b)).toBe(total(members));
      }
      expect(counts.size).toBe(groups(records, ['keyName']).length);
    }),
  );
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

test('whatever the text is, only visible characters are printed, and JSON stays the same value', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(printable(text)).not.toMatch(/\p{C}|\p{Zl}|\p{Zp}/u);
      for (const indent of [undefined, 2]) {
        const json = printableJson({ [text]: [text] }, indent);
        expect(json).not.toMatch(/[^\P{C}\n]|\p{Zl}|\p{Zp}/u);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
      }
    }),
  );
});

test('no line of a log makes the reader throw', () => {
  const fields = fc.record(
    {
      message: fc.oneof(fc.constant('finding'), fc.jsonValue()),
      finding: fc.oneof(anyText, fc.jsonValue()),
      keyName: fc.oneof(anyText, fc.jsonValue()),
      subject: fc.oneof(anyText, fc.jsonValue()),
      at: fc.oneof(fc.double(), fc.integer(), fc.jsonValue()),
      detail: fc.jsonValue(),
      sourceIp: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fields.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(line, (text) => {
      const finding = parseFindingLine(text);
      if (finding) expect(JSON.parse(printableJson(findingJson(finding))).keyName).toBe(finding.keyName);
    }),
  );
});

test('a period is what it says, from a minute to 90 days, and nothing else is one', () => {
  const MINUTES = { m: 1, h: 60, d: 1440 } as const;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom('m', 'h', 'd'), (number, unit) => {
      const minutes = number * MINUTES[unit];
      const parse = () => parsePeriod('--since', `${number}${unit}`);
      if (minutes >= 1 && minutes <= 90 * 1440) expect(parse()).toBe(minutes * 60_000);
      else expect(parse).toThrow(/--since takes a period such as 30m, 12h or 7d, from 1m to 90d, got '/);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^[1-9][0-9]*[mhd]$/.test(text));
      expect(() => parsePeriod('--since', text)).toThrow();
    }),
  );
});
