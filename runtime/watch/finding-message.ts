// A finding in words: subject, text and attributes of the message that people get.
import { AlarmSeverity, alarmDefinition, runbookAnchor } from '../../contract/alarms';
import { type Finding, FindingKind, NO_KEY } from '../../contract/watch';
import { shortened } from '../shared/refusal';

export interface Message {
  readonly subject: string;
  readonly text: string;
  /** By which subscriptions choose. */
  readonly attributes: Readonly<Record<'ring' | 'finding' | 'severity' | 'key', string>>;
}

/** Amazon SNS: fewer than 101 characters, ASCII, no line break. */
const LONGEST_SUBJECT = 100;
/** Findings that one message spells out. */
const MOST_LISTED = 20;

/** One message about findings of one kind and one key; there is at least one. */
export function messageFor(findings: readonly Finding[], environment: string, runbookUrl: string): Message {
  const [{ kind, keyName }] = findings;
  const { title, meaning, severity } = alarmDefinition(kind);
  const more = findings.length > 1 ? ` (${findings.length})` : '';
  const left = findings.length - MOST_LISTED;
  const text = [
    `${title}, key ${keyName}, ring ${environment}`,
    `${meaning}.`,
    ...findings.slice(0, MOST_LISTED).map(paragraph),
    ...(left > 0 ? [`and ${left} more: exchange-keys watch tail`] : []),
    `What to do: ${runbookUrl}${runbookAnchor(kind)}`,
  ].join('\n\n');
  return {
    subject: subject(`[${environment}] ${kind}: ${keyName}${more}`),
    text,
    attributes: { ring: environment, finding: kind, severity, key: keyName },
  };
}

/** Something was found, and what it was cannot be read: told all the same. */
export function unreadableMessage(items: readonly string[], environment: string, runbookUrl: string): Message {
  const kind = FindingKind.BAD_RECORD;
  const text = [
    `${items.length} findings of ring ${environment} could not be read by the notifier. They are in the findings table under:`,
    ...items.slice(0, MOST_LISTED).map((item) => shortened(item, 300) || '(no sort key)'),
    `What to do: ${runbookUrl}${runbookAnchor(kind)}`,
  ].join('\n\n');
  return {
    subject: subject(`[${environment}] unreadable finding`),
    text,
    attributes: { ring: environment, finding: kind, severity: AlarmSeverity.CRITICAL, key: NO_KEY },
  };
}

function paragraph(finding: Finding): string {
  const { subject: about, at, detail, keyVersion, sourceIp, endpoint, category, exchange } = finding;
  const facts: [string, string | undefined][] = [
    ['what', about],
    ['time', new Date(at).toISOString()],
    ['version', keyVersion],
    ['address', sourceIp],
    ['endpoint', endpoint],
    ['category', category],
    ['exchange', exchange],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${shortened(value, 200)}`]));
  return [shortened(detail, 300), ...lines].join('\n');
}

function subject(text: string): string {
  return shortened(text.replace(/[^ -~]/g, '?'), LONGEST_SUBJECT).replace('…', '~');
}
