// The request as text for a support ticket, or for whoever edits the list.
import type { RequestContent, RequestLine, RequestStep } from './request-content';

/** The same content gives the same text: it has no date, and can be compared with an earlier one. */
export function requestText({ environment, venue, add, remove }: RequestContent): string {
  const [adds, removes] = [add, remove].map(({ addresses }) => addresses.length > 0);
  if (!adds && !removes) {
    return [
      `Nothing to change: by the lock, ${venue.title} lets in exactly the addresses of environment '${environment}'.`,
      ...wholeList('The whole list:', add),
    ].join('\n');
  }
  const later = adds ? '2. LATER, when we have confirmed that step 1 works, please' : '1. Please';
  return [
    `Allowlist of the API keys of environment '${environment}' at ${venue.title}`,
    ...(adds ? step('1. FIRST, please add these addresses, and keep all others:', add) : []),
    ...(removes ? step(`${later} remove these addresses, and keep all others:`, remove) : []),
    ...(venue.notes.length > 0
      ? ['', 'Notes for whoever edits the list:', ...venue.notes.map((note) => `- ${note}`)]
      : []),
  ].join('\n');
}

function step(title: string, { addresses, list }: RequestStep): string[] {
  const width = Math.max(...addresses.map(({ address }) => address.length));
  return [
    '',
    title,
    '',
    ...addresses.map((line) => `   ${described(line, width)}`),
    ...wholeList('   The whole list is then:', { addresses, list }),
  ];
}

function described({ address, availabilityZone, role, entry, shared }: RequestLine, width: number): string {
  const isBlock = entry !== address && entry !== `${address}/32`;
  const block = isBlock ? [shared ? `in ${entry}, which stays as it is` : `as ${entry}`] : [];
  return [address.padEnd(width), availabilityZone, role, ...block].join('  ');
}

function wholeList(title: string, { list: { text } }: RequestStep): string[] {
  return ['', title, '', ...text.split('\n').map((line) => `   ${line}`)];
}
