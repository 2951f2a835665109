// Reads names and addresses as exchanges write them; undefined for what cannot be read.
import { AnswerListFormat } from '../../contract/exchange/exchange-configuration';

/** Entries that bind a key to nothing. */
const EVERYWHERE: readonly string[] = ['*', '0.0.0.0', '::', '0.0.0.0/0', '::/0'];

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
