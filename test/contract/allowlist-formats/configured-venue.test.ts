// An exchange's configuration as a place that keeps an allowlist.
import { configuredVenue, egressList, venueRanges, venueText } from '../../../contract/allowlist-formats';
import { refusalOf } from '../refusal';
import { document } from './arbitraries';

const SOURCE = '/exchange-keys/prod/exchange/xxkk';
const read = (configuration: unknown) => configuredVenue(JSON.stringify(configuration), 'xxkk', SOURCE);
const { entries } = egressList([document('eu-west-1', { a: ['34.240.0.1', 'active'] }, ['34.240.0.0/28'])]);

test('form and limit are those of the configuration', () => {
  const venue = read({
    name: 'xxkk',
    allowlistEntryFormat: 'cidr',
    limits: { allowlistEntries: 2 },
    baseUrl: 'https://x.example',
  });
  expect(venueText(venue, ['34.240.0.1/32', '34.240.0.2/32']).text).toBe('34.240.0.1/32,34.240.0.2/32');
  expect(refusalOf(() => venueText(venue, ['34.240.0.1/32', '34.240.0.2/32', '34.240.0.3/32'])).code).toBe(
    'VENUE_TOO_MANY_ENTRIES',
  );
  expect(venueText(read({ name: 'xxkk' }), ['34.240.0.1/32', '34.240.8.0/28']).text).toBe('34.240.0.1,34.240.8.0/28');
});

test('keys are compared with what is published: a block that cannot be entered is refused, not replaced', () => {
  const venue = read({ name: 'xxkk', allowlistEntryFormat: 'address' });
  expect(refusalOf(() => venueText(venue, venueRanges(venue, entries))).code).toBe('VENUE_RANGE_NOT_ACCEPTED');
});

test.each([
  ['{"name": "xxkk", "secret": "hunter22"', 'is not JSON'],
  ['"hunter22"', 'is not JSON'],
  ['null', 'is not JSON'],
  ['{"name": "hunter22"}', 'is that of another exchange'],
  ['{"name": "xxkk", "allowlistEntryFormat": "hunter22"}', "'allowlistEntryFormat'"],
  ['{"name": "xxkk", "limits": {"allowlistEntries": "hunter22"}}', "'limits.allowlistEntries'"],
  ['{"name": "xxkk", "limits": {"allowlistEntries": 0}}', "'limits.allowlistEntries'"],
])('refused without showing it: %s', (text, words) => {
  const { code, message } = refusalOf(() => configuredVenue(text, 'xxkk', SOURCE));
  expect(code).toBe('EXCHANGE_CONFIGURATION_INVALID');
  expect(message).toContain(words);
  expect(message).not.toContain('hunter22');
});
