// Lambda entry point: the heartbeat of a ring's watch, called by a schedule. An error is the schedule's to repeat.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { REQUEST_LOG_GROUP_VARIABLE } from '../../contract/watch';
import { CLIENT_SETTINGS } from '../shared/client-settings';
import { required } from '../shared/function-settings';
import { sendHeartbeat } from './heartbeat';

let client: CloudWatchLogsClient | undefined;

export const handler = async (): Promise<void> => {
  const logGroup = required(process.env, REQUEST_LOG_GROUP_VARIABLE);
  client ??= new CloudWatchLogsClient({ region: required(process.env, 'AWS_REGION'), ...CLIENT_SETTINGS });
  await sendHeartbeat({ client, logGroup, now: Date.now });
};
