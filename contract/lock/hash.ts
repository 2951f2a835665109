// The hash of a lock: notices an edit by hand and a bad merge. It is no signature: whoever can edit can compute it too.
import type { LockDocument, LockEntry } from './document';

/** A lock before its hash is known. */
export type LockContent = Omit<LockDocument, 'hash'>;

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** `fnv1a64:` and 16 hexadecimal digits: FNV-1a of the canonical JSON. Order of regions, entries and keys does not matter. */
export function lockHash(content: LockContent): string {
  const { schemaVersion, environment, regions } = sortLock(content);
  const hash = [...asciiJson({ schemaVersion, environment, regions })].reduce(
    (sum, character) => BigInt.asUintN(64, (sum ^ BigInt(character.charCodeAt(0))) * PRIME),
    OFFSET,
  );
  return `fnv1a64:${hash.toString(16).padStart(16, '0')}`;
}

/** The content as a document: sorted, keys in the order of the schema, with its hash. Regions without entries go. */
export function sealLock(content: LockContent): LockDocument {
  const { schemaVersion, environment, regions } = sortLock(content);
  return { schemaVersion, environment, hash: lockHash(content), regions };
}

function sortLock({ schemaVersion, environment, regions }: LockContent): LockContent {
  const named = Object.entries(regions).filter(([, entries]) => entries.length > 0);
  const sorted = named.sort(byName).map(([region, entries]) => [region, entries.map(inOrder).sort(compareEntries)]);
  return { schemaVersion, environment, regions: Object.fromEntries(sorted) };
}

/** By zone; what drains after what took its place, older first. */
function compareEntries(a: LockEntry, b: LockEntry): number {
  const keys = (entry: LockEntry) => [entry.availabilityZone, Number(entry.role === 'draining'), entry.since];
  const [left, right] = [
    [...keys(a), a.address],
    [...keys(b), b.address],
  ];
  const at = left.findIndex((key, index) => key !== right[index]);
  return at < 0 ? 0 : left[at] < right[at] ? -1 : 1;
}

function inOrder(entry: LockEntry): LockEntry {
  const { availabilityZone, allocationId, address, role, since, retireAfter, reason, approvedBy, told } = entry;
  return {
    availabilityZone,
    allocationId,
    address,
    role,
    since,
    ...(retireAfter !== undefined && { retireAfter }),
    ...(reason !== undefined && { reason }),
    ...(approvedBy !== undefined && { approvedBy }),
    told: Object.fromEntries(Object.entries(told).sort(byName)),
  };
}

/** One byte a character, so that no two runtimes can differ in how they encode a text. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
