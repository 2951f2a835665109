// Findings of one batch, each once.
import { FINDING_KINDS, type Finding, findingItem, hourOf } from '../../contract/watch';

/** A finding, and the item in the table that makes two of them the same. */
export interface Found {
  readonly finding: Finding;
  /** Sort key; the name of the key is the partition key. */
  readonly item: string;
  /** The hour in which it is told once, or `ONCE`. */
  readonly period: string;
}

/** What makes two findings the same, as one text: names of keys have no blanks. */
export function identity({ finding, item }: Found): string {
  return `${finding.keyName} ${item}`;
}

export class FoundOnce {
  private readonly found: Map<string, Found>;

  constructor(others?: FoundOnce) {
    this.found = new Map(others?.found);
  }

  /** `period` is the hour of the finding unless told otherwise. Of several the earliest is kept, in whatever order they came. */
  public add(finding: Finding, period?: string): Found {
    const one = foundIn(finding, period);
    const id = identity(one);
    const known = this.found.get(id);
    if (known === undefined || finding.at < known.finding.at) this.found.set(id, one);
    return one;
  }

  public all(): Found[] {
    return [...this.found.values()];
  }
}

/** The item of a finding that is told once in each hour, or in `period`. */
export function foundIn(finding: Finding, period = hourOf(finding.at)): Found {
  return { finding, item: findingItem(finding, period), period };
}

/** At most so many, as evenly from all kinds as there are; the same ones whatever their order. */
export function capped(found: readonly Found[], most: number): Found[] {
  if (found.length <= most) return [...found];
  const queues = FINDING_KINDS.map((kind) =>
    found
      .filter(({ finding }) => finding.kind === kind)
      .map((one) => ({ one, id: identity(one) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const kept: Found[] = [];
  for (let row = 0; kept.length < most; row++) {
    for (const queue of queues) {
      if (row < queue.length && kept.length < most) kept.push(queue[row].one);
    }
  }
  return kept;
}
