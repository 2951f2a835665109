// `watch report`: what each key did in a period, what was found, and how the alarms are now.
import { allKeys } from '../all-keys';
import { awsTime } from '../aws/clock';
import type { CliCommand, Session } from '../command';
import { keyArgument } from '../key-argument';
import { parsePeriod, parseSpan } from '../output/times';
import { alarmStates } from './alarm-states';
import { findWatch } from './find-watch';
import { type Reading, timeLimit } from './reading';
import { contentOf, documentOf, type ReportContent } from './report-content';
import { reportText } from './report-text';
import { startRequestQueries } from './requests';
import { storedItems } from './stored-findings';

export const report: CliCommand = {
  usage: 'report',
  summary: 'show requests, findings and old versions still held in a period, and the alarms as they are now',
  description:
    'Counts requests with CloudWatch Logs Insights, which AWS bills by the bytes that\n' +
    'the request log has in the period, and reads findings from their table. Keys of\n' +
    'the ring that made no request are listed with 0. Old versions are those that a\n' +
    'request or an hourly report named while they were no longer the current one.',
  options: [
    { flags: '--since <period>', description: 'the period, 30m, 12h or 7d, at most 90d', default: '7d' },
    { flags: '--key <name>', description: 'only this key' },
    { flags: '--timeout <time>', description: 'how long to wait, 90s, 15m or 1h', default: '5m' },
  ],
  examples: ['report -e prod --since 7d', 'report -e prod --since 24h --key prod-trader-bot-a --json'],
  async run(session, { options }) {
    const { aws, context, output } = session;
    const period = parsePeriod('--since', String(options.since));
    const limitMs = parseSpan('--timeout', String(options.timeout));
    const keyName = options.key === undefined ? undefined : keyArgument(session, String(options.key)).text;
    const watch = await findWatch(session);
    const to = awsTime(context, aws);
    const reading: Reading = { session, watch, from: to - period, to, keyName, checkTime: timeLimit(session, limitMs) };
    const content = await read(reading);
    output.result(documentOf(reading, content), () => reportText(reading, content));
    if (content.alarms.length === 0) {
      output.warn(
        `no alarm has a name that begins with '${watch.alarmPrefix}': nothing would tell anybody of a finding`,
      );
    }
  },
};

async function read(reading: Reading): Promise<ReportContent> {
  const { session, keyName } = reading;
  const queries = await startRequestQueries(reading);
  try {
    const [keys, stored, alarms] = await Promise.all([allKeys(session), storedItems(reading), alarmStates(reading)]);
    const counts = await queries.counts(progress(session));
    const names = keys.map(({ name }) => name).filter((name) => keyName === undefined || name === keyName);
    return contentOf({ ringKeys: names, counts, ...stored, alarms });
  } catch (error) {
    await queries.stop();
    throw error;
  }
}

const PROGRESS_MS = 5_000;

/** Says now and then that something goes on, where a person looks on. */
function progress({ context, output }: Session): (scanned: number) => void {
  if (context.stderr.isTTY !== true) return () => undefined;
  output.say('counting requests');
  let told = context.now().getTime();
  return (scanned) => {
    const now = context.now().getTime();
    if (now - told < PROGRESS_MS) return;
    told = now;
    output.say(`counting requests: ${scanned} records read`);
  };
}
