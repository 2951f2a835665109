// Lists in the form of an exchange: all of it or nothing.
import fc from 'fast-check';
import {
  ALLOWLIST_VENUES,
  type AllowlistVenue,
  egressList,
  knownVenue,
  venueRanges,
  venueText,
  venueWarnings,
} from '../../../contract/allowlist-formats';
import { parseCidr } from '../../../contract/cidr';
import { AllowlistEntryFormat } from '../../../contract/exchange/exchange-configuration';
import { parseExchangeName } from '../../../contract/keys';
import { codeOf, refusalOf } from '../refusal';
import { anyDocuments, document } from './arbitraries';

const venue = (name: string) => knownVenue(name) as AllowlistVenue;
const LIST = egressList([
  document('eu-west-1', { a: ['34.240.0.1', 'active'], b: ['34.240.0.2', 'standby'] }, ['34.240.0.0/28']),
  document('us-east-1', { a: ['52.0.0.9', 'standby'] }),
]);
const textFor = (name: string) => venueText(venue(name), venueRanges(venue(name), LIST.entries)).text;

test('names are unique, and such as a lock can hold', () => {
  const names = ALLOWLIST_VENUES.map(({ name }) => parseExchangeName(name));
  expect(new Set(names).size).toBe(names.length);
  expect(knownVenue('xxkk')).toBeUndefined();
});

test('each has its form', () => {
  expect(textFor('bybit')).toBe('34.240.0.1,34.240.0.2,52.0.0.9');
  expect(textFor('bybit-market-maker')).toBe('34.240.0.0/28,52.0.0.9');
  expect(textFor('fireblocks')).toBe('34.240.0.1/32,34.240.0.2/32,52.0.0.9/32');
});

test('a list in the form of a venue is exactly what was to be registered, and within its limits', () => {
  const accepted = new Set<string>();
  fc.assert(
    fc.property(anyDocuments(), fc.constantFrom(...ALLOWLIST_VENUES), (documents, chosen) => {
      const list = egressList(documents);
      const ranges = venueRanges(chosen, list.entries);
      const code = codeOf(() => venueText(chosen, ranges));
      const most = chosen.mostEntries ?? Number.POSITIVE_INFINITY;
      if (ranges.length > most) return expect(code).toBe('VENUE_TOO_MANY_ENTRIES');
      if (code === 'VENUE_TOO_LONG') return expect(ranges.join().length).toBeGreaterThan(chosen.mostCharacters ?? 0);
      expect(code).toBeUndefined();
      const { text, entries } = venueText(chosen, ranges);
      expect(text.length).toBeLessThanOrEqual(chosen.mostCharacters ?? Number.POSITIVE_INFINITY);
      expect(entries.length).toBeLessThanOrEqual(most);
      const read = text.split(',').map((entry) => parseCidr(entry.includes('/') ? entry : `${entry}/32`).text);
      const blocks = chosen.entryFormat !== AllowlistEntryFormat.ADDRESS && !chosen.singleAddressesOnly;
      const published = documents.flatMap(({ cidrs, entries: all }) => (blocks ? cidrs : all.map(({ cidr }) => cidr)));
      expect(read.sort()).toEqual([...new Set(published)].sort());
      accepted.add(chosen.name);
      return undefined;
    }),
    { numRuns: 500 },
  );
  expect(accepted.size).toBe(ALLOWLIST_VENUES.length);
});

test('limits hold to the last entry and character', () => {
  const ranges = (count: number, start = '52.210.1') =>
    Array.from({ length: count }, (_, host) => `${start}.${host}/32`);
  expect(venueText(venue('okx'), ranges(20)).entries).toHaveLength(20);
  expect(refusalOf(() => venueText(venue('okx'), ranges(21)))).toEqual({
    code: 'VENUE_TOO_MANY_ENTRIES',
    message:
      "the list has 21 entries, 'okx' takes 20; use fewer zones, split the regions between keys with --regions, or configure the exchange if its limit is another one by now",
  });
  const long = Array.from({ length: 31 }, (_, host) => `152.210.100.${host + 100}/32`);
  expect(venueText(venue('binance'), [...long, '52.210.1.1/32'].slice(0, 31)).text).toHaveLength(31 * 16 - 1);
  expect(refusalOf(() => venueText(venue('binance'), [...long, '52.210.1.1/32']))).toMatchObject({
    code: 'VENUE_TOO_LONG',
    message: expect.stringContaining("32 entries has 506 characters, 'binance' takes 500"),
  });
});

test.each(['bybit', 'fireblocks'])('%s takes neither a block nor an empty list', (name) => {
  expect(refusalOf(() => venueText(venue(name), ['34.240.0.0/28']))).toEqual({
    code: 'VENUE_RANGE_NOT_ACCEPTED',
    message: `'34.240.0.0/28' is a block of addresses, '${name}' takes single addresses only; publish the addresses of the pool instead of its block`,
  });
  expect(codeOf(() => venueText(venue(name), []))).toBe('VENUE_EMPTY');
});

test('a region whose calls are refused is warned about', () => {
  expect(venueWarnings(venue('bybit'), LIST.entries)).toEqual([expect.stringContaining('where us-east-1 is')]);
  expect(venueWarnings(venue('okx'), LIST.entries)).toEqual([]);
  const [first] = LIST.entries;
  expect(venueWarnings(venue('bybit'), [first])).toEqual([]);
});
