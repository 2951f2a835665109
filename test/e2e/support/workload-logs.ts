// What the awslogs driver does: takes every line that containers print, whole and as it is, to a log group.
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { REQUEST_EVENT } from '../../../contract/watch';
import type { Bot } from './workload-process';

const INTERVAL_MS = 3_000;
/** Of one call, as documented. */
const MOST_EVENTS = 10_000;

export class LogDriver {
  private readonly followed: { readonly bot: Bot; out: number; err: number }[] = [];
  private readonly timer = setInterval(() => void this.flush(), INTERVAL_MS);
  private sending: Promise<void> = Promise.resolve();
  private stream: string | undefined;
  private failure: unknown;
  /** Requests that the lines so far stand for. */
  public requests = 0;

  constructor(
    private readonly logs: CloudWatchLogsClient,
    private readonly logGroupName: string,
  ) {}

  public follow(bot: Bot): void {
    this.followed.push({ bot, out: 0, err: 0 });
  }

  /** Sends what was printed until now. */
  public async flush(): Promise<void> {
    this.sending = this.sending
      .then(() => this.send())
      .catch((error) => {
        this.failure ??= error;
      });
    await this.sending;
    if (this.failure !== undefined) throw this.failure;
  }

  public async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sending;
  }

  private async send(): Promise<void> {
    const lines = this.followed.flatMap((one) => {
      const { stdout, stderr } = one.bot;
      const fresh = [...stdout.slice(one.out), ...stderr.slice(one.err)];
      one.out = stdout.length;
      one.err = stderr.length;
      return fresh;
    });
    const events = lines.filter((line) => line !== '').map((message) => ({ timestamp: Date.now(), message }));
    if (events.length === 0) return;
    this.stream ??= await this.createStream();
    const where = { logGroupName: this.logGroupName, logStreamName: this.stream };
    for (let from = 0; from < events.length; from += MOST_EVENTS) {
      const logEvents = events.slice(from, from + MOST_EVENTS);
      await this.logs.send(new PutLogEventsCommand({ ...where, logEvents }));
    }
    for (const line of lines) this.requests += requestsOf(line);
  }

  private async createStream(): Promise<string> {
    const logStreamName = 'trader/Bot/0123456789abcdef';
    await this.logs.send(new CreateLogStreamCommand({ logGroupName: this.logGroupName, logStreamName }));
    return logStreamName;
  }
}

function requestsOf(line: string): number {
  if (!line.includes(REQUEST_EVENT)) return 0;
  const { event, count = 1 } = JSON.parse(line);
  return event === REQUEST_EVENT ? count : 0;
}
