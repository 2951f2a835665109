// What people are told to do: exact steps, nothing secret, and what the machine will check afterwards.
import { type KeyDocument, TIER_RULES } from '../../../contract/keys';
import { fingerprint } from '../../../protocol/fingerprint';
import type { ExchangeAdapter } from '../../exchange/adapter';
import type { KeyState } from '../key-state';

export interface Message {
  /** At most 100 characters of ASCII, as SNS wants it. */
  readonly subject: string;
  readonly text: string;
}

export interface Wanted {
  /** The exchange's own names. */
  readonly permissions: readonly string[];
  readonly cidrs: readonly string[];
}

/** What a person's key is to have, in the exchange's own words. */
export function wantedOf(adapter: ExchangeAdapter, key: KeyState, cidrs: readonly string[]): Wanted {
  return { permissions: adapter.expectedPermissions(key.description.permissions), cidrs };
}

export function createRequest(key: KeyState, { permissions, cidrs }: Wanted): Message {
  const { text: name, environment } = key.key;
  const { exchange, tier } = key.description;
  return message(`Create the next key ${name}`, [
    `The API key ${name} is about to be as old as tier '${tier}' allows (${TIER_RULES[tier].maxAgeDays} days), or to expire.`,
    'No machine can create its successor; please do it:',
    '',
    `1. Sign in at ${exchange}${inAccount(key)} and create an API key.`,
    `2. Label: ${handLabel(key)}`,
    `3. Permissions, exactly these: ${permissions.join(', ')}`,
    `4. Address allowlist, all of these: ${cidrs.join(', ')}`,
    `5. Run: exchange-keys key put ${name} --environment ${environment}`,
    '   It asks for the key without showing it. Paste it nowhere else.',
    '',
    'Leave the present key alone: it is needed until the overlap is over. You will be asked to delete it then.',
  ]);
}

export function deleteRequest(key: KeyState, document: KeyDocument, label: string | undefined): Message {
  const { text: name } = key.key;
  const { exchange } = key.description;
  return message(`Delete the old key of ${name}`, [
    `The overlap of an old API key of ${name} is over and its successor works. Please delete the old one:`,
    '',
    `1. Sign in at ${exchange}${inAccount(key)} and open its API keys.`,
    `2. Find the key ${identity(document, label)}, created ${document.createdAt}.`,
    '3. Check that it is not the newest one, and delete it.',
    '',
    'Nothing needs to be reported: the key itself is tried until the exchange no longer knows it.',
    'This message is repeated every day until then.',
  ]);
}

export function keepRequest(key: KeyState): Message {
  return message(`Do NOT delete the key of ${key.key.text}`, [
    `You were asked to delete an old API key of ${key.key.text} at ${key.description.exchange}.`,
    'It is in use again, because it was rolled back. Please do not delete it.',
    'If it is already gone, its workload cannot work: put a new key at once.',
  ]);
}

/** Some exchanges have no id but the API key itself, which is not written into messages. */
function identity(document: KeyDocument, label: string | undefined): string {
  const known = [
    ...(document.keyId === document.apiKey ? [] : [`id ${document.keyId}`]),
    ...(label === undefined ? [] : [`label ${label}`]),
    `API key beginning with ${document.apiKey.slice(0, 4)}`,
    `fingerprint ${fingerprint(document.apiKey)}`,
  ];
  return known.join(', ');
}

/** What most exchanges take, and nothing that the ring could take for a label of its own. */
function handLabel({ key }: KeyState): string {
  return `${key.purpose}_${key.instance}`.replaceAll('-', '_').slice(-16);
}

function inAccount({ description: { account } }: KeyState): string {
  return account === undefined ? '' : ` for the sub-account ${account}`;
}

function message(subject: string, lines: readonly string[]): Message {
  return { subject: `[exchange-keys] ${subject}`, text: [...lines, ''].join('\n') };
}
