// What a place that keeps an allowlist takes, and our list in its form: refused whole where any of it would not be taken.
import { InputError } from '../errors';
import { allowlistEntry } from '../exchange/allowlist-entry';
import { AllowlistEntryFormat } from '../exchange/exchange-configuration';
import { type EgressList, type Ranged, rangesOf } from './list';

export interface AllowlistVenue {
  /** As `--exchange` takes it, and as the lock names it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly entryFormat: AllowlistEntryFormat;
  /** Takes no block, although its entries are written as ranges. @default false */
  readonly singleAddressesOnly?: boolean;
  /** Keys are compared with what is published: a block is not replaced by its addresses. @default false */
  readonly asPublished?: boolean;
  /** @default - no limit is known */
  readonly mostEntries?: number;
  /** Of the whole text. @default - no limit is known */
  readonly mostCharacters?: number;
  /** Regions from which it is documented to refuse calls, by how their names begin. @default - none is known */
  readonly refusedRegions?: readonly string[];
  /** What a person who edits the list there must know. */
  readonly notes: readonly string[];
}

/** What to do about a list that is too long: the last resort is for limits that have changed. */
const FEWER =
  'use fewer zones, split the regions between keys with --regions, or configure the exchange if its limit is another one by now';

/** The list as the venue takes it; all that are known take commas between entries. */
export interface VenueText {
  readonly entries: readonly string[];
  readonly text: string;
}

/** The ranges that the venue is given for the addresses: where it takes no blocks, the addresses themselves. */
export function venueRanges(venue: AllowlistVenue, addresses: readonly Ranged[]): string[] {
  return rangesOf(addresses, !takesBlocks(venue) && !venue.asPublished);
}

/**
 * The ranges, each once, in the venue's form.
 * @throws InputError `VENUE_EMPTY`, `VENUE_RANGE_NOT_ACCEPTED`, `VENUE_TOO_MANY_ENTRIES`, `VENUE_TOO_LONG`.
 */
export function venueText(venue: AllowlistVenue, ranges: readonly string[]): VenueText {
  const { name, mostEntries, mostCharacters } = venue;
  if (ranges.length === 0) {
    throw new InputError(
      'VENUE_EMPTY',
      `the list for '${name}' is empty, and an empty list lets a key in from everywhere; list one address at least`,
    );
  }
  const entries = ranges.map((range) => entryOf(venue, range));
  if (mostEntries !== undefined && entries.length > mostEntries) {
    throw new InputError(
      'VENUE_TOO_MANY_ENTRIES',
      `the list has ${entries.length} entries, '${name}' takes ${mostEntries}; ${FEWER}`,
    );
  }
  const text = entries.join(',');
  if (mostCharacters !== undefined && text.length > mostCharacters) {
    throw new InputError(
      'VENUE_TOO_LONG',
      `the list of ${entries.length} entries has ${text.length} characters, '${name}' takes ${mostCharacters}; ${FEWER}`,
    );
  }
  return { entries, text };
}

/** What to know before the list is given to the venue. */
export function venueWarnings(venue: AllowlistVenue, entries: EgressList['entries']): string[] {
  const regions = [...new Set(entries.map(({ region }) => region))];
  const refused = regions.filter((region) => venue.refusedRegions?.some((start) => region.startsWith(start)));
  return refused.length === 0
    ? []
    : [
        `${venue.title} documents that it answers 403 to calls from where ${refused.join(', ')} ${refused.length > 1 ? 'are' : 'is'}, allowlist or not; use another region, or the exchange's own host for that country`,
      ];
}

function entryOf(venue: AllowlistVenue, range: string): string {
  const entry = takesBlocks(venue) || range.endsWith('/32') ? allowlistEntry(range, venue.entryFormat) : undefined;
  if (entry !== undefined) return entry;
  throw new InputError(
    'VENUE_RANGE_NOT_ACCEPTED',
    `'${range}' is a block of addresses, '${venue.name}' takes single addresses only; publish the addresses of the pool instead of its block`,
  );
}

function takesBlocks({ entryFormat, singleAddressesOnly }: AllowlistVenue): boolean {
  return entryFormat !== AllowlistEntryFormat.ADDRESS && singleAddressesOnly !== true;
}
