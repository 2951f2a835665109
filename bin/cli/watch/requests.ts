// What each key asked of its exchange in a period, counted by CloudWatch Logs over the request records.
import { AUTH_FAILURES, LARGEST_COUNT, NO_KEY, Outcome, REQUEST_EVENT } from '../../../contract/watch';
import { Failure } from '../failure';
import { MOST_ROWS, queryRows, type Row, startQuery, stopQuery } from './insights';
import type { Reading } from './reading';

export interface RequestCounts {
  readonly requests: number;
  /** All whose outcome is not `ok`. */
  readonly failures: number;
  /** Of these, refusals of the key or its holder. */
  readonly authFailures: number;
  /** Requests by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Distinct source addresses, estimated where there are very many. */
  readonly addresses: number;
  readonly lastUsed?: Date;
}

export const NO_REQUESTS: RequestCounts = { requests: 0, failures: 0, authFailures: 0, outcomes: {}, addresses: 0 };

export interface RunningQueries {
  /** By the name of the key. */
  counts(onProgress: (scanned: number) => void): Promise<Map<string, RequestCounts>>;
  stop(): Promise<void>;
}

/** Two queries at once: addresses of a key cannot be added up over its outcomes. */
export async function startRequestQueries(reading: Reading): Promise<RunningQueries> {
  const ids: string[] = [];
  const stop = async () => {
    await Promise.all(ids.map((id) => stopQuery(reading, id)));
  };
  try {
    for (const query of [outcomeQuery(reading), usageQuery(reading)]) ids.push(await startQuery(reading, query));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    counts: async (onProgress) => {
      const outcomes = await queryRows(reading, ids[0], onProgress);
      return countsByKey(outcomes, await queryRows(reading, ids[1], onProgress));
    },
  };
}

/** Lines that are no records, by their version or their count, are the business of the finding `BadRecord`. */
function records({ keyName }: Reading): string {
  const count = `(not ispresent(count) or (count >= 1 and count <= ${LARGEST_COUNT}))`;
  return `filter event = "${REQUEST_EVENT}" and schema = 1 and ${count}${keyName === undefined ? '' : ` and keyName = "${keyName}"`}`;
}

/** Only an aggregate has a count: all other lines are one request each. */
function outcomeQuery(reading: Reading): string {
  return [
    records(reading),
    'stats count(*) as lines, count(count) as aggregates, sum(count) as aggregated by keyName, outcome',
    'sort lines desc',
    `limit ${MOST_ROWS}`,
  ].join('\n| ');
}

function usageQuery(reading: Reading): string {
  return [
    records(reading),
    'stats count(*) as lines, count_distinct(sourceIp) as addresses, max(timestamp) as lastUsed by keyName',
    'sort lines desc',
    `limit ${MOST_ROWS}`,
  ].join('\n| ');
}

/** Puts the rows of the two queries together. */
export function countsByKey(outcomeRows: readonly Row[], usageRows: readonly Row[]): Map<string, RequestCounts> {
  const counts = new Map<string, RequestCounts>();
  for (const row of outcomeRows) {
    const keyName = row.keyName || NO_KEY;
    const before = counts.get(keyName) ?? NO_REQUESTS;
    counts.set(keyName, withOutcome(before, row.outcome || '?', requestsOf(row)));
  }
  for (const row of usageRows) {
    const keyName = row.keyName || NO_KEY;
    const lastUsed = new Date(Number(row.lastUsed || Number.NaN));
    counts.set(keyName, {
      ...(counts.get(keyName) ?? NO_REQUESTS),
      addresses: whole(row, 'addresses'),
      ...(Number.isNaN(lastUsed.getTime()) ? {} : { lastUsed }),
    });
  }
  return counts;
}

function withOutcome(before: RequestCounts, outcome: string, requests: number): RequestCounts {
  const failures = outcome === Outcome.OK ? 0 : requests;
  return {
    ...before,
    requests: before.requests + requests,
    failures: before.failures + failures,
    authFailures: before.authFailures + (AUTH_FAILURES.has(outcome as Outcome) ? requests : 0),
    outcomes: { ...before.outcomes, [outcome]: requests },
  };
}

function requestsOf(row: Row): number {
  const aggregates = whole(row, 'aggregates');
  // a sum of nothing is left out of the row
  return whole(row, 'lines') - aggregates + (aggregates > 0 ? whole(row, 'aggregated') : 0);
}

/** A number that is none would make totals that are wrong. */
function whole(row: Row, field: string): number {
  const number = Number(row[field] || Number.NaN);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Failure(
    'AWS_CALL_FAILED',
    `'logs:GetQueryResults' gave no number as '${field}' of a key; run again, or look the error up`,
  );
}
