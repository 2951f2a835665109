// The notifier's log, read again and again: each finding once, also those whose lines arrive late or twice.
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { FINDING_MESSAGE, type FindingKind, type WatchDocument } from '../../../contract/watch';
import { awsTime } from '../aws/clock';
import type { Session } from '../command';
import { printable } from '../output/printable';
import { ofWatch } from './find-watch';
import { identityOf, parseFindingLine, type ToldFinding } from './finding-line';

/** Lines become visible late and in any order, and a wrong clock is noticed from a difference of 5 minutes on. */
const OVERLAP_MS = 10 * 60_000;
/** Findings that are remembered, against those told again hours later. */
const REMEMBERED = 50_000;

export interface Wanted {
  readonly keyName?: string;
  readonly kind?: FindingKind;
}

export class FindingLog {
  /** Ids of events with their times. */
  private readonly events = new Map<string, number>();
  private readonly told = new Set<string>();
  private readonly filterPattern: string;

  constructor(
    private readonly session: Session,
    private readonly watch: WatchDocument,
    wanted: Wanted,
    /** Where to begin, milliseconds since 1970. */
    private from: number,
  ) {
    this.filterPattern = patternOf(wanted);
  }

  /** Findings that have not been told, page by page. If it fails under way, the next call goes on without a gap. */
  public async *next(): AsyncGenerator<ToldFinding> {
    const { aws, context } = this.session;
    const now = awsTime(context, aws);
    let nextToken: string | undefined;
    do {
      const page = await ofWatch(`log group ${this.watch.findingsLogGroup}`, this.watch, () =>
        aws.logs.send(
          new FilterLogEventsCommand({
            logGroupName: this.watch.findingsLogGroup,
            filterPattern: this.filterPattern,
            startTime: this.from,
            nextToken,
          }),
        ),
      );
      for (const { eventId, timestamp = now, message = '' } of page.events ?? []) {
        const id = eventId ?? `${timestamp} ${message}`;
        if (this.events.has(id)) continue;
        this.events.set(id, timestamp);
        const finding = this.read(message);
        if (finding) yield finding;
      }
      nextToken = page.nextToken || undefined;
    } while (nextToken);
    this.advance(now - OVERLAP_MS);
  }

  private read(message: string): ToldFinding | undefined {
    const finding = parseFindingLine(message);
    if (!finding) {
      this.session.output.warn(`a line of the log tells a finding that cannot be read: ${printable(message)}`);
      return undefined;
    }
    const identity = identityOf(finding);
    if (this.told.has(identity)) return undefined;
    this.told.add(identity);
    for (const oldest of this.told) {
      if (this.told.size <= REMEMBERED) break;
      this.told.delete(oldest);
    }
    return finding;
  }

  private advance(from: number): void {
    if (from <= this.from) return;
    this.from = from;
    for (const [id, time] of this.events) if (time < from) this.events.delete(id);
  }
}

/** Values are names of keys and kinds, which need no escaping. */
function patternOf({ keyName, kind }: Wanted): string {
  const conditions = [
    ['message', FINDING_MESSAGE],
    ...(keyName ? [['keyName', keyName]] : []),
    ...(kind ? [['finding', kind]] : []),
  ];
  return `{ ${conditions.map(([field, value]) => `($.${field} = "${value}")`).join(' && ')} }`;
}
