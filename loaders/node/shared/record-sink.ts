// Where lines for the request log go: one JSON document each, told whole and without a prefix, because the watch reads them as they are.

import { writeLine } from './write-line';

/** Takes one line, without a line break. */
export type RecordSink = (line: string) => void;

/** Standard output, a line in one write. */
export const STDOUT_SINK: RecordSink = (line) => {
  writeLine(process.stdout, line);
};
