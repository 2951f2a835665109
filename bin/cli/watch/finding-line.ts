// A finding as the notifier's log holds it, and as a line for people or programs.
import { ALARM_CATALOGUE, AlarmSeverity } from '../../../contract/alarms';
import { InputError } from '../../../contract/errors';
import { quoted } from '../../../contract/quoted';
import { FINDING_KINDS, FINDING_MESSAGE, type FindingKind } from '../../../contract/watch';
import { asUsage } from '../failure';
import type { Output, Style } from '../output/output';
import { printable } from '../output/printable';
import { second } from '../output/times';

/** What the log says; none of it is believed to be well-formed beyond its type. */
export interface ToldFinding {
  readonly kind: string;
  readonly keyName: string;
  readonly subject: string;
  readonly at: Date;
  readonly detail: string;
  readonly more: Readonly<Record<string, string | undefined>>;
}

const MORE = ['versionId', 'sourceIp', 'endpoint', 'category', 'exchange'] as const;

/** The finding in a line of the log; undefined when there is none that can be read. */
export function parseFindingLine(line: string): ToldFinding | undefined {
  let fields: Record<string, unknown> | null;
  try {
    fields = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { message, finding, keyName, subject, at, detail } = fields ?? {};
  if (message !== FINDING_MESSAGE || !isText(finding) || !isText(keyName) || !isText(subject)) return undefined;
  const time = new Date(typeof at === 'number' ? at : Number.NaN);
  if (Number.isNaN(time.getTime())) return undefined;
  const more = MORE.flatMap((name) => {
    const value = fields?.[name];
    return isText(value) ? [[name, value]] : [];
  });
  return {
    kind: finding,
    keyName,
    subject,
    at: time,
    detail: isText(detail) ? detail : '',
    more: Object.fromEntries(more),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** What makes two lines tell the same finding. */
export function identityOf({ kind, keyName, subject, at }: ToldFinding): string {
  return JSON.stringify([kind, keyName, subject, at.getTime()]);
}

export function findingJson({ kind, keyName, subject, at, detail, more }: ToldFinding) {
  return { at, finding: kind, severity: severityOf(kind), keyName, subject, detail, ...more };
}

const WIDEST_KIND = Math.max(...FINDING_KINDS.map((kind) => kind.length));

/** `2026-11-22 10:00:05 UTC  NewSourceIp         prod-trader-bot-a  203.0.113.9  …` */
export function findingText({ kind, keyName, subject, at, detail }: ToldFinding, output: Output): string {
  const name = printable(kind).padEnd(WIDEST_KIND);
  return [second(at), output.styled(styleOf(kind), name), printable(keyName), printable(subject), printable(detail)]
    .join('  ')
    .trimEnd();
}

/** Severity of the alarm of this kind; of a kind that only a newer ring knows, undefined. */
export function severityOf(kind: string): AlarmSeverity | undefined {
  return ALARM_CATALOGUE.find(({ id }) => id === kind)?.severity;
}

function styleOf(kind: string): Style {
  return severityOf(kind) === AlarmSeverity.WARNING ? 'yellow' : 'red';
}

/** @throws Failure `FINDING_KIND_UNKNOWN`. */
export function findingKind(text: string): FindingKind {
  return asUsage(() => {
    const kind = FINDING_KINDS.find((known) => known === text);
    if (kind) return kind;
    throw new InputError(
      'FINDING_KIND_UNKNOWN',
      `--finding ${quoted(text)} is none; it is one of ${FINDING_KINDS.join(', ')}`,
    );
  });
}
