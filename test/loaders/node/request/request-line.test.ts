// Records: every vector of contract/vectors/request-record.json, and that no input makes a line that the watch cannot read.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { EndpointCategory, Outcome, type RequestRecord, readRecord } from '../../../../contract/watch';
import { Aggregate } from '../../../../loaders/node/request/aggregate';
import { type RecordedRequest, requestRecord } from '../../../../loaders/node/request/request-line';
import { SYSTEM_TIMERS } from '../../../../loaders/node/shared/time';

type Request = Omit<RecordedRequest, 'exchangeCode' | 'sourceIp'> & {
  readonly exchangeCode: string | null;
  readonly sourceIp: string | null;
};
interface Vectors {
  readonly requests: readonly { number: number; name: string; request: Request; line: string }[];
  readonly sequences: readonly {
    readonly number: number;
    readonly name: string;
    readonly steps: readonly { add?: Request; minute?: true; close?: true; lines: string[] }[];
  }[];
}

const contract = path.join(__dirname, '..', '..', '..', '..', 'contract');
const readJson = (file: string) => JSON.parse(readFileSync(path.join(contract, file), 'utf8'));
const vectors: Vectors = readJson('vectors/request-record.json');
const isValid = new Ajv({ strict: true }).compile(readJson('schema/request-record.schema.json'));

const given = (request: Request): RecordedRequest => ({
  ...request,
  exchangeCode: request.exchangeCode ?? undefined,
  sourceIp: request.sourceIp ?? undefined,
});
const isReadable = (line: string) => typeof readRecord(line) === 'object' && isValid(JSON.parse(line));

test.each(vectors.requests)('$number $name', ({ request, line }) => {
  expect(JSON.stringify(requestRecord(given(request)))).toBe(line);
  expect(isReadable(line)).toBe(true);
});

describe('counted', () => {
  test.each(vectors.sequences)('$number $name', ({ steps }) => {
    let lines: string[] = [];
    let minuteEnds: (() => void) | undefined;
    const timers = {
      setTimeout: (callback: () => void) => {
        minuteEnds = callback;
        return {};
      },
      clearTimeout: () => {
        minuteEnds = undefined;
      },
    };
    const aggregate = new Aggregate(
      (record) => lines.push(JSON.stringify(record)),
      () => 0,
      timers,
    );
    for (const { add, minute, lines: expected } of steps) {
      lines = [];
      if (add) aggregate.add(requestRecord(given(add)));
      else if (minute) minuteEnds?.();
      else aggregate.flush();
      expect(lines).toEqual(expected);
      expect(expected.every(isReadable)).toBe(true);
    }
  });

  const record = (sentAt: number, more: Partial<RecordedRequest> = {}) =>
    requestRecord(given({ ...vectors.requests[0].request, ...(more as object), sentAt }));

  test('no line stands for more than may be', () => {
    const counts: number[] = [];
    const aggregate = new Aggregate(
      ({ count = 1 }) => counts.push(count),
      () => 0,
      SYSTEM_TIMERS,
      3,
    );
    for (let sent = 0; sent < 8; sent++) aggregate.add(record(sent));
    aggregate.flush();
    expect(counts).toEqual([1, 3, 3, 1]);
  });

  test('however many kinds there are, memory is bounded and no request is lost', () => {
    let total = 0;
    let lines = 0;
    const aggregate = new Aggregate(
      ({ count = 1 }) => {
        total += count;
        lines++;
      },
      () => 0,
      SYSTEM_TIMERS,
    );
    for (let round = 0; round < 3; round++) {
      for (let kind = 0; kind < 5_000; kind++) aggregate.add(record(0, { endpoint: `/v1/${kind}` }));
    }
    aggregate.flush();
    expect(total).toBe(15_000);
    expect(lines).toBeLessThanOrEqual(15_000);
  });

  test('the timer ends with the clock minute, and lets the process end', () => {
    const started: number[] = [];
    let unrefs = 0;
    const timers = {
      setTimeout: (_: () => void, milliseconds: number) => {
        started.push(milliseconds);
        return { unref: () => unrefs++ };
      },
      clearTimeout: () => undefined,
    };
    const aggregate = new Aggregate(
      () => undefined,
      () => 1_795_341_659_000,
      timers,
    );
    for (let sent = 0; sent < 5; sent++) aggregate.add(record(sent));
    expect([started, unrefs]).toEqual([[1_000], 1]);
  });
});

const anyText = fc.string({ unit: 'binary', maxLength: 70 });
const request = fc.record({
  sourceIp: fc.oneof(fc.ipV4(), fc.ipV6(), anyText, fc.constant(undefined)),
  category: fc.constantFrom(...Object.values(EndpointCategory)),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'WS'),
  endpoint: fc.stringMatching(/^\/[A-Za-z0-9_.:{}/-]{0,99}$/),
  status: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 599 }), fc.integer({ min: -1, max: 1_000 })),
  exchangeCode: fc.option(anyText, { nil: undefined }),
  outcome: fc.constantFrom(...Object.values(Outcome)),
  sentAt: fc.oneof(fc.double({ min: -1e13, max: 8.64e15 }), fc.double()),
  latencyMs: fc.oneof(fc.double({ min: -1e9, max: 1e9 }), fc.double()),
});

test('every line is one that the watch reads and the schema takes', () => {
  const { key } = vectors.requests[0].request;
  fc.assert(
    fc.property(request, (one) => {
      const line = JSON.stringify(requestRecord({ key, ...one }));
      expect([line, isReadable(line)]).toEqual([line, true]);
      expect(line).toMatch(/^[ -~]+$/);
    }),
    { numRuns: 2_000 },
  );
});

test('counted or not, every request is in exactly one line, in its minute and of its kind', () => {
  const { key } = vectors.requests[0].request;
  const some = fc.record({
    endpoint: fc.constantFrom('/a', '/b'),
    outcome: fc.constantFrom(Outcome.OK, Outcome.OK, Outcome.OK, Outcome.REJECTED),
    sentAt: fc.integer({ min: 0, max: 300_000 }),
    flush: fc.integer({ min: 0, max: 9 }),
  });
  const base = given(vectors.requests[0].request);
  fc.assert(
    fc.property(fc.array(some, { maxLength: 60 }), (requests) => {
      const written: RequestRecord[] = [];
      const aggregate = new Aggregate(
        (one) => written.push(one),
        () => 0,
        SYSTEM_TIMERS,
      );
      for (const { flush, ...one } of requests) {
        aggregate.add(requestRecord({ ...base, key, ...one }));
        if (flush === 0) aggregate.flush();
      }
      aggregate.flush();
      const tally = (all: readonly { at: number; what: string; count: number }[]) => {
        const sums: Record<string, number> = {};
        for (const { at, what, count } of all) {
          const id = `${Math.floor(at / 60_000)} ${what}`;
          sums[id] = (sums[id] ?? 0) + count;
        }
        return sums;
      };
      const sent = requests.map(({ sentAt, endpoint, outcome }) => ({
        at: sentAt,
        what: endpoint + outcome,
        count: 1,
      }));
      const told = written.map(({ timestamp, endpoint, outcome, count = 1 }) => ({
        at: timestamp,
        what: endpoint + outcome,
        count,
      }));
      expect(tally(told)).toEqual(tally(sent));
      expect(written.every((one) => isReadable(JSON.stringify(one)))).toBe(true);
    }),
  );
});
