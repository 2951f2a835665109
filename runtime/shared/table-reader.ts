// Reads items of the findings table: those that are there and have not expired.
import { type AttributeValue, BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EXPIRY_ATTRIBUTE, ITEM_ATTRIBUTE, KEY_ATTRIBUTE } from '../../contract/watch';
import { awsRefusal } from './aws-refusal';
import { CLIENT_SETTINGS } from './client-settings';
import { inParallel } from './in-parallel';
import { Refusal } from './refusal';

/** Where an item lies. */
export interface Place {
  readonly keyName: string;
  readonly item: string;
}

/** What is there, in milliseconds since 1970 where it is a time. */
export interface Stored {
  readonly seenAt?: number;
  /** Of an old version. */
  readonly heldAt?: number;
  /** Of the heartbeat, when records could be judged as well. */
  readonly judgedAt?: number;
  readonly expiresAt: number;
}

type Item = Record<string, AttributeValue>;

/** Quota of `BatchGetItem`. */
const PLACES_PER_READ = 100;
/** How often items are asked for again that DynamoDB had no capacity for. */
const READ_ATTEMPTS = 5;
export const CALLS_AT_ONCE = 16;

export function createTableClient(region: string): DynamoDBClient {
  return new DynamoDBClient({ region, ...CLIENT_SETTINGS });
}

export class TableReader {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly sleep: (milliseconds: number) => Promise<void>,
  ) {}

  /** The items of these places that are there and have not expired, by `placeId`. @throws Refusal */
  public async read(places: readonly Place[], now: number): Promise<Map<string, Stored>> {
    const found = new Map<string, Stored>();
    const unique = [...new Map(places.map((place) => [placeId(place), place])).values()];
    const chunks = Array.from({ length: Math.ceil(unique.length / PLACES_PER_READ) }, (_, index) =>
      unique.slice(index * PLACES_PER_READ, (index + 1) * PLACES_PER_READ),
    );
    await inParallel(chunks, CALLS_AT_ONCE, async (chunk) => {
      for (const item of await this.readChunk(chunk)) {
        const { [KEY_ATTRIBUTE]: key, [ITEM_ATTRIBUTE]: name, [EXPIRY_ATTRIBUTE]: expiry } = item;
        if (key?.S === undefined || name?.S === undefined)
          throw unusableItems('BatchGetItem', this.table, 'an item without its key');
        const expiresAt = expiry?.N === undefined ? Number.POSITIVE_INFINITY : Number(expiry.N) * 1000;
        // to the second, as the condition of a write has it: where the two differ, what is new would not be written
        if (expiresAt < seconds(now) * 1000) continue;
        found.set(placeId({ keyName: key.S, item: name.S }), { ...timesOf(item), expiresAt });
      }
    });
    return found;
  }

  private async readChunk(places: readonly Place[]): Promise<Item[]> {
    const found: Item[] = [];
    let keys: Item[] = places.map(keyOf);
    for (let attempt = 1; keys.length > 0; attempt++) {
      if (attempt > READ_ATTEMPTS) {
        const got = `some items and left others unread, ${READ_ATTEMPTS} times`;
        throw unusableItems('BatchGetItem', this.table, got);
      }
      if (attempt > 1) await this.sleep(50 * 2 ** attempt);
      const { Responses, UnprocessedKeys } = await this.client
        .send(new BatchGetItemCommand({ RequestItems: { [this.table]: { Keys: keys, ConsistentRead: true } } }))
        .catch((error: unknown) => {
          throw awsRefusal('dynamodb:BatchGetItem', this.table, error);
        });
      const items = Responses?.[this.table];
      if (!Array.isArray(items)) throw unusableItems('BatchGetItem', this.table, 'no list of items');
      found.push(...items);
      keys = UnprocessedKeys?.[this.table]?.Keys ?? [];
    }
    return found;
  }
}

/** The service gave something else than it says it gives. */
export function unusableItems(action: string, table: string, got: string): Refusal {
  return new Refusal('AWS_ANSWER_UNUSABLE', `'dynamodb:${action}' on '${table}' gave ${got}; try again`);
}

/** One text for a place; names of keys have no blanks. */
export function placeId({ keyName, item }: Place): string {
  return `${keyName} ${item}`;
}

export function keyOf({ keyName, item }: Place): Item {
  return { [KEY_ATTRIBUTE]: { S: keyName }, [ITEM_ATTRIBUTE]: { S: item } };
}

/** To the second, as items expire. */
export const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/** Those that the item has. */
function timesOf(item: Item): Omit<Stored, 'expiresAt'> {
  const names = ['seenAt', 'heldAt', 'judgedAt'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (item[name]?.N === undefined ? [] : [[name, Number(item[name].N)]])),
  );
}
