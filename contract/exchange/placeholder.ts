// The placeholders that requests may hold: a closed list for each operation, and where a list may stand.
import { quoted } from '../quoted';
import type { ExchangeOperation } from './exchange-configuration';
import { parseText } from './signing-text';

export const OPERATION_NAMES = ['probe', 'inspect', 'create', 'list', 'restrict', 'revoke', 'serverTime'] as const;

/** Name of an operation. */
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Name of a placeholder. */
export type Placeholder =
  | 'account'
  | 'label'
  | 'keyId'
  | 'apiKey'
  | 'passphrase'
  | 'permissions'
  | 'allowlist'
  | 'cursor';

/** Placeholders that stand for several values. */
const LISTS: readonly Placeholder[] = ['permissions', 'allowlist'];
const COMMA = ':comma';

const ALLOWED: Readonly<Record<OperationName, readonly Placeholder[]>> = {
  probe: ['keyId', 'apiKey'],
  inspect: ['keyId', 'apiKey'],
  create: ['account', 'label', 'permissions', 'allowlist', 'passphrase'],
  list: ['account', 'cursor'],
  restrict: ['account', 'keyId', 'label', 'permissions', 'allowlist'],
  revoke: ['account', 'keyId', 'passphrase'],
  serverTime: [],
};

/** The placeholders of an operation; `signedByKey` is about `revoke`. */
export function allowedPlaceholders(operation: OperationName, signedByKey = false): readonly Placeholder[] {
  return operation === 'revoke' && signedByKey ? [...ALLOWED.revoke, 'apiKey'] : ALLOWED[operation];
}

/** A literal, one value, several values as an array (then it is the only piece), or several values with commas between. */
export type TemplatePiece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'value' | 'list' | 'comma'; readonly name: Placeholder };

/** Where a text stands: only a text of a body can become a JSON array. */
export interface TextPlace {
  readonly allowed: readonly Placeholder[];
  readonly inBody: boolean;
}

/** The pieces of a text, or what is wrong with it. */
export function parseTemplate(text: string, { allowed, inBody }: TextPlace): TemplatePiece[] | string {
  const pieces = parseText(text);
  if (pieces === undefined) return `${quoted(text)} has a brace without its partner; write placeholders as {name}`;
  const found: TemplatePiece[] = [];
  for (const piece of pieces) {
    if ('literal' in piece) {
      found.push({ kind: 'literal', text: piece.literal });
      continue;
    }
    const comma = piece.token.endsWith(COMMA);
    const bare = comma ? piece.token.slice(0, -COMMA.length) : piece.token;
    const name = allowed.find((known) => known === bare);
    const isList = name !== undefined && LISTS.includes(name);
    if (name === undefined || (comma && !isList)) return unknown(piece.token, allowed);
    if (isList && !comma && (!inBody || pieces.length > 1)) {
      return `'{${name}}' is a list, which only a text of a body that is nothing else can be; write {${name}${COMMA}}`;
    }
    found.push({ kind: comma ? 'comma' : isList ? 'list' : 'value', name });
  }
  return found;
}

function unknown(token: string, allowed: readonly Placeholder[]): string {
  const names = allowed.flatMap((name) => (LISTS.includes(name) ? [`{${name}}`, `{${name}${COMMA}}`] : [`{${name}}`]));
  const known = names.length === 0 ? 'this operation has none' : `allowed here are ${names.join(', ')}`;
  return `placeholder ${quoted(`{${token}}`)} is unknown, ${known}`;
}

/** A text of an operation that may hold placeholders. */
export interface TemplateText {
  /** `query.limit`, `body.permissions.0` */
  readonly path: string;
  readonly text: string;
  readonly inBody: boolean;
}

/** Every text of an operation that may hold placeholders. */
export function templateTexts({ path, query, body }: ExchangeOperation): TemplateText[] {
  return [
    { path: 'path', text: path, inBody: false },
    ...Object.entries(query ?? {}).map(([name, text]) => ({ path: `query.${name}`, text, inBody: false })),
    ...bodyTexts('body', body),
  ];
}

function bodyTexts(path: string, value: unknown): TemplateText[] {
  if (typeof value === 'string') return [{ path, text: value, inBody: true }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => bodyTexts(`${path}.${name}`, item));
}
