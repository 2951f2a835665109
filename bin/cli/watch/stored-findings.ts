// Findings of a period, and the old versions of keys that workloads held in it, as the detector stored them.
import { paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  type Finding,
  type HeldVersion,
  ITEM_ATTRIBUTE,
  isFindingItem,
  KEY_ATTRIBUTE,
  readFindingItem,
  readVersionItem,
} from '../../../contract/watch';
import { required } from '../aws/errors';
import { ofWatch } from './find-watch';
import type { Reading } from './reading';

/** Each the newest first. */
export interface StoredItems {
  readonly findings: Finding[];
  readonly held: HeldVersion[];
}

export async function storedItems(reading: Reading): Promise<StoredItems> {
  const { watch, session } = reading;
  const found: Finding[] = [];
  const held: HeldVersion[] = [];
  let unreadable = 0;
  await ofWatch(`table ${watch.findingsTable}`, watch, async () => {
    for await (const { Items } of pages(reading)) {
      for (const item of required('dynamodb:Scan', Items)) {
        const version = readVersionItem(item);
        if (version) held.push(version);
        if (!isFindingItem(item[ITEM_ATTRIBUTE]?.S ?? '')) continue;
        const stored = readFindingItem(item);
        if (stored) found.push(stored.finding);
        else unreadable += 1;
      }
      reading.checkTime();
    }
  });
  if (unreadable > 0) {
    const are =
      unreadable === 1
        ? '1 finding in table $ cannot be read and is'
        : `${unreadable} findings in table $ cannot be read and are`;
    session.output.warn(`${are.replace('$', watch.findingsTable)} not counted`);
  }
  return { findings: found.sort((a, b) => b.at - a.at), held: held.sort((a, b) => b.heldAt - a.heldAt) };
}

/** Of one key its items, otherwise the whole table: findings about keys that nobody knows are in it, too. */
function pages({ session, watch, from, keyName }: Reading) {
  const client = session.aws.dynamodb;
  const input = {
    TableName: watch.findingsTable,
    FilterExpression: '(attribute_exists(#finding) AND #at >= :from) OR #held >= :from',
    ExpressionAttributeNames: { '#finding': 'finding', '#at': 'at', '#held': 'heldAt' },
    ExpressionAttributeValues: { ':from': { N: `${from}` } },
  };
  if (keyName === undefined) return paginateScan({ client }, input);
  return paginateQuery(
    { client },
    {
      ...input,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { ...input.ExpressionAttributeNames, '#key': KEY_ATTRIBUTE },
      ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ':key': { S: keyName } },
    },
  );
}
