// Writes request records, one line each or counted; whatever the sink does, no request fails because of it.

import type { RequestRecord } from '../../../contract/watch';
import { harmlessly } from '../shared/harmlessly';
import type { Notices } from '../shared/notices';
import type { RecordSink } from '../shared/record-sink';
import type { Clock, Timers } from '../shared/time';
import { Aggregate } from './aggregate';
import { type RecordedRequest, requestRecord } from './request-line';

export interface RecordWriterOptions {
  readonly sink: RecordSink;
  readonly aggregate: boolean;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class RecordWriter {
  private aggregate: Aggregate | undefined;

  constructor(private readonly options: RecordWriterOptions) {
    const { aggregate, clock, timers } = options;
    this.aggregate = aggregate
      ? new Aggregate(
          (record) => this.write(record),
          () => clock.now(),
          timers,
        )
      : undefined;
  }

  /** Never throws. */
  public add(request: RecordedRequest): void {
    const record = requestRecord(request);
    if (this.aggregate === undefined) this.write(record);
    else this.aggregate.add(record);
  }

  /** Writes what has been counted so far. */
  public flush(): void {
    this.aggregate?.flush();
  }

  /** The same, and from now on each line at once: requests that are still on their way have nobody else to write them. */
  public close(): void {
    this.flush();
    this.aggregate = undefined;
  }

  private write(record: RequestRecord): void {
    harmlessly(
      () => this.options.sink(JSON.stringify(record)),
      () => this.tell(),
    );
  }

  /** Once: a sink that is broken is broken for every line. What it said is not repeated, it may quote anything. */
  private tell(): void {
    this.options.notices.warnOnce(
      'record sink',
      'RECORD_SINK_FAILED',
      'the sink of request records has failed, so the watch sees less than there is; look at what it does with a line',
    );
  }
}
