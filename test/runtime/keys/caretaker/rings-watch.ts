// The watch of a ring as the caretaker sees it: a document, a table, a heartbeat, and what the detector has stored of old versions.
import { CreateTableCommand, DeleteTableCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import {
  ITEM_ATTRIBUTE,
  KEY_ATTRIBUTE,
  versionItem,
  type WatchDocument,
  watchParameterName,
} from '../../../../contract/watch';
import { type HeldVersions, openHeldVersions } from '../../../../runtime/keys/caretaker/held-versions';
import { createSsmClient } from '../../../../runtime/shared/secrets-client';
import { createTableClient, FindingsTable } from '../../../../runtime/watch/findings-table';
import { ENVIRONMENT, REGION, type RingWorld, type WorldKey } from '../support/ring-world';

const NAME = watchParameterName(ENVIRONMENT);
export const DOCUMENT: WatchDocument = {
  schema: 1,
  environment: ENVIRONMENT,
  region: REGION,
  requestLogGroup: 'requests',
  findingsLogGroup: 'findings',
  findingsTable: 'Watch-Findings-1A2B',
  alarmPrefix: 'exchange-keys/prod/',
  doNotTradeAlarm: 'do-not-trade',
  dashboard: 'dashboard',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
};

export class RingsWatch {
  public readonly dynamo = createTableClient(REGION);

  constructor(private readonly world: RingWorld) {}

  /** As a deployment leaves it, with a heartbeat that has just come. */
  public async deploy(): Promise<void> {
    await this.publish(JSON.stringify(DOCUMENT));
    await this.createTable();
    await this.beat();
  }

  public async createTable(): Promise<void> {
    await this.dynamo.send(
      new CreateTableCommand({
        TableName: DOCUMENT.findingsTable,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [KEY_ATTRIBUTE, ITEM_ATTRIBUTE].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: [
          { AttributeName: KEY_ATTRIBUTE, KeyType: 'HASH' },
          { AttributeName: ITEM_ATTRIBUTE, KeyType: 'RANGE' },
        ],
      }),
    );
  }

  public async publish(Value: string): Promise<void> {
    await createSsmClient(REGION).send(new PutParameterCommand({ Name: NAME, Type: 'String', Value, Overwrite: true }));
  }

  public async unpublish(): Promise<void> {
    await createSsmClient(REGION).send(new DeleteParameterCommand({ Name: NAME }));
  }

  public async dropTable(): Promise<void> {
    await this.dynamo.send(new DeleteTableCommand({ TableName: DOCUMENT.findingsTable }));
  }

  public async beat(judged = true): Promise<void> {
    const now = this.world.clock.now();
    await this.table().putHeartbeat(now, now, judged);
  }

  /** A workload was seen with the version, so many milliseconds ago. */
  public async held({ name }: WorldKey, versionId: string, ago = 0): Promise<void> {
    const now = this.world.clock.now();
    await this.table().putHeld({ keyName: name.text, versionId, at: now - ago }, now);
  }

  /** Any attributes at all. */
  public async putItem(keyName: string, versionId: string, attributes: object): Promise<void> {
    const Item = { [KEY_ATTRIBUTE]: { S: keyName }, [ITEM_ATTRIBUTE]: { S: versionItem(versionId) }, ...attributes };
    await this.dynamo.send(new PutItemCommand({ TableName: DOCUMENT.findingsTable, Item }));
  }

  /** As the caretaker's entry point wires it. */
  public open(dynamo: DynamoDBClient = this.dynamo): Promise<HeldVersions> {
    const { now, sleep } = this.world.clock;
    return openHeldVersions({ environment: ENVIRONMENT, ssm: createSsmClient(REGION), dynamo, sleep, now });
  }

  private table(): FindingsTable {
    return new FindingsTable(this.dynamo, DOCUMENT.findingsTable, this.world.clock.sleep);
  }
}
