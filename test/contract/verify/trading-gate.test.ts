// The trading gate: what is written is read as it was meant, every vector as it says, and no change of a text opens it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import {
  closedTradingGate,
  GATE_VALID_MINUTES,
  readTradingGate,
  serializeTradingGate,
  type TradingGateDocument,
  tradingGateDocument,
} from '../../../contract/verify';

interface Vector {
  readonly name: string;
  readonly text: string;
  readonly environment: string;
  readonly now: string;
  readonly allowed: boolean;
}

const contract = path.join(__dirname, '..', '..', '..', 'contract');
const readJson = (file: string) => JSON.parse(readFileSync(path.join(contract, file), 'utf8'));
const vectors: readonly Vector[] = readJson('vectors/trading-gate.json');
const isValid = new Ajv({ strict: true }).compile(readJson('schema/trading-gate.schema.json'));

const NOW = new Date('2026-11-22T10:05:00.000Z');
const RING = { environment: 'prod', region: 'eu-west-1' };
const OPEN = serializeTradingGate(tradingGateDocument(RING, [], NOW));
const read = (text: string | undefined, now = NOW, environment = 'prod') => readTradingGate(text, { environment, now });
const plus = (milliseconds: number, time = NOW) => new Date(time.getTime() + milliseconds);
const MINUTE = 60_000;

describe('vectors', () => {
  test.each(vectors)('$name', ({ text, environment, now, allowed }) => {
    const state = read(text, new Date(now), environment);
    expect(state.allowed).toBe(allowed);
    expect(state.reasons.length === 0).toBe(allowed);
  });

  test('some are open, and the names tell them apart', () => {
    expect(vectors.filter(({ allowed }) => allowed).length).toBeGreaterThan(4);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
  });
});

describe('why it is closed', () => {
  test.each<[string, ReturnType<typeof read>]>([
    ['gate-missing', read(undefined)],
    ['gate-missing', read('')],
    ['gate-malformed', read('{')],
    ['gate-malformed', read(OPEN.replace('"schema":1', '"schema":2'))],
    ['gate-of-other-environment', read(OPEN, NOW, 'staging')],
    ['gate-from-the-future', read(OPEN, plus(-2 * MINUTE - 1))],
    ['gate-from-the-future', read(OPEN, new Date(Number.NaN))],
    ['gate-valid-too-long', read(OPEN.replace('"validUntil":"2026-11-22T10:', '"validUntil":"2026-11-22T20:'))],
    ['gate-expired', read(OPEN, plus(GATE_VALID_MINUTES * MINUTE))],
    ['gate-expired', read(closedTradingGate('prod', 'eu-west-1'), new Date(0))],
  ])('%s', (reason, state) => expect(state).toEqual({ allowed: false, reasons: [reason] }));

  test('in its own words', () => {
    const reasons = ['exchange-keys-prod-EgressDrift is ALARM', 'exchange-keys-prod-OpenPath is missing'];
    expect(read(serializeTradingGate(tradingGateDocument(RING, reasons, NOW)))).toEqual({ allowed: false, reasons });
  });
});

const reason = fc.string({ unit: 'binary', maxLength: 300 });
const names = fc.record({
  environment: fc.stringMatching(/^[a-z][a-z0-9]{1,15}$/),
  region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'ap-northeast-3'),
});
const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9998-01-01T00:00:00.000Z') });

test('what is written is read as it was meant, fits into a parameter, and is what the schema says', () => {
  fc.assert(
    fc.property(names, fc.array(reason, { maxLength: 60 }), time, fc.nat(20 * MINUTE), (ring, reasons, now, later) => {
      const text = serializeTradingGate(tradingGateDocument(ring, reasons, now));
      const state = read(text, plus(later - 2 * MINUTE, now), ring.environment);
      const isFresh = later - 2 * MINUTE < GATE_VALID_MINUTES * MINUTE;
      expect(state.allowed).toBe(isFresh && reasons.length === 0);
      if (!isFresh) expect(state.reasons).toEqual(['gate-expired']);
      expect(Buffer.byteLength(text)).toBeLessThan(4_096);
      expect(text).toMatch(/^[ -~]+$/);
      // SSM takes it for a reference to another parameter
      expect(text).not.toContain('{{');
      expect(isValid(JSON.parse(text))).toBe(true);
    }),
  );
});

test('many reasons are counted, none is lost without a word', () => {
  const reasons = Array.from({ length: 60 }, (_, i) => `alarm-${i} is missing`);
  const state = read(serializeTradingGate(tradingGateDocument(RING, reasons, NOW)));
  expect(state.reasons).toEqual([...reasons.slice(0, 25), 'and 35 more']);
});

test('the first text is closed and valid, tokens of a deployment stay whole', () => {
  expect(isValid(JSON.parse(closedTradingGate('prod', 'eu-west-1')))).toBe(true);
  const token = '$' + '{Token[AWS.Region.4]}';
  expect(closedTradingGate('prod', token)).toContain(`"region":"${token}"`);
});

/** Written without the code under test: the only texts that may open the gate of `prod` at that time. */
function mayOpen(text: string, now: number): boolean {
  const [, checkedAt, validUntil] =
    /^\{"schema":1,"environment":"prod","region":"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}","allowed":true,"checkedAt":"([^"]+)","validUntil":"([^"]+)","reasons":\[\]\}$/.exec(
      text,
    ) ?? [];
  const [from, until] = [Date.parse(checkedAt), Date.parse(validUntil)];
  return from <= now + 120_000 && now < until && from < until && until - from <= 3_600_000;
}

type Mutation = (text: string) => string;
const at = (position: number, text: string) => position % text.length;
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([position, bits]): Mutation =>
      (text) => {
        const bytes = Buffer.from(text);
        bytes[at(position, text)] ^= bits;
        return bytes.toString('utf8');
      },
  ),
  fc.nat().map(
    (length): Mutation =>
      (text) =>
        text.slice(0, at(length, text)),
  ),
  fc.nat().map(
    (start): Mutation =>
      (text) =>
        text.slice(1 + at(start, text)),
  ),
  fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 3 })).map(
    ([position, more]): Mutation =>
      (text) =>
        text.slice(0, at(position, text)) + more + text.slice(at(position, text)),
  ),
  fc.tuple(fc.nat(), fc.nat({ max: 30 })).map(
    ([position, count]): Mutation =>
      (text) =>
        text.slice(0, at(position, text)) + text.slice(at(position, text) + 1 + count),
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...'0123456789')).map(
    ([position, digit]): Mutation =>
      (text) => {
        const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
        const index = digits[position % digits.length];
        return text.slice(0, index) + digit + text.slice(index + 1);
      },
  ),
);

test('no change of an open text opens it, but one that says the same', () => {
  let opened = 0;
  fc.assert(
    fc.property(
      fc.array(mutation, { minLength: 1, maxLength: 2 }),
      fc.integer({ min: -3, max: 11 }),
      (changes, minutes) => {
        const text = changes.reduce((changed, change) => (changed === '' ? changed : change(changed)), OPEN);
        const now = plus(minutes * MINUTE);
        const state = read(text, now);
        expect(state.allowed && !mayOpen(text, now.getTime())).toBe(false);
        if (state.allowed) opened += 1;
      },
    ),
    { numRuns: 5_000 },
  );
  // digits of the times can be changed without harm
  expect(opened).toBeGreaterThan(0);
});

test('every single byte: gone, or with one bit flipped', () => {
  for (let position = 0; position < OPEN.length; position++) {
    const changed = Array.from({ length: 8 }, (_, bit) => {
      const bytes = Buffer.from(OPEN);
      bytes[position] ^= 1 << bit;
      return bytes.toString('utf8');
    });
    for (const text of [...changed, OPEN.slice(0, position) + OPEN.slice(position + 1)]) {
      expect([text, read(text).allowed && !mayOpen(text, NOW.getTime())]).toEqual([text, false]);
    }
  }
});

const loose: fc.Arbitrary<unknown> = fc.record(
  {
    schema: fc.constantFrom<unknown>(1, 1, 1, 2, '1', null),
    environment: fc.constantFrom<unknown>('prod', 'prod', 'staging', 'P', 'x', '', 7),
    region: fc.constantFrom<unknown>('eu-west-1', 'eu-west-1', 'eu', '', null),
    allowed: fc.constantFrom<unknown>(true, true, false, 1, 'true'),
    checkedAt: fc.constantFrom<unknown>('2026-11-22T10:05:00.000Z', '2026-11-22T10:05:00Z', '', 5),
    validUntil: fc.constantFrom<unknown>('2026-11-22T10:15:00.000Z', '2026-11-22T10:15:00.000Z\n', null),
    reasons: fc.constantFrom<unknown>([], [], ['x'], [''], [1], {}, 'x'),
    more: fc.constant(1),
  },
  { requiredKeys: [] },
);

test('reader and schema take the same documents', () => {
  let taken = 0;
  const complete = { ...tradingGateDocument(RING, [], NOW) } satisfies TradingGateDocument;
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), loose), fc.boolean(), (value, filled) => {
      const document = filled ? { ...complete, ...(value as object) } : value;
      const { schema, environment, region, allowed, checkedAt, validUntil, reasons, ...rest } = (document ??
        {}) as TradingGateDocument;
      const inOrder = { schema, environment, region, allowed, checkedAt, validUntil, reasons, ...rest };
      const text = JSON.stringify(typeof document === 'object' && !Array.isArray(document) ? inOrder : document);
      const wellFormed = !read(text).reasons.includes('gate-malformed');
      expect([text, wellFormed]).toEqual([text, isValid(JSON.parse(text))]);
      if (wellFormed) taken += 1;
    }),
    { numRuns: 2_000 },
  );
  expect(taken).toBeGreaterThan(20);
});

test('never throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), fc.date(), (text, now) => {
      expect(read(text, now).allowed).toBe(false);
    }),
  );
});
