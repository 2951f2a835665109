// One CloudWatch Logs Insights query for each alarm: what to look at first. Deployed, and printed in the runbook.

import { EndpointCategory } from '../exchange/endpoint-category';
import { FINDING_KINDS, FINDING_MESSAGE, FindingKind } from '../watch/finding';
import { KEY_EVENT } from '../watch/key-report';
import { AUTH_FAILURES, PERMISSION_REFUSALS } from '../watch/outcome';
import { HEARTBEAT_EVENT, REQUEST_EVENT } from '../watch/request-record';
import type { AlarmId, DO_NOT_TRADE } from './alarm-id';
import { ALARM_CATALOGUE, alarmDefinition } from './catalogue';
import { FAILED, lines, list, type SavedQuery } from './saved-query';
import { VERIFY_QUERIES } from './verify-queries';

/** `exchange-keys/prod/NewSourceIp`: CloudWatch shows slashes as folders. */
export function savedQueryName(environment: string, id: AlarmId | typeof DO_NOT_TRADE): string {
  return `exchange-keys/${environment}/${id}`;
}

/** There is no coalesce(): a line without `count` is one request, so lines and counts are shown side by side. */
const SUMS =
  'stats count(*) as lines, sum(count) as aggregated, earliest(@timestamp) as first, latest(@timestamp) as last';

type Order = 'first' | 'last' | 'lines';

const summed = (filter: string, by: string, order: Order): Omit<SavedQuery, 'name'> => ({
  logGroups: ['requests'],
  query: lines(filter, `${SUMS} by ${by}`, `sort ${order} desc`, 'limit 200'),
});

const requests = (filter: string, by: string, order: Order) =>
  summed(`filter event = "${REQUEST_EVENT}"${filter && ` and ${filter}`}`, by, order);

/** Requests, and reports of who holds a version without using it. */
const versions = (order: Order) =>
  summed(
    `filter event in ${list([REQUEST_EVENT, KEY_EVENT])}`,
    'keyName, keyVersion, keyId, event, sourceIp, outcome',
    order,
  );

/** Lines of the caretaker about what an alarm counts: `Drift`, or `Drift: …` where there is more to say. */
function counted(id: AlarmId): string {
  const { signal } = alarmDefinition(id);
  const metrics = signal.source === 'ring' ? signal.metrics : [];
  return `outcome = "found" and message like /^(${metrics.join('|')})(:|$)/`;
}

const caretaker = (id: AlarmId): Omit<SavedQuery, 'name'> => ({
  logGroups: ['caretaker'],
  query: lines(
    'fields @timestamp, keyName, message, versionId',
    `filter ${counted(id)}`,
    'sort @timestamp desc',
    'limit 200',
  ),
});

/** Everything beyond the private ranges of RFC 1918: what leaves through a NAT gateway. */
const OUTBOUND = String.raw`not (dstAddr like /^(10\.|172\.(1[6-9]|2[0-9]|3[01])\.|192\.168\.)/)`;

const STOPPING = ALARM_CATALOGUE.filter(({ doNotTrade }) => doNotTrade).map(({ id }) => id as string);

export const SAVED_QUERIES: Readonly<Record<AlarmId | typeof DO_NOT_TRADE, SavedQuery>> = {
  NewSourceIp: {
    name: 'Addresses each key was used from, the newest first',
    ...requests('', 'keyName, sourceIp, keyVersion, outcome', 'first'),
  },
  BlockedByAllowlist: {
    name: 'Requests refused because of their address',
    ...requests('outcome = "blocked-ip"', 'keyName, exchange, sourceIp, exchangeCode', 'last'),
  },
  AuthFailureSpike: {
    name: 'Refusals of each key in five minutes',
    ...requests(
      `outcome in ${list(AUTH_FAILURES)}`,
      'keyName, keyVersion, outcome, exchangeCode, sourceIp, bin(5m)',
      'lines',
    ),
  },
  AuthFailureRate: {
    name: 'Refusals by exchange, outcome and address',
    logGroups: ['requests'],
    query: lines(
      `filter event = "${REQUEST_EVENT}" and outcome in ${list(AUTH_FAILURES)}`,
      'stats count(*) as lines, count_distinct(keyName) as keys, latest(@timestamp) as last by exchange, outcome, exchangeCode, sourceIp',
      'sort lines desc',
      'limit 200',
    ),
  },
  PermissionMismatch: {
    name: 'Use beyond reading, and refusals for lack of permission, by key',
    ...requests(
      `(category in ${list([EndpointCategory.TRADE, EndpointCategory.WITHDRAW])} or outcome in ${list(PERMISSION_REFUSALS)})`,
      'keyName, category, method, endpoint, sourceIp, outcome',
      'first',
    ),
  },
  PermissionRefused: {
    name: 'Requests refused for lack of permission',
    ...requests(
      `outcome in ${list(PERMISSION_REFUSALS)}`,
      'keyName, outcome, category, method, endpoint, exchangeCode',
      'last',
    ),
  },
  UndeployedKeyUse: {
    name: 'Versions of each key in use, the newest first',
    ...versions('first'),
  },
  RetiredKeyUse: {
    name: 'Versions of each key in use, the last used first',
    ...versions('last'),
  },
  UnknownKey: {
    name: 'Findings about keys and versions that the ring does not have',
    logGroups: ['findings'],
    query: lines(
      'fields @timestamp, keyName, exchange, versionId, subject, sourceIp, endpoint, detail',
      `filter message = "${FINDING_MESSAGE}" and finding = "${FindingKind.UNKNOWN_KEY}"`,
      'sort @timestamp desc',
      'limit 200',
    ),
  },
  BadRecord: {
    name: 'Log streams with lines that are no request records',
    logGroups: ['requests'],
    // the lines themselves are not shown: nobody knows what a workload has written into them
    query: lines(
      `filter not (event in ${list([REQUEST_EVENT, KEY_EVENT, HEARTBEAT_EVENT])}) or not ispresent(event) or schema != 1 or (event = "${REQUEST_EVENT}" and not (ispresent(keyName) and ispresent(keyId) and ispresent(keyVersion) and ispresent(sourceIp) and ispresent(outcome)))`,
      'stats count(*) as lines, earliest(@timestamp) as first, latest(@timestamp) as last by @logStream, event, schema',
      'sort lines desc',
      'limit 200',
    ),
  },
  OldKeyInUse: { name: 'Old keys in use at the end of their overlap', ...caretaker('OldKeyInUse') },
  OldKeyAlive: { name: 'Old keys that are not dead in time', ...caretaker('OldKeyAlive') },
  KeyDrift: { name: 'Keys at the exchange that are not as declared', ...caretaker('KeyDrift') },
  StandbyNotListed: { name: 'Keys that lack a standby address at the exchange', ...caretaker('StandbyNotListed') },
  RotationOverdue: {
    name: 'Keys that need a person, and why rotations were refused',
    logGroups: ['caretaker', 'rotation'],
    query: lines(
      'fields @timestamp, keyName, message, code, step, versionId, token',
      `filter (${counted('RotationOverdue')}) or outcome = "refused"`,
      'sort @timestamp desc',
      'limit 200',
    ),
  },
  CaretakerImpaired: {
    name: 'What the caretaker could not do, by key',
    logGroups: ['caretaker'],
    query: lines(
      'filter outcome = "failed" or (outcome = "found" and message like /^ProbeInconclusive(:|$)/) or PassIncomplete > 0',
      'stats count(*) as times, latest(@timestamp) as last by keyName, code, message, PassIncomplete',
      'sort times desc',
      'limit 200',
    ),
  },
  CaretakerSilent: {
    name: 'Passes of the caretaker, and how they ended',
    logGroups: ['caretaker'],
    query: lines(
      'fields @timestamp, KeysSeen, KeysFailed, PassIncomplete, errorType, errorMessage, record.status',
      `filter ispresent(KeysSeen) or ${FAILED}`,
      'sort @timestamp desc',
      'limit 100',
    ),
  },
  DetectorImpaired: {
    name: 'What kept the detector from judging',
    logGroups: ['detector'],
    query: lines(
      'fields @timestamp, message, code, RecordsUnjudged, FindingsDropped, errorType, errorMessage, record.status',
      `filter RecordsUnjudged > 0 or FindingsDropped > 0 or ispresent(code) or ${FAILED}`,
      'sort @timestamp desc',
      'limit 200',
    ),
  },
  HeartbeatMissing: {
    name: 'How far heartbeats came, and what failed on the way',
    logGroups: ['requests', 'detector', 'findings'],
    query: lines(
      'fields @timestamp, @log, event, Heartbeats, message, code, detail, errorType, errorMessage, record.status',
      `filter event = "${HEARTBEAT_EVENT}" or Heartbeats > 0 or ispresent(code) or ${FAILED}`,
      'sort @timestamp desc',
      'limit 200',
    ),
  },
  DeadLetters: {
    name: 'Failures of detector and notifier',
    logGroups: ['detector', 'findings'],
    query: lines(
      `filter ispresent(code) or ${FAILED}`,
      'stats count(*) as times, earliest(@timestamp) as first, latest(@timestamp) as last by @log, message, code, detail, errorType, errorMessage, record.status',
      'sort times desc',
      'limit 100',
    ),
  },
  NatPortsExhausted: {
    name: 'Destinations by number of source ports',
    logGroups: ['flow'],
    query: lines(
      `filter action = "ACCEPT" and ${OUTBOUND}`,
      'stats count_distinct(srcPort) as ports, count(*) as flows by dstAddr, dstPort, srcAddr, bin(5m)',
      'sort ports desc',
      'limit 100',
    ),
  },
  NatPacketsDropped: {
    name: 'Senders and destinations by number of packets',
    logGroups: ['flow'],
    query: lines(
      `filter action = "ACCEPT" and ${OUTBOUND}`,
      'stats sum(packets) as sent, sum(bytes) as sentBytes, count(*) as flows by srcAddr, dstAddr, dstPort, bin(5m)',
      'sort sent desc',
      'limit 100',
    ),
  },
  ...VERIFY_QUERIES,
  DoNotTrade: {
    name: 'Findings on which trading stops',
    logGroups: ['findings'],
    query: lines(
      `filter message = "${FINDING_MESSAGE}" and finding in ${list(FINDING_KINDS.filter((kind) => STOPPING.includes(kind)))}`,
      'stats count(*) as times, earliest(@timestamp) as first, latest(@timestamp) as last by finding, keyName, subject, sourceIp',
      'sort last desc',
      'limit 200',
    ),
  },
};
