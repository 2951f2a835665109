// What a report holds, put together from what was read: the document of `--json`, and what its text is made from.
import { type Finding, type HeldVersion, NO_KEY } from '../../../contract/watch';
import type { AlarmFacts } from './alarm-states';
import { findingJson, type ToldFinding } from './finding-line';
import type { Reading } from './reading';
import { NO_REQUESTS, type RequestCounts } from './requests';

export interface KeyReport extends RequestCounts {
  readonly name: string;
  /** False: requests or findings name it, and no secret of the ring does. */
  readonly inRing: boolean;
  /** Number of findings by kind. */
  readonly findings: Readonly<Record<string, number>>;
}

/** Findings of one kind about one key. */
export interface FindingGroup {
  readonly keyName: string;
  readonly kind: string;
  readonly count: number;
  readonly latest: Finding;
}

export interface ReportContent {
  readonly keys: readonly KeyReport[];
  /** The newest first. */
  readonly findings: readonly Finding[];
  readonly groups: readonly FindingGroup[];
  /** Old versions of keys that workloads held, the last seen first. */
  readonly held: readonly HeldVersion[];
  readonly alarms: readonly AlarmFacts[];
}

export interface Read {
  /** Names of the keys of the ring. */
  readonly ringKeys: readonly string[];
  readonly counts: ReadonlyMap<string, RequestCounts>;
  readonly findings: readonly Finding[];
  readonly held: readonly HeldVersion[];
  readonly alarms: readonly AlarmFacts[];
}

/** Every key that the ring has, that made a request or that a finding names; those of the ring first, by name. */
export function contentOf({ ringKeys, counts, findings, held, alarms }: Read): ReportContent {
  const groups = grouped(findings);
  const inRing = new Set(ringKeys);
  const others = new Set([...counts.keys(), ...findings.map(({ keyName }) => keyName)]);
  const strangers = [...others].filter((name) => !inRing.has(name) && (name !== NO_KEY || counts.has(name)));
  const keys = [...[...inRing].sort(), ...strangers.sort()].map((name) => ({
    name,
    inRing: inRing.has(name),
    ...(counts.get(name) ?? NO_REQUESTS),
    findings: Object.fromEntries(
      groups.filter(({ keyName }) => keyName === name).map(({ kind, count }) => [kind, count]),
    ),
  }));
  return { keys, findings, groups, held, alarms };
}

/** The latest trouble first. */
function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const { keyName, kind } = finding;
    const id = `${kind} ${keyName}`;
    const group = groups.get(id);
    groups.set(id, { keyName, kind, latest: group?.latest ?? finding, count: (group?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

export function documentOf({ session, watch, from, to, keyName }: Reading, content: ReportContent) {
  return {
    schema: 1,
    environment: session.environment,
    region: watch.region,
    from: new Date(from),
    to: new Date(to),
    key: keyName,
    keys: content.keys,
    findings: content.findings.map((finding) => findingJson(asTold(finding))),
    oldVersions: content.held.map(({ keyName: name, versionId, heldAt }) => ({
      keyName: name,
      versionId,
      lastHeld: new Date(heldAt),
    })),
    alarms: content.alarms,
  };
}

/** As the log tells it. */
function asTold({ kind, keyName, subject, at, detail, keyVersion, ...more }: Finding): ToldFinding {
  return { kind, keyName, subject, at: new Date(at), detail, more: { versionId: keyVersion, ...more } };
}
