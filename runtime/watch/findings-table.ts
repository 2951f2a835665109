// The table of first-seen pairs and findings: every write carries its condition, so that a second one changes nothing.
import {
  type AttributeValue,
  type DynamoDBClient,
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
  KEY_ATTRIBUTE,
  spikeItem,
  versionItem,
} from '../../contract/watch';
import { awsRefusal } from '../shared/aws-refusal';
import { inParallel } from '../shared/in-parallel';
import {
  CALLS_AT_ONCE,
  keyOf,
  type Place,
  type Stored,
  seconds,
  TableReader,
  unusableItems,
} from '../shared/table-reader';
import type { Found } from './found';
import type { Held } from './held-versions';
import type { Window } from './spikes';

/** A set of refusals serves its window, and late deliveries. */
const SPIKE_KEPT_MS = 3 * 86_400_000;

const NAMES = { '#key': KEY_ATTRIBUTE, '#expiry': EXPIRY_ATTRIBUTE };
/** DynamoDB deletes late: an item that has expired is none. */
const ABSENT = 'attribute_not_exists(#key) OR #expiry < :now';

export { createTableClient } from '../shared/table-reader';

export class FindingsTable {
  private readonly reader: TableReader;

  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    sleep: (milliseconds: number) => Promise<void>,
  ) {
    this.reader = new TableReader(client, table, sleep);
  }

  /** The items of these places that are there and have not expired, by `placeId`. */
  public read(places: readonly Place[], now: number): Promise<Map<string, Stored>> {
    return this.reader.read(places, now);
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
    if (!Array.isArray(all)) throw unusableItems('UpdateItem', this.table, 'no set of refusals');
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

  /** A heartbeat that is newer than the last one. `judged`: records of that moment could be judged, so the lack of one says something. */
  public async putHeartbeat(beatAt: number, now: number, judged: boolean): Promise<void> {
    const beat = { N: String(beatAt) };
    const times = { beatAt: beat, seenAt: { N: String(now) }, ...(judged && { judgedAt: beat }) };
    await this.call('PutItem', () =>
      this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: { ...keyOf({ keyName: HEARTBEAT_KEY, item: HEARTBEAT_ITEM }), ...times },
          ConditionExpression: 'attribute_not_exists(#key) OR beatAt < :beat',
          ExpressionAttributeNames: { '#key': KEY_ATTRIBUTE },
          ExpressionAttributeValues: { ':beat': beat },
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
