// Every wrong input of a key is refused at synth, with a code and a heading in the FAQ.
import { CfnParameter, Duration, Lazy } from 'aws-cdk-lib';
import {
  Exchange,
  ExchangeKeyProps,
  KeyPermission,
  KeyRefresh,
  RingSize,
  RiskTier,
  WithdrawalReview,
} from '../../../lib';
import { refusal } from '../../support/config-error';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { exchange, TRADER, withRing } from '../../support/keys';

const { READ, TRADE_LIMITED, TRADE, WITHDRAW } = KeyPermission;
const CONFIGURATION = xxkkConfiguration('https://api.xxkk.example');
const NOVEMBER_22 = { context: { 'cdk-exchange-keys:today': '2026-11-22' } };

const refused = (code: string, props: Partial<ExchangeKeyProps>) =>
  refusal(code, () => withRing({}, NOVEMBER_22).ring.addKey('TraderBotA', { ...TRADER, ...props }));
const accepted = (props: Partial<ExchangeKeyProps>) =>
  withRing({}, NOVEMBER_22).ring.addKey('TraderBotA', { ...TRADER, ...props });

test.each<[string, Partial<ExchangeKeyProps>, string]>([
  ['KEY_PURPOSE_MALFORMED', { purpose: 'Trader Bot' }, "'name': purpose 'Trader Bot'"],
  ['KEY_PURPOSE_RESERVED', { purpose: 'management-xxkk' }, "'management-xxkk'"],
  ['KEY_INSTANCE_MALFORMED', { instance: 'abcdef' }, "'abcdef'"],
  ['WORD_MALFORMED', { owner: 'desk 1' }, "'owner': owner 'desk 1'"],
  ['WORD_MALFORMED', { account: 'sub 1' }, "'account': account 'sub 1'"],
  ['ACCOUNT_MISSING', { account: undefined }, "key 'dev-trader-bot-a'"],
  ['PERMISSIONS_EMPTY', { permissions: [] }, "'permissions': "],
  ['PERMISSION_UNKNOWN', { permissions: ['Trade' as KeyPermission] }, "'Trade'"],
  ['PERMISSION_TWICE', { permissions: [READ, READ] }, "'read'"],
  ['TIER_LOWERED', { tier: RiskTier.LOW }, "'tier': tier 'low' is below 'high'"],
  ['TIER_LOWERED', { permissions: [READ, TRADE_LIMITED], tier: RiskTier.LOW }, "below 'medium'"],
  ['TIER_UNKNOWN', { tier: 'critical' as RiskTier }, "'critical'"],
  ['OVERLAP_OUT_OF_BOUNDS', { overlap: Duration.hours(25) }, "'overlap': overlap of 25 hours"],
  ['OVERLAP_OUT_OF_BOUNDS', { overlap: Duration.hours(0) }, 'exactly 24 hours'],
  [
    'OVERLAP_OUT_OF_BOUNDS',
    { permissions: [READ, TRADE_LIMITED], overlap: Duration.minutes(24 * 60 + 30) },
    '24.5 hours',
  ],
  ['OVERLAP_OUT_OF_BOUNDS', { permissions: [READ, TRADE_LIMITED], overlap: Duration.hours(49) }, '24 to 48'],
  ['REFRESH_SLOWER_THAN_OVERLAP', { refresh: KeyRefresh.polling(Duration.hours(12)) }, 'every 12 hours'],
  ['REFRESH_SLOWER_THAN_OVERLAP', { refresh: KeyRefresh.onRedeploy(Duration.hours(24)) }, 'within 1 day'],
  [
    'REFRESH_SLOWER_THAN_OVERLAP',
    { permissions: [READ], refresh: KeyRefresh.onRedeploy(Duration.hours(48)) },
    'needs an overlap of 49 hours, and the overlap is 48 hours; refresh sooner',
  ],
])('%s: %j', (code, props, part) => {
  expect(refused(code, props)).toContain(part);
});

test.each<[Partial<ExchangeKeyProps>]>([
  [{ refresh: KeyRefresh.polling(Duration.minutes(690)) }],
  [{ refresh: KeyRefresh.onRedeploy(Duration.hours(23)) }],
  [
    {
      permissions: [READ, TRADE_LIMITED],
      overlap: Duration.hours(48),
      refresh: KeyRefresh.onRedeploy(Duration.hours(47)),
    },
  ],
])('accepted: %j', (props) => {
  expect(accepted(props).keyName).toBe('dev-trader-bot-a');
});

test.each(['purpose', 'instance', 'owner', 'account'] as const)(
  'a token as %s is refused: it is not known at synth',
  (prop) => {
    const { ring, stack } = withRing();
    const token = new CfnParameter(stack, 'Parameter').valueAsString;
    // An account is one word, which no token is.
    const code = prop === 'account' ? 'WORD_MALFORMED' : 'VALUE_UNKNOWN_AT_SYNTH';
    refusal(code, () => ring.addKey('TraderBotA', { ...TRADER, [prop]: token }));
  },
);

test('the id is a part of logical ids', () => {
  const { ring } = withRing();
  for (const id of ['', 'traderBot', 'Trader-Bot', 'Trader Bot', '1Trader', 'Träder']) {
    refusal('KEY_ID_MALFORMED', () => ring.addKey(id, TRADER));
  }
  refusal('VALUE_UNKNOWN_AT_SYNTH', () => ring.addKey(Lazy.string({ produce: () => 'Late' }), TRADER));
});

describe.each([RingSize.STANDARD, RingSize.SHARDED])('in a ring of size %s', (size) => {
  test('two keys have two names', () => {
    const { ring } = withRing({ size });
    ring.addKey('TraderBotA', TRADER);
    expect(refusal('KEY_DUPLICATE', () => ring.addKey('Other', TRADER))).toContain("as 'TraderBotA'");
  });

  test('and two ids', () => {
    const { ring } = withRing({ size });
    ring.addKey('TraderBotA', TRADER);
    const other = { ...TRADER, instance: 'b' };
    expect(refusal('KEY_ID_DUPLICATE', () => ring.addKey('TraderBotA', other))).toContain(
      "key 'dev-trader-bot-b' an id",
    );
  });

  test('and none of them the id of the management key', () => {
    const { ring } = withRing({ size });
    refusal('KEY_ID_DUPLICATE', () => ring.addKey('ManagementXxkk', TRADER));
  });
});

test('a key may be called like a part of the ring, one of today or one to come', () => {
  const { ring } = withRing();
  for (const [index, id] of ['Rotation', 'Caretaker', 'Encryption', 'Ring', 'Key', 'Shard00'].entries()) {
    expect(ring.addKey(id, { ...TRADER, instance: String(index) }).node.id).toBe(id);
  }
});

test('a refused key leaves its name and id free', () => {
  const { ring } = withRing();
  refusal('PERMISSIONS_EMPTY', () => ring.addKey('TraderBotA', { ...TRADER, permissions: [] }));
  expect(ring.addKey('TraderBotA', TRADER).keyName).toBe('dev-trader-bot-a');
});

test('a declared environment is accepted', () => {
  const context = { 'cdk-exchange-keys:environments': { uat: { production: false } } };
  const { ring } = withRing({ environment: 'uat' }, { context });
  expect(ring.addKey('TraderBotA', TRADER).secretName).toBe('exchange-keys/uat/uat-trader-bot-a');
});

test('permissions are put into their order', () => {
  expect(accepted({ permissions: [TRADE, READ] }).permissions).toEqual([READ, TRADE]);
});

describe('a key that withdraws (G3)', () => {
  const REVIEW: WithdrawalReview = {
    reviewer: 'ciso',
    date: '2026-11-02',
    ticket: 'SEC-1234',
    expires: '2027-11-02',
  };
  const withdraws = (review?: Partial<WithdrawalReview>) => ({
    permissions: [READ, WITHDRAW],
    withdrawalReview: review && { ...REVIEW, ...review },
  });

  test.each<[string, string, Partial<WithdrawalReview> | undefined, string]>([
    ['no review', 'WITHDRAWAL_WITHOUT_REVIEW', undefined, "'withdrawalReview'"],
    ['a review of tomorrow', 'REVIEW_IN_FUTURE', { date: '2026-11-23' }, 'dated 2026-11-23, and today is 2026-11-22'],
    ['a review that ends today', 'REVIEW_EXPIRED', { expires: '2026-11-22' }, 'expired on 2026-11-22'],
    [
      'a review that ended',
      'REVIEW_EXPIRED',
      { date: '2025-11-02', expires: '2026-11-02' },
      "'SEC-1234' of 2025-11-02",
    ],
    ['a review that ends before it began', 'REVIEW_EXPIRED', { expires: '2026-11-01' }, 'expired'],
    ['a review for 367 days', 'REVIEW_TOO_LONG', { expires: '2027-11-04' }, 'for 367 days, 366 is the longest'],
    ['a review without reviewer', 'WORD_MALFORMED', { reviewer: '' }, "'withdrawalReview': reviewer ''"],
    ['a review with blanks in the ticket', 'WORD_MALFORMED', { ticket: 'SEC 1234' }, "ticket 'SEC 1234'"],
    ['a review on a day that is none', 'DAY_MALFORMED', { date: '2026-02-30' }, "date '2026-02-30'"],
    ['a review until a day that is none', 'DAY_MALFORMED', { expires: 'never' }, "expires 'never'"],
  ])('is refused with %s', (_, code, review, part) => {
    expect(refused(code, withdraws(review))).toContain(part);
  });

  test.each<[string, Partial<WithdrawalReview>]>([
    ['of today', { date: '2026-11-22' }],
    ['that ends tomorrow', { expires: '2026-11-23' }],
    ['for 366 days', { expires: '2027-11-03' }],
  ])('is accepted with a review %s', (_, review) => {
    expect(accepted(withdraws(review)).tier).toBe(RiskTier.HIGH);
  });

  test('a review that nothing needs is refused', () => {
    refused('REVIEW_WITHOUT_WITHDRAWAL', { withdrawalReview: REVIEW });
  });
});

test('a permission that the exchange has no names for is refused', () => {
  const { ring } = withRing();
  const { withdraw: _, ...permissions } = CONFIGURATION.permissions;
  const limited = Exchange.xxkk({ ...CONFIGURATION, name: 'limited', permissions });
  const props = { ...TRADER, exchange: limited, permissions: [WITHDRAW] };
  const message = refusal('PERMISSION_NOT_MAPPED', () => ring.addKey('Treasury', props));
  expect(message).toContain("'withdraw', it has for read, trade-limited, trade;");
});

test('another exchange of the same name is refused, the same object is not', () => {
  const { ring } = withRing();
  const other = exchange();
  refusal('EXCHANGE_DUPLICATE', () => ring.addKey('TraderBotA', { ...TRADER, exchange: other }));
  const second = Exchange.xxkk({ ...CONFIGURATION, name: 'second-1' });
  ring.addKey('First', { ...TRADER, exchange: second });
  ring.addKey('Second', { ...TRADER, instance: 'b', exchange: second });
  const twin = Exchange.xxkk({ ...CONFIGURATION, name: 'second1' });
  expect(
    refusal('EXCHANGE_DUPLICATE', () => ring.addKey('Third', { ...TRADER, instance: 'c', exchange: twin })),
  ).toContain("'second-1' and 'second1'");
});
