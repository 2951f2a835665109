// The list in formats that any program or person reads; those of exchanges are in `venue.ts`.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import type { EgressAddress, EgressList } from './list';

const RENDERERS = { text: toText, cidr: toCidrs, json: toJson, csv: toCsv, hcl: toHcl } as const;

/** `exchange` is the form of a venue, see `venueText`. */
export const ALLOWLIST_FORMATS = [...(Object.keys(RENDERERS) as RenderedFormat[]), 'exchange'] as const;

export type RenderedFormat = keyof typeof RENDERERS;
export type AllowlistFormat = RenderedFormat | 'exchange';

/** @throws InputError `FORMAT_UNKNOWN`. */
export function parseAllowlistFormat(text: string): AllowlistFormat {
  const format = ALLOWLIST_FORMATS.find((name) => name === text);
  if (format !== undefined) return format;
  throw new InputError(
    'FORMAT_UNKNOWN',
    `format ${quoted(text)} is unknown, allowed are ${ALLOWLIST_FORMATS.join(', ')}`,
  );
}

/** The list as text without a line feed at its end; the same list gives the same text. */
export function renderAllowlist(format: RenderedFormat, list: EgressList): string {
  return RENDERERS[format](list);
}

/** What the format `json` says. */
export function allowlistJson({ environment, cidrs, entries }: EgressList) {
  return {
    environment,
    cidrs,
    entries: entries.map(({ region, availabilityZone, role, address, cidr, publishedCidr, allocationId }) => ({
      ...{ region, availabilityZone, role, address, cidr, publishedCidr, allocationId },
    })),
  };
}

function toJson(list: EgressList): string {
  return JSON.stringify(allowlistJson(list), null, 2);
}

function toCidrs({ cidrs }: EgressList): string {
  return cidrs.join('\n');
}

/** `203.0.113.10  eu-west-1a  active`, and the block it is registered as. */
function toText({ entries }: EgressList): string {
  const widest = (key: 'address' | 'availabilityZone' | 'role') =>
    Math.max(...entries.map((entry) => entry[key].length));
  const [address, zone, role] = [widest('address'), widest('availabilityZone'), widest('role')];
  return entries
    .map((entry) => {
      const cells = [entry.address.padEnd(address), entry.availabilityZone.padEnd(zone), entry.role.padEnd(role)];
      return [...cells, ...(entry.publishedCidr === entry.cidr ? [] : [`in ${entry.publishedCidr}`])]
        .join('  ')
        .trimEnd();
    })
    .join('\n');
}

const COLUMNS = ['region', 'availabilityZone', 'role', 'address', 'cidr', 'publishedCidr', 'allocationId'] as const;

/** With a header; fields are quoted as in RFC 4180, lines end as files of this system do. */
function toCsv({ entries }: EgressList): string {
  const line = (fields: readonly string[]) => fields.map(csvField).join(',');
  return [line(COLUMNS), ...entries.map((entry) => line(COLUMNS.map((column) => entry[column])))].join('\n');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** For Terraform: local values, so that a file written again never meets a declared variable of the same name. */
function toHcl({ environment, cidrs, entries }: EgressList): string {
  const name = `exchange_keys_${environment}`;
  const regions = [...new Set(entries.map(({ region }) => region))];
  return [
    'locals {',
    `  ${name}_cidrs = [`,
    ...cidrs.map((cidr) => `    ${hclString(cidr)},`),
    '  ]',
    '',
    `  ${name}_addresses = {`,
    ...regions.flatMap((region) => [
      `    ${hclString(region)} = {`,
      ...entries.filter((entry) => entry.region === region).map((entry) => `      ${hclEntry(entry)}`),
      '    }',
    ]),
    '  }',
    '}',
  ].join('\n');
}

function hclEntry({ availabilityZone, address, cidr, role, allocationId }: EgressAddress): string {
  const fields = { address, cidr, role, allocation_id: allocationId };
  const attributes = Object.entries(fields).map(([name, value]) => `${name} = ${hclString(value)}`);
  return `${hclString(availabilityZone)} = { ${attributes.join(', ')} }`;
}

/** A quoted template without templates in it. */
function hclString(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&');
}
