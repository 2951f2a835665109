// The third part of `npm start`: what a workload logs, what the watch makes of it, and the alarms that go off.
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  EndpointCategory,
  Outcome,
  parseWatchDocument,
  REQUEST_EVENT,
  type RequestRecord,
  watchParameterName,
} from '../contract/watch';
import { LocalAwsHooks } from '../local-aws/test-hooks';
import type { KeyInUse, Tour, TouredKey } from './keys-tour';
import { command } from './operator-command';

const STRANGER = '192.0.2.66';
const PATIENCE_MS = 60_000;

/** Writes records as a bot and a thief would, and gives what `watch tail` says of them. */
export async function tourWatch(tour: Tour, key: TouredKey): Promise<string> {
  const { endpoint, config, addresses, say } = tour;
  const region = config.ring?.homeRegion as string;
  const options = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const logs = new CloudWatchLogsClient(options);
  const ssm = new SSMClient(options);
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: watchParameterName(config.environment) }));
    const { requestLogGroup, alarmPrefix, doNotTradeAlarm } = parseWatchDocument(Parameter?.Value ?? '');
    const record = recordOf(key.name);
    say(`writing request records of ${key.name}: the bot's own, one of its retired key, one from ${STRANGER}`);
    await write(logs, requestLogGroup, [
      record(key.current, addresses[0], Outcome.OK),
      record(key.retired, addresses[0], Outcome.KEY_UNKNOWN),
      record(key.current, STRANGER, Outcome.BLOCKED_IP),
    ]);
    const kinds = ['RetiredKeyUse', 'NewSourceIp', 'BlockedByAllowlist'];
    let found = '';
    for (const end = Date.now() + PATIENCE_MS; !kinds.every((kind) => found.includes(kind)); await setTimeout(500)) {
      if (Date.now() > end) throw new Error(`the watch did not tell of ${kinds.join(', ')}:\n${found}`);
      found = await command(tour, ['watch', 'tail', '--no-follow', '--since', '1h']);
    }
    // alarms look at full minutes: what waiting for the next one would do
    const { alarms } = await new LocalAwsHooks(endpoint).evaluateAlarms(region, new Date(Date.now() + 60_000));
    for (const name of [...kinds.map((kind) => `${alarmPrefix}${kind}`), doNotTradeAlarm]) {
      if (alarms[name] !== 'ALARM') throw new Error(`alarm ${name} should be on, and is ${alarms[name]}`);
      say(`alarm ${name} is on`);
    }
    return found;
  } finally {
    logs.destroy();
    ssm.destroy();
  }
}

function recordOf(keyName: string) {
  return ({ versionId, document }: KeyInUse, sourceIp: string, outcome: Outcome): RequestRecord => ({
    event: REQUEST_EVENT,
    schema: 1,
    timestamp: Date.now(),
    keyName,
    keyId: createHash('sha256').update(document.apiKey).digest('hex').slice(0, 12),
    keyVersion: versionId,
    exchange: document.exchange,
    sourceIp,
    category: EndpointCategory.READ,
    method: 'GET',
    endpoint: '/v1/account',
    status: outcome === Outcome.OK ? 200 : 403,
    outcome,
    latencyMs: 12,
  });
}

async function write(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  records: readonly RequestRecord[],
): Promise<void> {
  const logStreamName = 'tour';
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = records.map((record) => ({ timestamp: record.timestamp, message: JSON.stringify(record) }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}
