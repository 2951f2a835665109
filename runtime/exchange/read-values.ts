// Reads times, names and addresses as exchanges write them; undefined for what cannot be read, null for what says: none.
import { AnswerListFormat, AnswerTimeFormat } from '../../contract/exchange/exchange-configuration';

/** Entries that bind a key to nothing. */
const EVERYWHERE: readonly string[] = ['*', '0.0.0.0', '::', '0.0.0.0/0', '::/0'];
const ISO_8601 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** Null means: none. */
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

/** Each once. */
export function readList(value: unknown, format = AnswerListFormat.LIST): string[] | undefined {
  const given = format === AnswerListFormat.COMMA && typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(given) || typeof value === (format === AnswerListFormat.COMMA ? 'object' : 'string'))
    return undefined;
  if (!given.every((item) => typeof item === 'string')) return undefined;
  return [...new Set(given.map((item) => item.trim()).filter((item) => item !== ''))];
}

/** Empty: the key is bound to no address; one entry for everywhere makes the others worthless. */
export function readAllowlist(value: unknown, format?: AnswerListFormat): string[] | undefined {
  const entries = value === '' || value === '*' ? [] : readList(value, format);
  return entries?.some((entry) => EVERYWHERE.includes(entry)) ? [] : entries;
}

/** A text that can be part of a key: printable, without blanks. Numbers are ids. */
export function readText(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[!-~]{1,4096}$/.test(text) ? text : undefined;
}
