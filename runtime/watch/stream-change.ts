// What one record of the table's stream says has changed.
import {
  type Attribute,
  FINDING_KINDS,
  type Finding,
  FindingKind,
  HEARTBEAT_KEY,
  ITEM_ATTRIBUTE,
  isFindingItem,
  KEY_ATTRIBUTE,
  readFindingItem,
} from '../../contract/watch';

interface Base {
  /** By which Lambda is told where to go on. */
  readonly sequence: string;
  /** Sort key. */
  readonly item: string;
}

export type Change = Base &
  (
    | { readonly is: 'finding'; readonly finding: Finding }
    /** Found and stored, and not to be read any more; `kind` as far as that can be told. */
    | { readonly is: 'unreadable finding'; readonly kind: FindingKind }
    | { readonly is: 'heartbeat'; readonly beatAt: number }
    | { readonly is: 'nothing to tell' }
    | { readonly is: 'malformed' }
  );

type Image = Readonly<Record<string, Attribute | undefined>>;

/** A heartbeat that took longer is no proof that the watch is alive. */
export const SLOWEST_HEARTBEAT_MS = 900_000;

export function readChange(record: unknown): Change {
  const { eventName, dynamodb } = objectOf(record) as { eventName?: unknown; dynamodb?: unknown };
  const { SequenceNumber, NewImage, OldImage, Keys } = objectOf(dynamodb);
  const sequence = typeof SequenceNumber === 'string' ? SequenceNumber : '';
  const [image, before, keys] = [NewImage, OldImage, Keys].map(imageOf);
  const item = image[ITEM_ATTRIBUTE]?.S ?? keys[ITEM_ATTRIBUTE]?.S;
  const base = { sequence, item: typeof item === 'string' ? item : '' };
  if (eventName === 'REMOVE') return { ...base, is: 'nothing to tell' };
  if (isFindingItem(base.item) || 'finding' in image) return findingChange(base, image, before);
  const known = (eventName === 'INSERT' || eventName === 'MODIFY') && base.item !== '';
  if (!known) return { ...base, is: 'malformed' };
  const isBeat = image[KEY_ATTRIBUTE]?.S === HEARTBEAT_KEY && image.beatAt?.N !== before.beatAt?.N;
  return isBeat && isPrompt(image)
    ? { ...base, is: 'heartbeat', beatAt: Number(image.beatAt?.N) }
    : { ...base, is: 'nothing to tell' };
}

/** The same finding stored again, after it had expired, is a new one. */
function findingChange(base: Base, image: Image, before: Image): Change {
  const stored = readFindingItem(image);
  if (stored === undefined) {
    const kind = FINDING_KINDS.find((known) => known === image.finding?.S || base.item.startsWith(`finding#${known}#`));
    return { ...base, is: 'unreadable finding', kind: kind ?? FindingKind.BAD_RECORD };
  }
  if (before.foundAt?.N === image.foundAt?.N) return { ...base, is: 'nothing to tell' };
  return { ...base, is: 'finding', finding: stored.finding };
}

function isPrompt({ beatAt, seenAt }: Image): boolean {
  return Number(seenAt?.N) - Number(beatAt?.N) <= SLOWEST_HEARTBEAT_MS;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Attributes that are none are left out. */
function imageOf(value: unknown): Image {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([name, one]) => [name, objectOf(one) as Attribute]));
}
