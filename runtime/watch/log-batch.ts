// Unpacks what a CloudWatch Logs subscription delivers; anything else is a reason, not an error.
import { gunzipSync } from 'node:zlib';
import { BadRecordReason } from '../../contract/watch';

/** One line of the log. */
export interface LogLine {
  /** Unique in the log group; the same whenever the line is delivered again. */
  readonly id: string;
  readonly message: string;
}

/** A delivery is at most 6 MB packed, and packs ten to one; ten thousand lines of the longest record fit. */
const LARGEST_BATCH_BYTES = 32 * 1024 * 1024;

/** The lines of a delivery; none of a control message, by which CloudWatch Logs tries whether the function can be reached. */
export function unpack(event: unknown): readonly LogLine[] | BadRecordReason {
  const packed = property(property(event, 'awslogs'), 'data');
  if (typeof packed !== 'string') return BadRecordReason.NOT_A_RECORD;
  let text: string;
  try {
    text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: LARGEST_BATCH_BYTES }).toString('utf8');
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      ? BadRecordReason.TOO_LONG
      : BadRecordReason.NOT_JSON;
  }
  try {
    return linesOf(JSON.parse(text));
  } catch {
    return BadRecordReason.NOT_JSON;
  }
}

function linesOf(envelope: unknown): readonly LogLine[] | BadRecordReason {
  const type = property(envelope, 'messageType');
  if (type === 'CONTROL_MESSAGE') return [];
  const lines = property(envelope, 'logEvents');
  return type === 'DATA_MESSAGE' && Array.isArray(lines) ? lines : BadRecordReason.NOT_A_RECORD;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** CloudWatch Logs uses 56 digits. */
const LONGEST_ID = 128;

/** Whether an entry of a delivery is a line: the entries are as the sender made them. */
export function isLine(entry: LogLine): boolean {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    typeof entry.message === 'string' &&
    typeof entry.id === 'string' &&
    entry.id.length <= LONGEST_ID
  );
}
