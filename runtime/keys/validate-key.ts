// Whether a key is the one that was declared: whose it is, what it may do, from where, and that it works from here.
import type { Cidr } from '../../contract/cidr';
import { ErrorClass } from '../../contract/exchange/error-class';
import { type KeyDocument, KeyPermission, TIER_RULES } from '../../contract/keys';
import { type ExchangeAdapter, ExchangeError, type KeyFacts } from '../exchange/adapter';
import { probed } from './ask-exchange';
import { comesBack, exchangeRefusal, KeyRefused } from './exchange-refusal';
import { checkAddresses, checkPermissions } from './key-facts';
import type { KeyState } from './key-state';
import { type Patience, patiently } from './patience';

export interface ValidationContext extends Patience {
  readonly adapter: ExchangeAdapter;
  readonly ourAddresses: readonly Cidr[];
}

export interface ValidationRequest {
  readonly state: Pick<KeyState, 'key' | 'description'>;
  readonly document: KeyDocument;
  /** The key in use; asked when the exchange does not say what is wrong with the other. */
  readonly current?: KeyDocument;
}

export interface Validated {
  readonly facts: KeyFacts;
  readonly warnings: readonly string[];
}

/** How much longer than announced a new key may stay inactive. */
const ACTIVATION_MARGIN_MS = 30_000;
const DAY_MS = 86_400_000;

/**
 * Resolves when everything holds.
 * @throws KeyRefused when the key is not as declared. Any other error is no verdict about the key.
 */
export async function validateKey(request: ValidationRequest, context: ValidationContext): Promise<Validated> {
  const { state, document } = request;
  const { adapter, ourAddresses, now } = context;
  const name = state.key.text;
  checkDocument(request);
  checkReview(request, now());
  const facts = await ask(request, context, () => adapter.inspect(document));
  if (facts.keyId !== undefined && facts.keyId !== document.keyId) {
    throw new KeyRefused(
      'KEY_ID_MISMATCH',
      `the exchange gives key '${name}' another key id than its document; put the key again with the id that the exchange shows`,
    );
  }
  checkPermissions(name, facts, adapter.expectedPermissions(state.description.permissions));
  const warnings = [...checkAddresses(name, facts, ourAddresses), ...checkExpiry(request, facts, now())];
  await ask(request, context, () => probed(adapter, document, state.description.permissions));
  return { facts, warnings };
}

/** A document in the wrong secret would be validated against the wrong declaration, and revoked in the wrong account. */
function checkDocument({ state: { key, description }, document }: ValidationRequest): void {
  const pairs = [
    ['name', document.name, key.text],
    ['exchange', document.exchange, description.exchange],
    ['account', document.account, description.account],
  ] as const;
  for (const [field, given, wanted] of pairs) {
    if (given === wanted) continue;
    throw new KeyRefused(
      'KEY_DOCUMENT_FOREIGN',
      `the key document in the secret of '${key.text}' has another '${field}' than its secret, expected '${wanted ?? 'none'}'; put the key into the secret it is for`,
    );
  }
}

function checkReview({ state: { key, description } }: ValidationRequest, now: number): void {
  if (!description.permissions.includes(KeyPermission.WITHDRAW)) return;
  const review = description.withdrawalReview;
  if (!review) {
    throw new KeyRefused(
      'WITHDRAWAL_REVIEW_MISSING',
      `key '${key.text}' may withdraw and has no review on record; declare the review, or take the permission away`,
    );
  }
  if (new Date(now).toISOString().slice(0, 10) < review.expires) return;
  throw new KeyRefused(
    'WITHDRAWAL_REVIEW_EXPIRED',
    `the review that lets key '${key.text}' withdraw expired on ${review.expires}; review again, or take the permission away`,
  );
}

function checkExpiry({ state, document }: ValidationRequest, facts: KeyFacts, now: number): string[] {
  const expiresAt = facts.expiresAt?.getTime() ?? (document.expiresAt ? Date.parse(document.expiresAt) : undefined);
  const { maxAgeDays } = TIER_RULES[state.description.tier];
  const created = Math.min(Date.parse(document.createdAt), now);
  if (expiresAt === undefined || expiresAt >= created + maxAgeDays * DAY_MS) return [];
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  return [
    `the exchange ends key '${state.key.text}' on ${day}, before it is ${maxAgeDays} days old; it must be rotated before that day`,
  ];
}

/** One call signed with the key, repeated while the key may still become active or the exchange may come back. */
async function ask<T>(request: ValidationRequest, context: ValidationContext, call: () => Promise<T>): Promise<T> {
  const { document, state } = request;
  const { clearErrors, activationSeconds } = context.adapter.capabilities;
  const created = Math.min(Date.parse(document.createdAt), context.now());
  const activeBy = created + activationSeconds * 1000 + ACTIVATION_MARGIN_MS;
  // Where one code stands for everything, a key that is not active yet looks like a wrong one. What the exchange itself
  // has made it may not know everywhere at once; a key without label was typed by a person, and may be just wrong.
  const mayBeInactive = ({ errorClass }: ExchangeError) =>
    errorClass === ErrorClass.NOT_ACTIVE_YET ||
    (errorClass === ErrorClass.KEY_UNKNOWN && document.label !== undefined) ||
    (errorClass === ErrorClass.AMBIGUOUS_AUTH && !clearErrors && activationSeconds > 0);
  try {
    return await patiently(
      context,
      call,
      (error) => !mayBeInactive(error) && comesBack(error.errorClass),
      (error) => mayBeInactive(error) && context.now() < activeBy,
    );
  } catch (error) {
    const tooEarly = error instanceof ExchangeError && mayBeInactive(error) && context.now() < activeBy;
    const hint = await difference(request, context, error);
    throw exchangeRefusal(error, state.key.text, !tooEarly, hint);
  }
}

/** The same question with the key in use, when the exchange does not say what is wrong with the new one. */
async function difference({ current }: ValidationRequest, { adapter }: ValidationContext, error: unknown) {
  if (!(error instanceof ExchangeError) || error.errorClass !== ErrorClass.AMBIGUOUS_AUTH || !current) return '';
  const { result } = await adapter.probe(current);
  if (result === 'OK') return '; the key in use is accepted from here, so look at the new key itself';
  return `; the key in use is answered with ${result} from here, so look at our address and the exchange first`;
}
