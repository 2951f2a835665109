// Whether a value in a record could be the name of a key or an exchange: a test without throwing, for every line of a log.
import { parseExchangeName } from '../keys/key-description';
import { parseKeyName } from '../keys/key-name';

/** Names repeat in almost every line; what has been decided once is looked up. Bounded, because a log's writer chooses them. */
function remembered(parse: (name: string) => unknown): (value: unknown) => boolean {
  const decided = new Map<string, boolean>();
  return (value) => {
    if (typeof value !== 'string') return false;
    const known = decided.get(value);
    if (known !== undefined) return known;
    let good = true;
    try {
      parse(value);
    } catch {
      good = false;
    }
    if (decided.size >= 5_000) decided.clear();
    decided.set(value, good);
    return good;
  };
}

export const isKeyName = remembered(parseKeyName);
export const isExchangeName = remembered(parseExchangeName);
