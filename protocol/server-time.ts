// Reads times as exchanges write them, and tells how far an exchange's clock is from ours.
import { AnswerTimeFormat, type ServerTimeOperation } from '../contract/exchange/exchange-configuration';
import { valueAt } from './answer-json';

const ISO_8601 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
/** More than this is no clock that drifts, and signing for it would make requests that are valid some other day. */
const LARGEST_OFFSET_MS = 300_000;

/** Null means: none. Undefined is what cannot be read. */
export function readTime(value: unknown, format = AnswerTimeFormat.UNIX_MILLISECONDS): Date | null | undefined {
  if (value === undefined || value === null || ['', '0', '-1'].includes(String(value))) return null;
  if (format === AnswerTimeFormat.ISO_8601) {
    return typeof value === 'string' && ISO_8601.test(value) ? valid(new Date(value)) : undefined;
  }
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value));
  if (!isNumber) return undefined;
  return valid(new Date(Number(value) * (format === AnswerTimeFormat.UNIX_SECONDS ? 1000 : 1)));
}

/** Years 2001 to 2255: seconds taken for milliseconds, and the other way round, are outside. */
function valid(time: Date): Date | undefined {
  const milliseconds = time.getTime();
  return milliseconds >= 1e12 && milliseconds < 9e12 ? time : undefined;
}

/**
 * The exchange's time minus ours, in milliseconds; undefined where its answer tells none, or one that no drifting clock explains.
 * @param asked our time when the exchange was asked, and when it had answered.
 */
export function clockOffset(
  { timePath, timeFormat }: Pick<ServerTimeOperation, 'timePath' | 'timeFormat'>,
  body: object | undefined,
  asked: { readonly before: number; readonly after: number },
): number | undefined {
  const time = readTime(valueAt(body, timePath), timeFormat);
  if (!(time instanceof Date)) return undefined;
  const offset = Math.round(time.getTime() - (asked.before + asked.after) / 2);
  return Math.abs(offset) > LARGEST_OFFSET_MS ? undefined : offset;
}
