// What the parts of a report are read for: whose watch, which period, which key, until when.
import type { WatchDocument } from '../../../contract/watch';
import type { Session } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';

export interface Reading {
  readonly session: Session;
  readonly watch: WatchDocument;
  /** The period, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Only this key. */
  readonly keyName?: string;
  /** @throws Failure `REPORT_TIMED_OUT`. */
  checkTime(): void;
}

/** A limit that begins now. */
export function timeLimit({ context: { now } }: Session, limitMs: number): () => void {
  const end = now().getTime() + limitMs;
  return () => {
    if (now().getTime() < end) return;
    throw new Failure(
      'REPORT_TIMED_OUT',
      `the report was not complete within ${limitMs / 1000} s; give it a longer --timeout, or ask for less with --since or --key`,
      { exitCode: EXIT.timedOut },
    );
  };
}
