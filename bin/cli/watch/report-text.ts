// A report for people: requests by key, findings, alarms.
import type { HeldVersion } from '../../../contract/watch';
import type { Output } from '../output/output';
import { printable } from '../output/printable';
import { table } from '../output/table';
import { minute } from '../output/times';
import type { AlarmFacts } from './alarm-states';
import type { Reading } from './reading';
import type { FindingGroup, KeyReport, ReportContent } from './report-content';

const KEY_HEADINGS = ['key', 'requests', 'failures', 'auth failures', 'addresses', 'last used', 'findings'];
const FINDING_HEADINGS = ['finding', 'key', 'times', 'last', 'subject', 'detail'];
const HELD_HEADINGS = ['old version', 'key', 'last seen with a workload'];
const ALARM_HEADINGS = ['state', 'alarm', 'severity', 'since', 'what it is about'];

export function reportText({ session, watch, from, to }: Reading, content: ReportContent): string {
  const { output, environment } = session;
  const period = `${minute(new Date(from))} to ${minute(new Date(to))}`;
  return [
    `${output.styled('bold', `watch of '${environment}' in ${watch.region}`)}, ${period}`,
    keysText(content.keys),
    findingsText(content, output),
    ...(content.held.length > 0 ? [table(HELD_HEADINGS, content.held.map(heldRow))] : []),
    alarmsText(content.alarms, output),
  ].join('\n\n');
}

function keysText(keys: readonly KeyReport[]): string {
  return keys.length > 0 ? table(KEY_HEADINGS, keys.map(keyRow)) : 'no keys';
}

function keyRow({
  name,
  inRing,
  requests,
  failures,
  authFailures,
  addresses,
  lastUsed,
  findings,
}: KeyReport): string[] {
  const kinds = Object.entries(findings).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${printable(name)}${inRing ? '' : ' (not in the ring)'}`,
    ...[requests, failures, authFailures, addresses].map(String),
    lastUsed ? minute(lastUsed) : '-',
    kinds.join(', ') || '-',
  ];
}

function findingsText({ findings, groups }: ReportContent, output: Output): string {
  if (groups.length === 0) return output.styled('green', 'no findings');
  return `${output.styled('red', `findings: ${findings.length}`)}\n${table(FINDING_HEADINGS, groups.map(groupRow))}`;
}

function groupRow({ kind, keyName, count, latest }: FindingGroup): string[] {
  const { at, subject, detail } = latest;
  return [kind, printable(keyName), `${count}`, minute(new Date(at)), printable(subject), printable(detail)];
}

function heldRow({ keyName, versionId, heldAt }: HeldVersion): string[] {
  return [printable(versionId), printable(keyName), minute(new Date(heldAt))];
}

function alarmsText(alarms: readonly AlarmFacts[], output: Output): string {
  const others = alarms.filter(({ state, actionsEnabled }) => state !== 'OK' || !actionsEnabled);
  const fine = alarms.length - others.length;
  if (others.length === 0) return output.styled(fine > 0 ? 'green' : 'red', `alarms: ${fine} OK`);
  const heading = output.styled('red', `alarms: ${others.length} to look at, ${fine} OK`);
  return `${heading}\n${table(ALARM_HEADINGS, others.map(alarmRow))}`;
}

function alarmRow({ state, id, severity, since, title, actionsEnabled }: AlarmFacts): string[] {
  const muted = actionsEnabled ? '' : ' (actions are off: it tells nobody)';
  return [`${state}${muted}`, printable(id), severity ?? '-', since ? minute(since) : '-', title ?? '-'];
}
