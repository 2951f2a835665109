// Says in the request log which version of which key is held: when it is taken over, and every hour. Silence is how an old key is known to be drained.
import { KEY_EVENT, type KeyReport } from '../../../contract/watch/key-report';
import { REPORT_INTERVAL_MS } from '../../../contract/workload';
import type { RecordSink } from '../shared/record-sink';
import { type Clock, startQuietly, type Timer, type Timers } from '../shared/time';
import type { HeldKey } from './held-key';
import type { Notices } from './notices';

export interface ReportTools {
  readonly records: RecordSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly notices: Notices;
}

export class KeyReports {
  #timer: Timer | undefined;

  constructor(private readonly tools: ReportTools) {}

  /** Reports the key now and every hour from now on, in place of the one before. */
  hold(key: HeldKey): void {
    this.stop();
    this.report(key);
    this.#timer = startQuietly(this.tools.timers, () => this.hold(key), REPORT_INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer) this.tools.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  private report({ keyName, fingerprint, keyVersion, exchange, source }: HeldKey): void {
    const { records, clock, notices } = this.tools;
    if (keyName === undefined) return;
    const report: KeyReport = {
      event: KEY_EVENT,
      schema: 1,
      timestamp: clock.now(),
      ...{ keyName, keyId: fingerprint, keyVersion, exchange, source },
    };
    try {
      records(JSON.stringify(report));
      notices.settle('records');
    } catch {
      notices.warnOnce(
        'records',
        'RECORD_SINK_FAILED',
        'the record sink threw, so the watch does not learn which key is held; correct option records',
      );
    }
  }
}
