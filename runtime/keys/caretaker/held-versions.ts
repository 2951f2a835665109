// When workloads were last seen with an old version of their key: asked of the watch, and only of one that is alive.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import {
  HEARTBEAT_ITEM,
  HEARTBEAT_KEY,
  parseWatchDocument,
  versionItem,
  type WatchDocument,
  watchParameterName,
} from '../../../contract/watch';
import { Refusal } from '../../shared/refusal';
import { awsRefusal } from '../../shared/secrets-client';
import { TableReader } from '../../shared/table-reader';

/** When the version was last seen with a workload, in seconds since 1970; undefined when it was not. @throws Refusal */
export type HeldVersions = (keyName: string, versionId: string) => Promise<number | undefined>;

export interface HeldVersionsOptions {
  readonly environment: string;
  readonly ssm: SSMClient;
  readonly dynamo: DynamoDBClient;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
}

/**
 * Heartbeats come every 2 minutes by the way of reports. After so long without one whose detector knew the keys of the ring,
 * the absence of reports says nothing.
 */
const LONGEST_SILENCE_MS = 900_000;

/** @throws Refusal when the watch is not deployed, cannot be read, or is silent. */
export async function openHeldVersions(options: HeldVersionsOptions): Promise<HeldVersions> {
  const { environment, dynamo, sleep, now } = options;
  const { findingsTable } = await readDocument(options);
  const table = new TableReader(dynamo, findingsTable, sleep);
  const read = async (keyName: string, item: string) =>
    (await table.read([{ keyName, item }], now())).values().next().value;
  const beat = (await read(HEARTBEAT_KEY, HEARTBEAT_ITEM))?.judgedAt;
  if (!(beat !== undefined && now() - beat <= LONGEST_SILENCE_MS)) {
    const last = Number.isFinite(beat) ? new Date(beat as number).toISOString() : 'none';
    throw new Refusal(
      'WATCH_SILENT',
      `the watch of ${environment} cannot say which old keys are held: its last heartbeat that could judge is ${last}; see alarms HeartbeatMissing and DetectorImpaired`,
    );
  }
  return async (keyName, versionId) => {
    const item = await read(keyName, versionItem(versionId));
    if (item === undefined) return undefined;
    if (Number.isFinite(item.heldAt)) return (item.heldAt as number) / 1000;
    throw new Refusal(
      'AWS_ANSWER_UNUSABLE',
      `'${findingsTable}' says of version '${versionId}' of '${keyName}' no time; delete the item '${versionItem(versionId)}'`,
    );
  };
}

/** @throws Refusal, also for what is no document: it says where the table is and nothing else does. */
async function readDocument({ environment, ssm }: HeldVersionsOptions): Promise<WatchDocument> {
  const Name = watchParameterName(environment);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name })).catch((error: unknown) => {
    throw awsRefusal('ssm:GetParameter', Name, error);
  });
  return parseWatchDocument(Parameter?.Value ?? '');
}
