// Whether a value in a record could be a name, an id, an endpoint: tests without throwing, for every line of a log.
import { parseExchangeName } from '../keys/key-description';
import { parseKeyName } from '../keys/key-name';

const MOST_REMEMBERED = 5_000;
const LONGEST_REMEMBERED = 128;

/** Values repeat from line to line; the good ones are looked up. Bounded, because a log's writer chooses them. */
function remembered(isGood: (text: string) => boolean): (value: unknown) => boolean {
  const good = new Set<unknown>();
  return (value) => {
    if (good.has(value)) return true;
    if (typeof value !== 'string' || value.length > LONGEST_REMEMBERED || !isGood(value)) return false;
    if (good.size >= MOST_REMEMBERED) good.clear();
    good.add(value);
    return true;
  };
}

const matching = (pattern: RegExp) => remembered((text) => pattern.test(text));
const parsedBy = (parse: (text: string) => unknown) =>
  remembered((text) => {
    try {
      parse(text);
      return true;
    } catch {
      return false;
    }
  });

export const isKeyName = parsedBy(parseKeyName);
export const isExchangeName = parsedBy(parseExchangeName);
export const isKeyId = matching(/^[0-9a-f]{12}$/);
export const isVersionId = matching(/^[A-Za-z0-9-]{32,64}$/);
export const isEndpoint = matching(/^(?:[A-Za-z0-9]|\/)[A-Za-z0-9_.:{}/-]{0,99}$/);
