// Says in the request log which version of which key is held: when it is taken over, and every hour. Silence is how an old key is known to be drained.
import { KEY_EVENT, type KeyReport } from '../../../contract/watch/key-report';
import { REPORT_INTERVAL_MS } from '../../../contract/workload';
import { harmlessly } from '../shared/harmlessly';
import type { Notices } from '../shared/notices';
import type { RecordSink } from '../shared/record-sink';
import { type Clock, startQuietly, type Timer, type Timers } from '../shared/time';
import type { HeldKey } from './held-key';

export interface ReportTools {
  readonly records: RecordSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly notices: Notices;
}

export class KeyReports {
  #timer: Timer | undefined;
  #held: { readonly key: HeldKey; readonly reportedAt: number } | undefined;

  constructor(private readonly tools: ReportTools) {}

  /** Reports the key now and every hour from now on, in place of the one before. */
  hold(key: HeldKey): void {
    this.stop();
    this.#held = { key, reportedAt: this.tools.clock.now() };
    this.report(key);
    this.#timer = startQuietly(this.tools.timers, () => this.hold(key), REPORT_INTERVAL_MS);
  }

  /** Reports the key now if timers have stood still over the hour, or the clock was set back. */
  catchUp(): void {
    if (this.#held === undefined) return;
    const { key, reportedAt } = this.#held;
    const since = this.tools.clock.now() - reportedAt;
    if (since < 0 || since > REPORT_INTERVAL_MS) this.hold(key);
  }

  stop(): void {
    this.#held = undefined;
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
    const failed = () =>
      notices.warnOnce(
        'records',
        'RECORD_SINK_FAILED',
        'the record sink failed, so the watch does not learn which key is held; correct option records',
      );
    harmlessly(
      () => records(JSON.stringify(report)),
      failed,
      () => notices.settle('records'),
    );
  }
}
