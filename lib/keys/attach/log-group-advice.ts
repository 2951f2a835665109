// Advises where request records of a workload would be written into a log that nobody looks through.
import { Annotations } from 'aws-cdk-lib';
import { AppResource } from './app-resources';
import { AttachableKey } from './attachable-key';
import { refersTo } from './references';

/** @param logGroup name as rendered; null when there is none; undefined when it cannot be known, then nothing is said */
export function warnOfUnwatchedLogs(key: AttachableKey, by: AppResource, logGroup: unknown): void {
  if (logGroup === undefined) return;
  if (key.ring.requestLogs().some(({ logGroupName }) => refersTo(by, logGroup ?? undefined, logGroupName))) return;
  Annotations.of(by.resource).addWarningV2(
    'cdk-exchange-keys:request-logs',
    `what uses key '${key.keyName}' does not log to a group that the ring looks through, so that misuse of the key is not noticed: pass its log group to 'addRequestLogs' of the ring (its own 'requestLogs' is for records and nothing else)`,
  );
}
