// A key as a person or a script gives it: which fields there are, and what is wrong with them. Never shows a value.
import { InputError } from '../../../contract/errors';

export interface KeyInput {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
  /** What the exchange's key management calls the key, where that is not the API key itself. */
  readonly keyId?: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

const REQUIRED = ['apiKey', 'apiSecret'] as const;
const TIMES = ['createdAt', 'expiresAt'] as const;
const FIELDS = [...REQUIRED, 'passphrase', 'keyId', ...TIMES] as const;
const LONGEST = 4096;

/** Names that exchanges and people use for the same thing; only for these may a message repeat what was written. */
const OTHER_NAMES: Readonly<Record<string, (typeof FIELDS)[number]>> = {
  key: 'apiKey',
  secret: 'apiSecret',
  secretkey: 'apiSecret',
  apisecretkey: 'apiSecret',
  password: 'passphrase',
  apipassphrase: 'passphrase',
  id: 'keyId',
  created: 'createdAt',
  expires: 'expiresAt',
  expiry: 'expiresAt',
};

/**
 * The fields of a JSON object.
 * @throws InputError `KEY_INPUT_MALFORMED`, with all problems at once.
 */
export function parseKeyInput(text: string, now: Date): KeyInput {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the parser's own message quotes what it could not read
    throw malformed([text.trim() === '' ? 'it is empty' : 'it is not JSON']);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(['it is not a JSON object']);
  const fields = Object.entries(value);
  const problems = [
    ...fields.flatMap(([name]) => unknownField(name) ?? []),
    ...REQUIRED.flatMap((name) => (Object.hasOwn(value, name) ? [] : [`'${name}' is missing`])),
    ...fields.flatMap(([name, field]) => (isField(name) ? (fieldProblem(name, field, now) ?? []) : [])),
  ];
  if (problems.length > 0) throw malformed(problems);
  return Object.fromEntries(fields) as unknown as KeyInput;
}

/** What is wrong with a field, undefined if nothing is. */
export function fieldProblem(name: (typeof FIELDS)[number], value: unknown, now: Date): string | undefined {
  if (typeof value !== 'string') return `'${name}' is not a string`;
  if (value === '') return `'${name}' is empty`;
  if (/\s/.test(value)) return `'${name}' contains a blank or a line break`;
  if (!/^[!-~]+$/.test(value)) return `'${name}' contains characters other than printable ASCII`;
  if (value.length > LONGEST) return `'${name}' is longer than ${LONGEST} characters`;
  return TIMES.some((time) => time === name) ? timeProblem(name, value, now) : undefined;
}

function timeProblem(name: string, value: string, now: Date): string | undefined {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) return `'${name}' is not a time such as 2026-11-22T10:00:00Z`;
  if (name === 'expiresAt' && time <= now.getTime()) return `'${name}' has passed`;
  // clocks differ a little
  if (name === 'createdAt' && time > now.getTime() + 5 * 60_000) return `'${name}' is in the future`;
  return undefined;
}

/** A name that is not known may be anything, even a key: it is repeated only if it is like one of ours. */
function unknownField(name: string): string | undefined {
  if (isField(name)) return undefined;
  const plain = name.toLowerCase().replace(/[-_ ]/g, '');
  const meant = FIELDS.find((field) => field.toLowerCase() === plain) ?? OTHER_NAMES[plain];
  return meant ? `'${name}' has to be called '${meant}'` : 'it has a field that is not known';
}

function isField(name: string): name is (typeof FIELDS)[number] {
  return FIELDS.some((field) => field === name);
}

function malformed(problems: readonly string[]): InputError {
  return new InputError(
    'KEY_INPUT_MALFORMED',
    `the key cannot be read: ${[...new Set(problems)].join('; ')}; write a JSON object with ${REQUIRED.join(', ')} and, if there are, ${FIELDS.slice(REQUIRED.length).join(', ')}`,
  );
}
