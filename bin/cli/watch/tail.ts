// `watch tail`: findings as they come.
import { withCode } from '../../../contract/errors';
import { FINDING_KINDS } from '../../../contract/watch';
import { awsTime } from '../aws/clock';
import type { CliCommand, Session } from '../command';
import { keyArgument } from '../key-argument';
import { parsePeriod, second } from '../output/times';
import { findWatch } from './find-watch';
import { findingJson, findingKind, findingText } from './finding-line';
import { FindingLog } from './finding-log';
import { passes } from './passing';

const POLL_MS = 2_000;
const LONGEST_POLL_MS = 60_000;

export const tail: CliCommand = {
  usage: 'tail',
  summary: 'show findings as they come',
  description:
    'Follows the log of the notifier until Ctrl-C. A line has the time of the request;\n' +
    'it appears when the finding is told, usually within a minute. An ongoing trouble\n' +
    'is told again every hour.',
  options: [
    {
      flags: '--since <period>',
      description: 'begin with what was told in this period, 30m, 12h or 7d',
      default: '15m',
    },
    { flags: '--key <name>', description: 'only findings about this key' },
    { flags: '--finding <kind>', description: `only findings of this kind: ${FINDING_KINDS.join(', ')}` },
    { flags: '--no-follow', description: 'end after those that are there' },
  ],
  examples: ['tail -e prod', 'tail -e prod --since 7d --finding NewSourceIp --no-follow --json'],
  async run(session, { options }) {
    const { aws, context, environment, output } = session;
    const period = parsePeriod('--since', String(options.since));
    const keyName = options.key === undefined ? undefined : keyArgument(session, String(options.key)).text;
    const kind = options.finding === undefined ? undefined : findingKind(String(options.finding));
    const watch = await findWatch(session);
    const from = awsTime(context, aws) - period;
    const log = new FindingLog(session, watch, { keyName, kind }, from);
    const what = `${kind ?? 'all'} findings of ${keyName ?? `'${environment}'`} in ${watch.region} since ${second(new Date(from))}`;
    if (options.follow === false) {
      output.say(what);
      const count = await show(session, log);
      if (count === 0) output.say('none');
      return;
    }
    output.say(`${what}, and those to come; Ctrl-C ends`);
    await follow(session, log);
  },
};

/** Ends with the command, or with a failure that does not pass by itself. */
async function follow(session: Session, log: FindingLog): Promise<never> {
  const { context, output } = session;
  let wait = POLL_MS;
  let troubled = false;
  for (;;) {
    try {
      await show(session, log);
      wait = Math.max(POLL_MS, wait / 2);
      // not at the first answer: that is how being throttled looks as well
      if (troubled && wait === POLL_MS) {
        troubled = false;
        output.say('following again');
      }
    } catch (error) {
      if (!passes(error)) throw error;
      wait = Math.min(LONGEST_POLL_MS, wait * 2);
      if (!troubled) output.warn(`the log gives no answer, trying again: ${withCode(error)}`);
      troubled = true;
    }
    await context.sleep(wait);
  }
}

/** How many there were. */
async function show({ output }: Session, log: FindingLog): Promise<number> {
  let count = 0;
  for await (const finding of log.next()) {
    output.item(findingJson(finding), () => findingText(finding, output));
    count += 1;
  }
  return count;
}
