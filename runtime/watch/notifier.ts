// Tells what the table's stream brings: findings to people, to the log and as metrics; heartbeats as a metric.
import { FINDING_DIMENSION, WatchMetric } from '../../contract/metrics';
import { FINDING_KINDS, FINDING_MESSAGE, type Finding, FindingKind } from '../../contract/watch';
import { log } from '../shared/logger';
import { shortened } from '../shared/refusal';
import { type Message, messageFor, unreadableMessage } from './finding-message';
import { type Change, readChange, SLOWEST_HEARTBEAT_MS } from './stream-change';

export interface NotifierDependencies {
  readonly environment: string;
  readonly runbookUrl: string;
  readonly publish: (message: Message) => Promise<void>;
  readonly publishCounts: (
    counts: Iterable<readonly [string, number]>,
    dimensions?: Readonly<Record<string, string>>,
  ) => void;
  readonly now: () => number;
}

export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** Findings that go into one message. */
interface Group {
  readonly changes: Extract<Change, { is: 'finding' | 'unreadable finding' }>[];
  readonly message: () => Message;
}

export type Notifier = (event: unknown) => Promise<BatchResponse>;

export function createNotifier(dependencies: NotifierDependencies): Notifier {
  return async (event) => {
    const changes = recordsOf(event).map(readChange);
    const findings = changes.flatMap((change) => (change.is === 'finding' ? [change.finding] : []));
    // before anything that can fail: an alarm must go off also when nobody can be told in words
    count(changes, dependencies);
    for (const finding of findings) logFinding(finding);
    const failed: string[] = [];
    for (const { changes: told, message } of groups(changes, dependencies)) {
      try {
        await dependencies.publish(message());
      } catch (error) {
        const { code, name, message: text } = error as { code?: string; name: string; message: string };
        log('finding not told', { code: code ?? name, detail: shortened(text, 300), records: told.length });
        failed.push(told[0].sequence);
      }
    }
    return { batchItemFailures: first(failed, changes) };
  };
}

/** Lambda goes on from the first record that is reported, so more of them say nothing. */
function first(failed: readonly string[], changes: readonly Change[]): { itemIdentifier: string }[] {
  const change = changes.find(({ sequence }) => failed.includes(sequence));
  return change === undefined ? [] : [{ itemIdentifier: change.sequence }];
}

function recordsOf(event: unknown): readonly unknown[] {
  const { Records } = (event ?? {}) as { Records?: unknown };
  return Array.isArray(Records) ? Records : [];
}

function count(changes: readonly Change[], { publishCounts, now }: NotifierDependencies): void {
  // the stream may hold everything back: findings that are told late are no proof of life
  const oldest = now() - SLOWEST_HEARTBEAT_MS;
  const beats = changes.filter((change) => change.is === 'heartbeat' && change.beatAt >= oldest).length;
  const counts = new Map<FindingKind, number>(beats > 0 ? FINDING_KINDS.map((kind) => [kind, 0]) : []);
  for (const change of changes) {
    if (change.is === 'finding') counts.set(change.finding.kind, (counts.get(change.finding.kind) ?? 0) + 1);
    if (change.is === 'unreadable finding') counts.set(change.kind, (counts.get(change.kind) ?? 0) + 1);
    if (change.is === 'malformed') log('stream record unreadable', { outcome: 'skipped', token: change.sequence });
  }
  if (beats > 0) publishCounts([[WatchMetric.HEARTBEATS, beats]]);
  for (const [kind, number] of counts) {
    publishCounts([[WatchMetric.FINDINGS, number]], { [FINDING_DIMENSION]: kind });
  }
}

function logFinding(finding: Finding): void {
  const { kind, keyName, subject, at, detail, keyVersion, sourceIp, endpoint, category, exchange } = finding;
  log(FINDING_MESSAGE, {
    ...{ finding: kind, keyName, subject, at, detail },
    ...{ versionId: keyVersion, sourceIp, endpoint, category, exchange },
  });
}

/** One message for everything of one kind about one key; in the order of the first of each. */
function groups(changes: readonly Change[], { environment, runbookUrl }: NotifierDependencies): Group[] {
  const found = new Map<string, Group>();
  for (const change of changes) {
    if (change.is !== 'finding' && change.is !== 'unreadable finding') continue;
    const id = change.is === 'finding' ? `${change.finding.kind} ${change.finding.keyName}` : change.is;
    const known = found.get(id);
    if (known) {
      known.changes.push(change);
      continue;
    }
    const members: Group['changes'] = [change];
    const findings = () => members.flatMap((member) => (member.is === 'finding' ? [member.finding] : []));
    const message = () =>
      change.is === 'finding'
        ? messageFor(findings(), environment, runbookUrl)
        : unreadableMessage(
            members.map(({ item }) => item),
            environment,
            runbookUrl,
          );
    found.set(id, { changes: members, message });
  }
  return [...found.values()];
}
