// The venues that are known without configuration: what each takes, and where that is written. Limits change: a configured exchange goes first.
import { AllowlistEntryFormat } from '../exchange/exchange-configuration';
import type { AllowlistVenue } from './venue';

const { ADDRESS, ADDRESS_OR_CIDR, CIDR } = AllowlistEntryFormat;

const WHOLE_LIST = 'send the whole list each time: what is left out is no longer let in';
const EMPTY_OPENS = 'never send an empty list: it takes the restriction away';

/**
 * By name.
 *
 * - `bybit`: comma list in `ips` of `update-sub-api`; `*`, an empty text or no `ips` leaves the key unbound; addresses in the
 *   US and in mainland China get 403 (API documentation, guide). No number of entries is documented.
 * - `bybit-market-maker`: gateways MMGW and MMWS, 10 addresses or ranges, changed through a contact (API documentation).
 * - `binance`: comma list; `ipAddress` of a new sub-account key has 500 characters at most (API documentation). For keys of
 *   the low-latency kind 30 addresses are documented; for others no number is.
 * - `okx`: comma list, 20 addresses: limit as SDKs have it, not found in the documentation.
 * - `kucoin`: comma list in `ipWhitelist`, 20 addresses: limit not found in the documentation either, the least certain.
 * - `gate`: list in `ip_whitelist`, removed when no value is passed (SDK documentation). No limit is documented.
 * - `bitget`: list in `ipList` (SDK types). No limit is documented.
 * - `deribit`: list in `ip_whitelist` of `private/edit_api_key`, which needs a second factor (API documentation).
 * - `coinex`: list in `ip_whitelist`, 50 addresses; an unbound key ends after three months (API documentation).
 * - `htx`: comma list, 20 addresses or ranges (API management page).
 * - `upbit`: comma list, 10 addresses (change log of the API documentation, 2024-11-04).
 * - `fireblocks`: comma list in the console, /32 only (help centre).
 */
export const ALLOWLIST_VENUES: readonly AllowlistVenue[] = [
  {
    name: 'bybit',
    title: 'Bybit',
    entryFormat: ADDRESS,
    refusedRegions: ['us-', 'cn-'],
    notes: [WHOLE_LIST, "never send '*' or an empty list: the key would work from everywhere"],
  },
  {
    name: 'bybit-market-maker',
    title: 'Bybit market maker gateways',
    entryFormat: ADDRESS_OR_CIDR,
    mostEntries: 10,
    refusedRegions: ['us-', 'cn-'],
    notes: ['send the list to the account manager, and wait for the answer before traffic moves'],
  },
  {
    name: 'binance',
    title: 'Binance',
    entryFormat: ADDRESS,
    mostCharacters: 500,
    notes: ["choose 'restrict access to trusted IPs only' (status 2); without it the list has no effect"],
  },
  { name: 'okx', title: 'OKX', entryFormat: ADDRESS, mostEntries: 20, notes: [WHOLE_LIST] },
  { name: 'kucoin', title: 'KuCoin', entryFormat: ADDRESS, mostEntries: 20, notes: [WHOLE_LIST] },
  { name: 'gate', title: 'Gate', entryFormat: ADDRESS, notes: [WHOLE_LIST, EMPTY_OPENS] },
  { name: 'bitget', title: 'Bitget', entryFormat: ADDRESS, notes: [WHOLE_LIST] },
  { name: 'deribit', title: 'Deribit', entryFormat: ADDRESS, notes: [WHOLE_LIST, 'the change needs a second factor'] },
  { name: 'coinex', title: 'CoinEx', entryFormat: ADDRESS, mostEntries: 50, notes: [WHOLE_LIST, EMPTY_OPENS] },
  {
    name: 'htx',
    title: 'HTX',
    entryFormat: ADDRESS_OR_CIDR,
    mostEntries: 20,
    notes: [WHOLE_LIST],
  },
  { name: 'upbit', title: 'Upbit', entryFormat: ADDRESS, mostEntries: 10, notes: [WHOLE_LIST] },
  {
    name: 'fireblocks',
    title: 'Fireblocks',
    entryFormat: CIDR,
    singleAddressesOnly: true,
    notes: ['only an owner of the workspace can change the list', EMPTY_OPENS],
  },
];

/** The venue of that name; undefined if none is known. */
export function knownVenue(name: string): AllowlistVenue | undefined {
  return ALLOWLIST_VENUES.find((venue) => venue.name === name);
}
