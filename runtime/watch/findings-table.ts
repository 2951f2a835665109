// The table of first-seen pairs and findings: every write carries its condition, so that a second one changes nothing.
import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  addressItem,
  EXPIRY_ATTRIBUTE,
  expirySeconds,
  FIRST_ITEM,
  findingAttributes,
  HEARTBEAT_ITEM,
  HEARTBEAT_KEY,
  ITEM_ATTRIBUTE,
  KEY_ATTRIBUTE,
  spikeItem,
  versionItem,
} from '../../contract/watch';
import { awsRefusal } from '../shared/aws-refusal';
import { CLIENT_SETTINGS } from '../shared/client-settings';
import { Refusal } from '../shared/refusal';
import type { Found } from './found';
import type { Held } from './held-versions';
import { inParallel } from './in-parallel';
import type { Window } from './spikes';

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
  /** Of the heartbeat. */
  readonly beatAt?: number;
  readonly expiresAt: number;
}

/** Quota of `BatchGetItem`. */
const PLACES_PER_READ = 100;
/** How often items are asked for again that DynamoDB had no capacity for. */
const READ_ATTEMPTS = 5;
const CALLS_AT_ONCE = 16;
/** A set of refusals serves its window, and late deliveries. */
const SPIKE_KEPT_MS = 3 * 86_400_000;

const NAMES = { '#key': KEY_ATTRIBUTE, '#expiry': EXPIRY_ATTRIBUTE };
/** DynamoDB deletes late: an item that has expired is none. */
const ABSENT = 'attribute_not_exists(#key) OR #expiry < :now';

export function createTableClient(region: string): DynamoDBClient {
  return new DynamoDBClient({ region, ...CLIENT_SETTINGS });
}

export class FindingsTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly sleep: (milliseconds: number) => Promise<void>,
  ) {}

  /** The items of these places that are there and have not expired, by `placeId`. */
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
          throw this.unusable('BatchGetItem', 'an item without its key');
        const expiresAt = expiry?.N === undefined ? Number.POSITIVE_INFINITY : Number(expiry.N) * 1000;
        // to the second, as the condition of a write has it: where the two differ, what is new would not be written
        if (expiresAt < seconds(now) * 1000) continue;
        found.set(placeId({ keyName: key.S, item: name.S }), {
          ...timesOf(item),
          expiresAt,
        });
      }
    });
    return found;
  }

  /** Stores findings that are not there; the others stay as they are. */
  public async putFindings(found: readonly Found[], now: number, stored: (one: Found) => void): Promise<void> {
    await inParallel(found, CALLS_AT_ONCE, async (one) => {
      const { finding, item } = one;
      await this.put(
        { keyName: finding.keyName, item },
        findingAttributes(finding, now) as Record<string, AttributeValue>,
        now,
      );
      stored(one);
    });
  }

  /** Since when a key's addresses are learned. */
  public async putFirst(keyName: string, now: number): Promise<void> {
    await this.put({ keyName, item: FIRST_ITEM }, { seenAt: { N: String(now) } }, now);
  }

  public async putAddress(keyName: string, origin: string, now: number): Promise<void> {
    const times = { seenAt: { N: String(now) }, [EXPIRY_ATTRIBUTE]: { N: expirySeconds(now) } };
    await this.put({ keyName, item: addressItem(origin) }, times, now);
  }

  /** An address in use does not expire. */
  public async keepAddress(keyName: string, origin: string, now: number): Promise<void> {
    await this.call('UpdateItem', () =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: keyOf({ keyName, item: addressItem(origin) }),
          UpdateExpression: 'SET #expiry = :expiry, seenAt = if_not_exists(seenAt, :now)',
          ExpressionAttributeNames: { '#expiry': EXPIRY_ATTRIBUTE },
          ExpressionAttributeValues: { ':expiry': { N: expirySeconds(now) }, ':now': { N: String(now) } },
        }),
      ),
    );
  }

  /** Adds refusals to a window, each once however often it is added. Gives all of them, or `enough` when there are no fewer than the threshold. */
  public async addFailures(window: Window, threshold: number, now: number): Promise<readonly string[] | 'enough'> {
    const answer = await this.call('UpdateItem', () =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: keyOf({ keyName: window.keyName, item: spikeItem(window.start) }),
          UpdateExpression: 'ADD failures :failures SET #expiry = :expiry',
          ConditionExpression: 'attribute_not_exists(failures) OR size(failures) < :threshold',
          ExpressionAttributeNames: { '#expiry': EXPIRY_ATTRIBUTE },
          ExpressionAttributeValues: {
            ':failures': { SS: [...window.failures] },
            ':expiry': { N: String(Math.ceil((now + SPIKE_KEPT_MS) / 1000)) },
            ':threshold': { N: String(threshold) },
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    if (answer === 'refused') return 'enough';
    const all = answer.Attributes?.failures?.SS;
    if (!Array.isArray(all)) throw this.unusable('UpdateItem', 'no set of refusals');
    return all;
  }

  /** A time that is newer than the one before: it never goes back, whatever order records come in. */
  public async putHeld({ keyName, versionId, at }: Held, now: number): Promise<void> {
    const times = { heldAt: { N: String(at) }, [EXPIRY_ATTRIBUTE]: { N: expirySeconds(now) } };
    await this.call('PutItem', () =>
      this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: { ...keyOf({ keyName, item: versionItem(versionId) }), ...times },
          ConditionExpression: 'attribute_not_exists(heldAt) OR heldAt < :held',
          ExpressionAttributeValues: { ':held': { N: String(at) } },
        }),
      ),
    );
  }

  /** A heartbeat that is newer than the last one. */
  public async putHeartbeat(beatAt: number, now: number): Promise<void> {
    const times = { beatAt: { N: String(beatAt) }, seenAt: { N: String(now) } };
    await this.call('PutItem', () =>
      this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: { ...keyOf({ keyName: HEARTBEAT_KEY, item: HEARTBEAT_ITEM }), ...times },
          ConditionExpression: 'attribute_not_exists(#key) OR beatAt < :beat',
          ExpressionAttributeNames: { '#key': KEY_ATTRIBUTE },
          ExpressionAttributeValues: { ':beat': { N: String(beatAt) } },
        }),
      ),
    );
  }

  private async put(place: Place, attributes: Record<string, AttributeValue>, now: number): Promise<void> {
    const input: PutItemCommandInput = {
      TableName: this.table,
      Item: { ...keyOf(place), ...attributes },
      ConditionExpression: ABSENT,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ':now': { N: String(seconds(now)) } },
    };
    await this.call('PutItem', () => this.client.send(new PutItemCommand(input)));
  }

  private async readChunk(places: readonly Place[]): Promise<Record<string, AttributeValue>[]> {
    const found: Record<string, AttributeValue>[] = [];
    let keys: Record<string, AttributeValue>[] = places.map(keyOf);
    for (let attempt = 1; keys.length > 0; attempt++) {
      if (attempt > READ_ATTEMPTS) {
        throw this.unusable('BatchGetItem', `some items and left others unread, ${READ_ATTEMPTS} times`);
      }
      if (attempt > 1) await this.sleep(50 * 2 ** attempt);
      const answer = await this.call('BatchGetItem', () =>
        this.client.send(
          new BatchGetItemCommand({ RequestItems: { [this.table]: { Keys: keys, ConsistentRead: true } } }),
        ),
      );
      const items = answer === 'refused' ? undefined : answer.Responses?.[this.table];
      if (answer === 'refused' || !Array.isArray(items)) throw this.unusable('BatchGetItem', 'no list of items');
      found.push(...items);
      keys = answer.UnprocessedKeys?.[this.table]?.Keys ?? [];
    }
    return found;
  }

  private unusable(action: string, got: string): Refusal {
    return new Refusal('AWS_ANSWER_UNUSABLE', `'dynamodb:${action}' on '${this.table}' gave ${got}; try again`);
  }

  /** `refused`: the condition of the write does not hold, so nothing was to be done. */
  private async call<T>(action: string, send: () => Promise<T>): Promise<T | 'refused'> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'refused';
      throw awsRefusal(`dynamodb:${action}`, this.table, error);
    }
  }
}

/** Those that the item has; what is no number is as good as not there. */
function timesOf(item: Record<string, AttributeValue>): Omit<Stored, 'expiresAt'> {
  const names = ['seenAt', 'heldAt', 'beatAt'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (item[name]?.N === undefined ? [] : [[name, Number(item[name].N)]])),
  );
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/** One text for a place; names of keys have no blanks. */
export function placeId({ keyName, item }: Place): string {
  return `${keyName} ${item}`;
}

function keyOf({ keyName, item }: Place): Record<string, AttributeValue> {
  return { [KEY_ATTRIBUTE]: { S: keyName }, [ITEM_ATTRIBUTE]: { S: item } };
}
