// Queries of CloudWatch Logs Insights: started, waited for, and never taken for empty when they failed.
import {
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { required } from '../aws/errors';
import { Failure } from '../failure';
import { ofWatch } from './find-watch';
import { passes } from './passing';
import type { Reading } from './reading';

/** One result: what the query calls it, and its value as text. */
export type Row = Readonly<Record<string, string>>;

const POLL_MS = 1_000;
/** Most rows that a query gives. */
export const MOST_ROWS = 10_000;
const UNDERWAY: readonly string[] = ['Scheduled', 'Running', 'Unknown'];

/** The id of a query of the request log; waits for its turn where too many run already. */
export async function startQuery(reading: Reading, query: string): Promise<string> {
  const { session, watch, from, to } = reading;
  const { requestLogGroup: logGroupName } = watch;
  const start = () =>
    session.aws.logs.send(
      new StartQueryCommand({
        logGroupName,
        startTime: Math.floor(from / 1000),
        endTime: Math.ceil(to / 1000),
        queryString: query,
      }),
    );
  for (;;) {
    try {
      const { queryId } = await ofWatch(`log group ${logGroupName}`, watch, start);
      return required('logs:StartQuery', queryId);
    } catch (error) {
      if (!passes(error) && !(error instanceof Failure && error.awsError === 'LimitExceededException')) throw error;
      await nextPoll(reading);
    }
  }
}

/**
 * All rows of a query once it is complete; `onProgress` hears how many records were scanned.
 * @throws Failure `QUERY_FAILED`, `REPORT_TOO_LARGE`.
 */
export async function queryRows(
  reading: Reading,
  queryId: string,
  onProgress: (scanned: number) => void,
): Promise<Row[]> {
  for (;;) {
    const answer = await results(reading, queryId);
    const status = required('logs:GetQueryResults', answer?.status ?? (answer ? undefined : 'Running'));
    if (status === 'Complete') return allRows(reading, queryId, answer as GetQueryResultsCommandOutput);
    if (!UNDERWAY.includes(status)) {
      throw new Failure(
        'QUERY_FAILED',
        `the query of log group ${reading.watch.requestLogGroup} ended as '${status}' and without results; run again, with a shorter --since if that happens again`,
      );
    }
    onProgress(answer?.statistics?.recordsScanned ?? 0);
    await nextPoll(reading);
  }
}

/** Ends what nobody waits for any more, as far as that can be done. */
export async function stopQuery({ session }: Reading, queryId: string): Promise<void> {
  try {
    await session.aws.logs.send(new StopQueryCommand({ queryId }));
  } catch (error) {
    // it ends by itself; what has gone wrong is told already
    if (!(error instanceof Failure)) throw error;
  }
}

/** Undefined when AWS could not say for the moment. */
async function results(
  { session }: Reading,
  queryId: string,
  nextToken?: string,
): Promise<GetQueryResultsCommandOutput | undefined> {
  try {
    return await session.aws.logs.send(new GetQueryResultsCommand({ queryId, nextToken }));
  } catch (error) {
    if (passes(error)) return undefined;
    throw error;
  }
}

async function allRows(reading: Reading, queryId: string, first: GetQueryResultsCommandOutput): Promise<Row[]> {
  const rows: Row[] = [];
  let page: GetQueryResultsCommandOutput | undefined = first;
  let nextToken: string | undefined;
  for (;;) {
    if (page) {
      rows.push(...required('logs:GetQueryResults', page.results).map(asRow));
      nextToken = page.nextToken || undefined;
      if (rows.length >= MOST_ROWS) throw tooLarge(reading);
      if (!nextToken) return rows;
    } else await nextPoll(reading);
    page = await results(reading, queryId, nextToken);
  }
}

function asRow(fields: readonly { readonly field?: string; readonly value?: string }[]): Row {
  return Object.fromEntries(fields.map(({ field = '', value = '' }) => [field, value]));
}

function tooLarge({ watch }: Reading): Failure {
  return new Failure(
    'REPORT_TOO_LARGE',
    `the requests in log group ${watch.requestLogGroup} fall into ${MOST_ROWS} groups or more, which no query gives completely; ask for less with --since or --key`,
  );
}

async function nextPoll({ session, checkTime }: Reading): Promise<void> {
  checkTime();
  await session.context.sleep(POLL_MS);
}
