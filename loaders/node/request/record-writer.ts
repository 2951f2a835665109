// Writes request records, one line each or counted; whatever the sink does, no request fails because of it.

import type { RequestRecord } from '../../../contract/watch';
import type { LoaderLogger } from '../shared/logger';
import type { RecordSink } from '../shared/record-sink';
import type { Timers } from '../shared/time';
import { Aggregate } from './aggregate';
import { type RecordedRequest, requestRecord } from './request-line';

export interface RecordWriterOptions {
  readonly sink: RecordSink;
  readonly aggregate: boolean;
  readonly logger: LoaderLogger;
  readonly now: () => number;
  readonly timers: Timers;
}

export class RecordWriter {
  private readonly aggregate: Aggregate | undefined;
  private hasTold = false;

  constructor(private readonly options: RecordWriterOptions) {
    const { aggregate, now, timers } = options;
    this.aggregate = aggregate ? new Aggregate((record) => this.write(record), now, timers) : undefined;
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

  private write(record: RequestRecord): void {
    try {
      // a sink may be asynchronous, whatever its type says
      const done: unknown = this.options.sink(JSON.stringify(record));
      if (done instanceof Promise) done.catch(() => this.tell());
    } catch {
      this.tell();
    }
  }

  /** Once: a sink that is broken is broken for every line. What it said is not repeated, it may quote anything. */
  private tell(): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.options.logger.warn(
      'the sink of request records has failed and the watch sees less than there is; records go on being offered to it',
      { code: 'RECORD_SINK_FAILED' },
    );
  }
}
