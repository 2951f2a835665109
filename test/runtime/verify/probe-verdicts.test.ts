// The tables of verdicts, over everything an exchange or an echo service can say: what is unknown never passes.
import fc from 'fast-check';
import { type Cidr, parseCidr } from '../../../contract/cidr';
import { ErrorClass } from '../../../contract/exchange/error-class';
import { outcomeOf, type ProbeCheck } from '../../../contract/verify';
import { ExchangeError } from '../../../runtime/exchange/adapter';
import { addressVerdict, agreedAddress } from '../../../runtime/verify/address-verdict';
import type { EchoAnswer } from '../../../runtime/verify/echo-services';
import {
  allowlistVerdict,
  insideVerdict,
  outsideVerdict,
  shownEntries,
} from '../../../runtime/verify/exchange-verdict';
import { insideCounts } from '../../../runtime/verify/inside-probe';
import { outsideCounts } from '../../../runtime/verify/outside-probe';
import { check, undecided } from '../../../runtime/verify/probe-check';

const address = fc.constantFrom('203.0.113.1', '203.0.113.2', '203.0.113.3');
const seen = fc.record({ service: fc.constant('a.example'), address });
const problem = fc.record({
  service: fc.constant('b.example'),
  problem: fc.constantFrom('silent' as const, 'malformed' as const),
  reason: fc.constant('why'),
});
const answers: fc.Arbitrary<EchoAnswer[]> = fc.array(fc.oneof(seen, problem), { maxLength: 4 });
const isProblem = (answer: EchoAnswer) => 'problem' in answer;

describe('the address', () => {
  test('passes when every service sees the expected one, fails when all see the same other one', () => {
    fc.assert(
      fc.property(address, answers, (expected, said) => {
        const addresses = said.flatMap((answer) => ('address' in answer ? [answer.address] : []));
        const all = addresses.length > 0 && addresses.length === said.length;
        const same = all && new Set(addresses).size === 1;
        const outcome = same ? (addresses[0] === expected ? 'pass' : 'fail') : 'unknown';
        expect(addressVerdict(expected, said).outcome).toBe(outcome);
        expect(agreedAddress(said)).toBe(same ? addresses[0] : undefined);
      }),
    );
  });

  test('a service that says nothing usable never makes it better', () => {
    fc.assert(
      fc.property(address, answers, problem, (expected, said, more) => {
        const { outcome, code } = addressVerdict(expected, [...said, more]);
        expect(outcome).toBe('unknown');
        const silent = [...said, more].some((answer) => isProblem(answer) && JSON.stringify(answer).includes('silent'));
        expect(code).toBe(silent ? 'ECHO_NO_ANSWER' : 'ECHO_MALFORMED');
      }),
    );
  });
});

describe('a signed read', () => {
  const refusal = (errorClass: ErrorClass) => new ExchangeError(errorClass, 'probe', 'no', '4711');
  const others = Object.values(ErrorClass).filter((one) => one !== ErrorClass.IP_NOT_ALLOWED);

  test('the two probes are each other’s opposite', () => {
    expect([insideVerdict('OK').outcome, outsideVerdict('OK').outcome]).toEqual(['pass', 'fail']);
    const refused = refusal(ErrorClass.IP_NOT_ALLOWED);
    expect([insideVerdict(refused).outcome, outsideVerdict(refused).outcome]).toEqual(['fail', 'pass']);
  });

  test.each(others)('%s decides nothing', async (errorClass) => {
    for (const judge of [insideVerdict, outsideVerdict]) {
      const made = await check('signed-read', 'k', 1_000, async () => judge(refusal(errorClass)));
      expect(made).toMatchObject({ outcome: 'unknown', code: errorClass, detail: expect.stringContaining('4711') });
    }
  });
});

describe('the list at the exchange', () => {
  const one = fc.integer({ min: 0, max: 7 }).map((last) => parseCidr(`203.0.113.${last}/32`));
  const ours = fc.uniqueArray(one, { minLength: 1, maxLength: 6, selector: ({ text }) => text });
  const active = (ranges: readonly Cidr[]) => ({ ranges, active: ranges });
  const texts = (cidrs: readonly Cidr[]) => cidrs.map(({ text }) => text);

  test('passes only when it is the same set', () => {
    fc.assert(
      fc.property(ours, ours, fc.nat(6), fc.boolean(), (published, listed, inUse, bare) => {
        const entries = texts(listed).map((text) => (bare ? text.replace('/32', '') : text));
        const lacks = (wanted: readonly Cidr[]) => texts(wanted).some((text) => !texts(listed).includes(text));
        const more = texts(listed).some((text) => !texts(published).includes(text));
        const [activeOnes, standbyOnes] = [published.slice(0, inUse), published.slice(inUse)];
        const lesser = more ? 'ALLOWLIST_SURPLUS' : lacks(standbyOnes) ? 'ALLOWLIST_STANDBY_MISSING' : 'OK';
        const code = lacks(activeOnes) ? 'ALLOWLIST_MISSING' : lesser;
        const judged = allowlistVerdict(entries, { ranges: published, active: activeOnes });
        expect([judged.code, judged.outcome]).toEqual([code, code === 'OK' ? 'pass' : 'fail']);
        for (const text of texts(published))
          expect(judged.detail.includes(text)).toBe(code === 'OK' || !texts(listed).includes(text));
        expect(shownEntries(entries)).toEqual(entries);
      }),
    );
  });

  test('bound to nothing fails whatever else is in it; an entry that is no address is not quoted', async () => {
    await fc.assert(
      fc.asyncProperty(ours, fc.array(one.map(({ text }) => text)), async (published, entries) => {
        const judge = (more: string) =>
          check('exchange-allowlist', 'k', 1_000, async () => allowlistVerdict([...entries, more], active(published)));
        for (const everywhere of ['*', '0.0.0.0/0', '::/0']) {
          expect(await judge(everywhere)).toMatchObject({ outcome: 'fail', code: 'ALLOWLIST_UNBOUND' });
        }
        const spoilt = await judge('S3cr3t');
        expect(spoilt).toMatchObject({ outcome: 'unknown', code: 'ALLOWLIST_UNREADABLE' });
        expect(JSON.stringify(spoilt)).not.toContain('S3cr3t');
        expect(shownEntries([...entries, 'S3cr3t'])).toEqual([...entries, '(unreadable)']);
      }),
    );
    expect(allowlistVerdict([], active([parseCidr('203.0.113.1')])).code).toBe('ALLOWLIST_UNBOUND');
  });
});

describe('a block that is published', () => {
  const block = { ranges: [parseCidr('203.0.113.0/29')], active: ['203.0.113.1', '203.0.113.2'].map(parseCidr) };

  test.each([
    [['203.0.113.0/29'], 'OK'],
    [['203.0.113.0/30', '203.0.113.4/30'], 'OK'],
    [['203.0.113.1', '203.0.113.2'], 'ALLOWLIST_STANDBY_MISSING'],
    [['203.0.113.0/30'], 'ALLOWLIST_STANDBY_MISSING'],
    [['203.0.113.1'], 'ALLOWLIST_MISSING'],
    [['203.0.113.1', '203.0.113.2', '203.0.113.8'], 'ALLOWLIST_SURPLUS'],
    [['203.0.113.1', '203.0.113.8'], 'ALLOWLIST_MISSING'],
  ])('and listed as %j: %s', (listed, code) => {
    expect(allowlistVerdict(listed, block).code).toBe(code);
  });

  test('while nothing is active still has to be the whole list, and a list at all', () => {
    const standby = { ...block, active: [] };
    expect(allowlistVerdict(['203.0.113.1'], standby).code).toBe('ALLOWLIST_STANDBY_MISSING');
    expect(allowlistVerdict(['203.0.113.8'], standby).code).toBe('ALLOWLIST_SURPLUS');
    expect(allowlistVerdict([], standby).code).toBe('ALLOWLIST_UNBOUND');
  });
});

describe('what is counted', () => {
  const name = fc.constantFrom<ProbeCheck['check'][]>(
    ...(['address', 'signed-read', 'exchange-allowlist', 'closed-path', 'refused-outside'] as const),
  );
  const checks = fc.array(
    fc.record({
      check: name,
      subject: fc.constantFrom('k', 'l'),
      outcome: fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const),
      code: fc.constantFrom('IP_NOT_ALLOWED', 'OTHER'),
      detail: fc.constant(''),
    }),
  );
  const inside = (made: readonly ProbeCheck[]) => Object.fromEntries(insideCounts(made).flat());
  const outside = (made: readonly ProbeCheck[]) => Object.fromEntries(outsideCounts(made));

  test('a check that is unknown or failed never makes an answer pass, nor takes a failure from the count', () => {
    fc.assert(
      fc.property(checks, checks, (made, more) => {
        const bad = more.filter(({ outcome }) => outcome !== 'pass');
        fc.pre(bad.length > 0);
        const all = [...made, ...bad];
        expect(outcomeOf(all)).not.toBe('pass');
        for (const metric of ['InsideFailed', 'AllowlistDifferences', 'PathsOpen']) {
          expect(inside(all)[metric]).toBeGreaterThanOrEqual(inside(made)[metric]);
        }
        expect(outside(all).OutsideFailed).toBeGreaterThanOrEqual(outside(made).OutsideFailed);
        const failures = (of: Record<string, number>) => of.InsideFailed + of.AllowlistDifferences + of.PathsOpen;
        const silent =
          inside(all).InsideDecided === 1 && failures({ ...inside(all) }) + outside(all).OutsideFailed === 0;
        expect(silent).toBe(false);
      }),
    );
  });

  test('a standby address that is missing fails the answer and is counted nowhere', () => {
    const missing = { check: 'exchange-allowlist', code: 'ALLOWLIST_STANDBY_MISSING', outcome: 'fail' } as const;
    fc.assert(
      fc.property(checks, (made) => {
        const all = [...made, { ...missing, subject: 'm', detail: '' }];
        expect(outcomeOf(all)).toBe('fail');
        expect(inside(all)).toEqual({ ...inside(made), ...(made.length === 0 && { InsideDecided: 1 }) });
      }),
    );
  });

  test('decided means that nothing is unknown, but for a list that is not shown to an address that was refused', () => {
    fc.assert(
      fc.property(checks, (made) => {
        const isExplained = (one: ProbeCheck) =>
          one.check === 'exchange-allowlist' &&
          one.code === 'IP_NOT_ALLOWED' &&
          made.some((read) => read.check === 'signed-read' && read.subject === one.subject && read.outcome === 'fail');
        const unknown = made.filter(({ outcome }) => outcome === 'unknown');
        expect(inside(made).InsideDecided).toBe(made.length > 0 && unknown.every(isExplained) ? 1 : 0);
        expect(outside(made).OutsideDecided).toBe(made.length > 0 && unknown.length === 0 ? 1 : 0);
      }),
    );
  });
});

test('an error that is not ours is not repeated', async () => {
  for (const error of [new TypeError('S3cr3t'), 'S3cr3t', undefined]) {
    const made = await check('address', 'z', 1_000, () => Promise.reject(error));
    expect(made).toMatchObject({ outcome: 'unknown', code: 'UNEXPECTED' });
    expect(JSON.stringify(made)).not.toContain('S3cr3t');
  }
});

test('a check that throws at once, or never ends, is unknown', async () => {
  const thrown = await check('address', 'z', 1_000, () => {
    throw new Error('at once');
  });
  expect(thrown).toMatchObject({ outcome: 'unknown', code: 'UNEXPECTED' });
  const late = await check('address', 'z', 20, () => new Promise(() => undefined));
  expect(late).toMatchObject({ outcome: 'unknown', code: 'CHECK_TOO_LATE' });
});

test('a long detail is one line that a log keeps whole', () => {
  const { detail } = undecided('address', 'z', new ExchangeError(ErrorClass.CONFIG, 'x'.repeat(999), ''));
  expect(detail.length).toBeLessThanOrEqual(300);
});
