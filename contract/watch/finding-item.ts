// How findings and what was seen lie in the table: names of attributes and items, and a finding as an item and back.
import { FINDING_KINDS, type Finding, REPEAT_MS } from './finding';

/** Partition key: name of the key, `NO_KEY`, or `HEARTBEAT_KEY`. */
export const KEY_ATTRIBUTE = 'key';
/** Sort key: what the item is about that key. */
export const ITEM_ATTRIBUTE = 'item';
/** Time to live, seconds since 1970. DynamoDB deletes late, so whoever reads compares. */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

/** Partition and sort key of the newest heartbeat. */
export const HEARTBEAT_KEY = '#heartbeat';
export const HEARTBEAT_ITEM = 'beat';
/** Sort key of a key's first record ever. */
export const FIRST_ITEM = 'key#first';

/** Findings, and addresses that nobody uses any more, are forgotten after this time. */
export const KEPT_MS = 90 * 86_400_000;

const FINDING_PREFIX = 'finding#';
const VERSION_PREFIX = 'version#';
/** Stands for the period of a finding that is not repeated. */
export const ONCE = 'once';

/** The part of DynamoDB's attribute values that these items use. */
export interface Attribute {
  readonly S?: string;
  readonly N?: string;
}

/** `address#203.0.113.7` */
export function addressItem(origin: string): string {
  return `address#${origin}`;
}

/** `spike#1795000000000` */
export function spikeItem(windowStart: number): string {
  return `spike#${windowStart}`;
}

/** `version#4c8ab2f0-…`: when an old version of the key was last seen with a workload. */
export function versionItem(versionId: string): string {
  return `${VERSION_PREFIX}${versionId}`;
}

/** The hour in which a finding is told once: `2026-11-22T20`. */
export function hourOf(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / REPEAT_MS) * REPEAT_MS).toISOString().slice(0, 13);
}

/** `finding#NewSourceIp#203.0.113.7#2026-11-22T20` */
export function findingItem({ kind, subject }: Finding, period: string): string {
  return `${FINDING_PREFIX}${kind}#${subject}#${period}`;
}

/** True for the sort key of a finding. */
export function isFindingItem(item: string): boolean {
  return item.startsWith(FINDING_PREFIX);
}

const TEXTS = ['subject', 'detail', 'keyVersion', 'sourceIp', 'endpoint', 'category', 'exchange'] as const;
const REQUIRED_TEXTS = 2;

/** The attributes of a finding, its keys apart. */
export function findingAttributes(finding: Finding, foundAt: number): Record<string, Attribute> {
  const attributes: Record<string, Attribute> = {
    finding: { S: finding.kind },
    at: { N: String(finding.at) },
    foundAt: { N: String(foundAt) },
    [EXPIRY_ATTRIBUTE]: { N: expirySeconds(foundAt) },
  };
  for (const name of TEXTS) {
    const text = finding[name];
    if (text !== undefined) attributes[name] = { S: text };
  }
  return attributes;
}

/** `expiresAt` of what was written at that time. */
export function expirySeconds(milliseconds: number): string {
  return String(Math.ceil((milliseconds + KEPT_MS) / 1000));
}

/** A finding that was stored, and when. */
export interface StoredFinding {
  readonly finding: Finding;
  readonly foundAt: number;
}

/** The finding of an item; undefined for an item that cannot be read as one. */
export function readFindingItem(item: Readonly<Record<string, Attribute | undefined>>): StoredFinding | undefined {
  const kind = FINDING_KINDS.find((known) => known === item.finding?.S);
  const keyName = item[KEY_ATTRIBUTE]?.S;
  const [at, foundAt] = [item.at?.N, item.foundAt?.N].map((number) =>
    number === undefined ? Number.NaN : Number(number),
  );
  const texts = TEXTS.map((name) => [name, item[name]?.S] as const);
  const complete = texts.slice(0, REQUIRED_TEXTS).every(([, text]) => typeof text === 'string');
  if (kind === undefined || typeof keyName !== 'string' || !isTime(at) || !isTime(foundAt) || !complete)
    return undefined;
  const given = Object.fromEntries(texts.filter(([, text]) => typeof text === 'string'));
  return { finding: { kind, keyName, at, ...given } as unknown as Finding, foundAt };
}

/** An old version of a key that a workload held, and when it was last seen to, milliseconds since 1970. */
export interface HeldVersion {
  readonly keyName: string;
  readonly versionId: string;
  readonly heldAt: number;
}

/** The version of an item; undefined for an item of another kind, or that cannot be read. */
export function readVersionItem(item: Readonly<Record<string, Attribute | undefined>>): HeldVersion | undefined {
  const [keyName, name, time] = [item[KEY_ATTRIBUTE]?.S, item[ITEM_ATTRIBUTE]?.S, item.heldAt?.N];
  if (keyName === undefined || !name?.startsWith(VERSION_PREFIX) || time === undefined) return undefined;
  const heldAt = Number(time);
  return isTime(heldAt) ? { keyName, versionId: name.slice(VERSION_PREFIX.length), heldAt } : undefined;
}

/** Whole milliseconds that a `Date` can hold. */
function isTime(milliseconds: number): boolean {
  return Number.isInteger(milliseconds) && Math.abs(milliseconds) <= 8.64e15;
}
