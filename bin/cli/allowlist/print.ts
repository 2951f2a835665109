// `allowlist print`: the addresses of all regions, in the format that is wanted.
import {
  ALLOWLIST_FORMATS,
  type AllowlistFormat,
  type AllowlistVenue,
  allowlistJson,
  type EgressList,
  egressList,
  parseAllowlistFormat,
  type RenderedFormat,
  renderAllowlist,
  venueRanges,
  venueText,
  venueWarnings,
} from '../../../contract/allowlist-formats';
import { quoted } from '../../../contract/quoted';
import type { AccountCommand, AccountSession } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';
import { EXCHANGE_OPTION, REGIONS_OPTION } from './options';
import { readRegions } from './read-regions';
import { chosenRegions } from './regions';
import { chosenVenue } from './venue-option';

const ROLES = ['active', 'standby'] as const;

export const print: AccountCommand = {
  needs: 'account',
  usage: 'print',
  summary: 'print the addresses to allowlist, of every region',
  description: `Both roles by default: an exchange must let in a standby address before traffic moves to it.
With --exchange the list has the exchange's own form, and is refused if the exchange would not take all of it.`,
  options: [
    {
      flags: '--format <format>',
      description: `${ALLOWLIST_FORMATS.join(', ')} (default: text; with --exchange: exchange)`,
    },
    EXCHANGE_OPTION,
    { flags: '--role <role>', description: `only addresses of this role: ${ROLES.join(', ')}` },
    REGIONS_OPTION,
  ],
  examples: [
    'print -e prod',
    'print -e prod --exchange bybit',
    'print -e prod --format hcl > allowlist.tf',
    'print -e prod --role standby --regions eu-west-1,eu-central-1 --json',
  ],
  async run(session, { options }) {
    const wanted = choose(session, options);
    const venue = wanted.exchange === undefined ? undefined : await chosenVenue(session, wanted.exchange);
    const regions = await chosenRegions(session, options.regions);
    const documents = await readRegions(session, regions, session);
    const list = egressList(documents, wanted.role);
    if (venue === undefined) return show(session, wanted.format as RenderedFormat, list);
    const { entries, text } = venueText(venue, venueRanges(venue, list.entries));
    const warnings = [...venueWarnings(venue, list.entries), ...leftOut(list, egressList(documents), venue)];
    for (const warning of warnings) session.output.warn(warning);
    session.output.result({ exchange: venue.name, entries, text, warnings }, () => text);
  },
};

/** An exchange takes the whole list each time, so that one of a single role removes the rest. */
function leftOut(list: EgressList, all: EgressList, { title }: AllowlistVenue): string[] {
  const kept = new Set(list.entries.map(({ address }) => address));
  const others = all.entries.filter(({ address }) => !kept.has(address));
  if (others.length === 0) return [];
  const names = others.map(({ address, role }) => `${address} (${role})`).join(', ');
  return [
    `the list leaves out ${names}; sent to ${title} as the whole list, it locks them out: print it without --role`,
  ];
}

function show({ output }: AccountSession, format: RenderedFormat, list: EgressList): void {
  output.result(allowlistJson(list), () => renderAllowlist(format, list));
}

interface Wanted {
  readonly format: AllowlistFormat;
  readonly exchange?: string;
  readonly role?: (typeof ROLES)[number];
}

function choose(
  { output }: AccountSession,
  { format: given, exchange, role }: Readonly<Record<string, unknown>>,
): Wanted {
  const implied = exchange === undefined ? 'text' : 'exchange';
  const format = given === undefined ? implied : asUsage(() => parseAllowlistFormat(String(given)));
  if (format === 'exchange' && exchange === undefined) {
    throw usage('FORMAT_CONFLICT', "format 'exchange' is the form of one exchange; add --exchange");
  }
  if (format !== 'exchange' && exchange !== undefined) {
    throw usage(
      'FORMAT_CONFLICT',
      `--exchange has a form of its own, and --format is '${format}'; leave out one of them`,
    );
  }
  if (output.look.json && given !== undefined && format !== 'json' && format !== 'exchange') {
    throw usage('FORMAT_CONFLICT', `--json prints JSON, and --format is '${format}'; leave out one of them`);
  }
  return { format, exchange: exchange === undefined ? undefined : String(exchange), role: roleOf(role) };
}

function roleOf(given: unknown): Wanted['role'] {
  const role = ROLES.find((name) => name === given);
  if (role !== undefined || given === undefined) return role;
  throw usage('ROLE_UNKNOWN', `--role ${quoted(String(given))} is unknown, allowed are ${ROLES.join(', ')}`);
}

function usage(code: string, message: string): Failure {
  return new Failure(code, message, { exitCode: EXIT.usage });
}
