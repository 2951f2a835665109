// The findings table of a measurement: in the memory of this process, or in the local DynamoDB. Calls are counted either way.
import {
  type AttributeValue,
  BatchGetItemCommand,
  CreateTableCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ITEM_ATTRIBUTE, KEY_ATTRIBUTE } from '../../contract/watch';
import { createTableClient, FindingsTable } from '../../runtime/watch/findings-table';
import { AwsCalls, type Counts } from '../caretaker/aws-calls';

export type TableKind = 'memory' | 'local DynamoDB';

const REGION = 'eu-west-1';

export class MeasuredTable {
  public static async create(kind: TableKind): Promise<MeasuredTable> {
    const calls = new AwsCalls();
    if (kind === 'memory') return new MeasuredTable(new ClientInMemory(calls) as unknown as DynamoDBClient, calls, '-');
    const client = createTableClient(REGION);
    const name = `findings-${process.pid}-${++created}`;
    await createTable(client, name);
    return new MeasuredTable(calls.watch('dynamodb', client), calls, name);
  }

  private constructor(
    private readonly client: DynamoDBClient,
    private readonly calls: AwsCalls,
    private readonly name: string,
  ) {}

  public open(): FindingsTable {
    return new FindingsTable(this.client, this.name, async () => undefined);
  }

  /** Since the last call of this. */
  public takeCalls(): Counts {
    return this.calls.take();
  }
}

let created = 0;

export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const names = [KEY_ATTRIBUTE, ITEM_ATTRIBUTE];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
}

type Item = Record<string, AttributeValue>;

/** What quiet traffic asks of DynamoDB, without DynamoDB; anything else is refused, because it would measure nothing. */
class ClientInMemory {
  private readonly items = new Map<string, Item>();

  constructor(private readonly calls: AwsCalls) {}

  public async send(command: object): Promise<object> {
    this.calls.count(`dynamodb:${command.constructor.name.replace(/Command$/, '')}`);
    if (command instanceof BatchGetItemCommand) {
      const [[table, { Keys = [] }]] = Object.entries(command.input.RequestItems ?? {});
      return {
        Responses: { [table]: Keys.map((key) => this.items.get(placeOf(key))).filter((item) => item !== undefined) },
        UnprocessedKeys: {},
      };
    }
    if (command instanceof PutItemCommand) {
      const { Item = {} } = command.input;
      const place = placeOf(Item);
      if (!this.items.has(place)) this.items.set(place, Item);
      return {};
    }
    throw new Error(`the table in memory does not know ${command.constructor.name}: the traffic was not quiet`);
  }
}

const placeOf = (item: Item): string => `${item[KEY_ATTRIBUTE].S} ${item[ITEM_ATTRIBUTE].S}`;
