// Puts the items of an answer of EC2 under their ids, and refuses an answer about something else.
import type { Ec2Reader } from '../ec2-reader';
import { shown } from '../refusal';

/** Items by id; an answer about something else, or twice about the same, is no answer to what was asked. */
export function byId<T>(
  ec2: Ec2Reader,
  action: string,
  asked: readonly string[],
  items: readonly T[],
  idOf: (item: T) => string | undefined,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const item of items) {
    const id = idOf(item);
    if (id === undefined || !asked.includes(id) || found.has(id)) {
      throw ec2.unusable(action, `${shown(id)} when asked for ${shown(asked.join(', '))}`);
    }
    found.set(id, item);
  }
  return found;
}
