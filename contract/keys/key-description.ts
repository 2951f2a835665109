// What a secret's description says about its key: schema-versioned, and all that the Lambda functions know of the key.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { parseDay } from './day';
import { type DescribedPermission, parsePermissions } from './permission';
import { chooseOverlap, chooseTier, type RiskTier } from './risk-tier';

export interface WithdrawalReviewRecord {
  readonly reviewer: string;
  /** Day of the review, `2026-11-22`. */
  readonly date: string;
  readonly ticket: string;
  /** First day on which the review no longer holds. */
  readonly expires: string;
}

export interface KeyDescription {
  /** Team that answers for the key. */
  readonly owner: string;
  /** Name of the exchange's configuration. */
  readonly exchange: string;
  /** Sub-account at the exchange the key belongs to. */
  readonly account?: string;
  readonly permissions: readonly DescribedPermission[];
  readonly tier: RiskTier;
  readonly overlapHours: number;
  readonly withdrawalReview?: WithdrawalReviewRecord;
}

const SCHEMA = 'exchange-keys/1';
/** One word: what separates fields and values cannot be in it. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,62}$/;
/** Single hyphens inside only: it becomes part of the management key's name. */
const EXCHANGE = /^(?=.{1,31}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const FIELDS = ['owner', 'exchange', 'account', 'tier', 'permissions', 'overlap', 'review'];

/**
 * One word of a description: an owner, an account, a reviewer, a ticket.
 * @throws InputError `WORD_MALFORMED`.
 */
export function parseWord(what: string, value: string): string {
  // typeof: callers in JavaScript may leave it out, and 'undefined' would be a word
  if (typeof value === 'string' && WORD.test(value)) return value;
  throw new InputError(
    'WORD_MALFORMED',
    `${what} ${quoted(String(value))} is not one word; write 1 to 63 letters, digits, '.', '_', '@', '+' or '-', a letter or digit first`,
  );
}

/** @throws InputError `EXCHANGE_NAME_MALFORMED`. */
export function parseExchangeName(name: string): string {
  if (EXCHANGE.test(name)) return name;
  throw new InputError(
    'EXCHANGE_NAME_MALFORMED',
    `exchange name ${quoted(name)} is not one; write lower-case words of letters and digits joined by hyphens, at most 31 characters, a letter first, for example 'xxkk'`,
  );
}

/** `exchange-keys/1 owner=desk-1 exchange=xxkk tier=high permissions=read,trade overlap=24h` */
export function formatDescription(key: KeyDescription): string {
  const { withdrawalReview: review } = key;
  const fields: [string, string | undefined][] = [
    ['owner', parseWord('owner', key.owner)],
    ['exchange', parseExchangeName(key.exchange)],
    ['account', key.account === undefined ? undefined : parseWord('account', key.account)],
    ['tier', chooseTier(key.permissions, key.tier)],
    ['permissions', parsePermissions(key.permissions).join(',')],
    ['overlap', `${chooseOverlap(key.tier, key.overlapHours)}h`],
    ['review', review && formatReview(review)],
  ];
  const given = fields.filter(([, value]) => value !== undefined);
  return [SCHEMA, ...given.map(([name, value]) => `${name}=${value}`)].join(' ');
}

/**
 * What the description says.
 * @throws InputError `DESCRIPTION_MALFORMED` when anything in it is missing, unknown, given twice or out of its bounds.
 */
export function parseDescription(text: string): KeyDescription {
  try {
    const key = parse(text);
    // One text for one meaning: another order or notation was not written by a deployment.
    if (formatDescription(key) !== text) throw unreadable('it is not written as a deployment writes it');
    return key;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      'DESCRIPTION_MALFORMED',
      `description ${quoted(text)} is not one of ours (${error.message}); deploy the stack of the key again`,
    );
  }
}

function parse(text: string): KeyDescription {
  const [schema, ...parts] = text.split(' ');
  if (schema !== SCHEMA) throw unreadable(`it does not begin with '${SCHEMA}'`);
  const fields = new Map<string, string>();
  for (const part of parts) {
    const [name, ...rest] = part.split('=');
    if (!FIELDS.includes(name) || fields.has(name) || rest.length !== 1) {
      throw unreadable(`unexpected ${quoted(part)}`);
    }
    fields.set(name, rest[0]);
  }
  const permissions = parsePermissions(field(fields, 'permissions').split(','));
  const tier = chooseTier(permissions, field(fields, 'tier'));
  const account = fields.get('account');
  const review = fields.get('review');
  return {
    owner: parseWord('owner', field(fields, 'owner')),
    exchange: parseExchangeName(field(fields, 'exchange')),
    ...(account !== undefined && { account: parseWord('account', account) }),
    permissions,
    tier,
    overlapHours: chooseOverlap(tier, Number(/^([0-9]{1,3})h$/.exec(field(fields, 'overlap'))?.[1])),
    ...(review !== undefined && { withdrawalReview: parseReview(review) }),
  };
}

/** Becomes part of the refusal that `parseDescription` words. */
function unreadable(problem: string): InputError {
  return new InputError('DESCRIPTION_MALFORMED', problem);
}

function field(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw unreadable(`'${name}' is missing`);
  return value;
}

function formatReview({ reviewer, date, ticket, expires }: WithdrawalReviewRecord): string {
  return [
    parseWord('reviewer', reviewer),
    parseDay('date of the review', date),
    parseWord('ticket', ticket),
    parseDay('expiry of the review', expires),
  ].join(',');
}

function parseReview(text: string): WithdrawalReviewRecord {
  const [reviewer, date, ticket, expires = '', more] = text.split(',');
  if (more !== undefined) throw unreadable(`unexpected ${quoted(more)} in 'review'`);
  const record = { reviewer, date, ticket, expires };
  formatReview(record);
  return record;
}
