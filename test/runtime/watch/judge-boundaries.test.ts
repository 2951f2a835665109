// What a batch comes to at the limits of clocks, labels and lists: who is a finding, who is a question, who is counted.
import { PENDING, secretName } from '../../../contract/keys';
import { parseKeyName } from '../../../contract/keys/key-name';
import {
  BadRecordReason,
  EndpointCategory,
  FindingKind,
  HEARTBEAT_EVENT,
  NO_KEY,
  Outcome,
} from '../../../contract/watch';
import { Refusal } from '../../../runtime/shared/refusal';
import {
  DAY,
  HOUR,
  KEY,
  keyState,
  line,
  MINUTE,
  NOW,
  OTHER,
  OURS,
  PureWatch,
  record,
  revoke,
  SECOND,
  STRANGE,
  THEIRS,
  toldOf,
} from './support/pure-watch';
import { VERSION } from './support/records';

let watch: PureWatch;
beforeEach(async () => {
  watch = await new PureWatch().read();
});
const known = () => watch.ring.get(KEY);
const learn = (address = OURS) => known()?.addresses.add(address, NOW + DAY);
const refusal = (text: string) => new Refusal('AWS_CALL_FAILED', text);

describe('the clock of a record', () => {
  test.each<[string, number, boolean]>([
    ['ten minutes ahead', 10 * MINUTE, true],
    ['more than ten minutes ahead', 10 * MINUTE + 1, false],
    ['two days behind', -48 * HOUR, true],
    ['more than two days behind', -48 * HOUR - 1, false],
    ['now', 0, true],
  ])('%s', async (_, off, right) => {
    const judgement = await watch.judge([record({ timestamp: NOW + off, sourceIp: THEIRS })]);
    expect(judgement.badRecords).toBe(right ? 0 : 1);
    expect(toldOf(judgement)).toEqual([
      ...(right ? [] : [`BadRecord ${NO_KEY} wrong-clock`]),
      `NewSourceIp ${KEY} ${THEIRS}`,
    ]);
    // of a clock that is wrong nothing is believed
    const found = judgement.found.all().find(({ finding }) => finding.kind === FindingKind.NEW_SOURCE_IP);
    expect(found?.finding.at).toBe(right ? NOW + off : NOW);
  });

  test('a wrong one does not move a record into the overlap of its version', async () => {
    watch.secrets.listed = [keyState({ versions: { [VERSION]: ['AWSCURRENT'], [OTHER]: [revoke(-DAY)] } })];
    watch = await Object.assign(new PureWatch(), { secrets: watch.secrets }).read();
    const old = (timestamp: number) => record({ keyVersion: OTHER, timestamp });
    expect(await watch.told(old(NOW - 49 * HOUR))).toContain(`RetiredKeyUse ${KEY} ${OTHER}`);
    expect(await watch.told(old(NOW - 47 * HOUR))).toEqual([]);
  });
});

describe('a heartbeat', () => {
  const beat = (off: number) => ({ event: HEARTBEAT_EVENT, schema: 1, timestamp: NOW + off });

  test('the newest of a batch counts, in whatever order, and none of a wrong clock', async () => {
    expect((await watch.judge([beat(-2), beat(-1), beat(-3)])).heartbeat).toBe(NOW - 1);
    const judgement = await watch.judge([beat(-2), beat(10 * MINUTE + 1), beat(-48 * HOUR - 1)]);
    expect([judgement.heartbeat, judgement.badRecords, judgement.requests]).toEqual([NOW - 2, 2, 0]);
    expect((await watch.judge([record()])).heartbeat).toBeUndefined();
  });
});

test('what is fine and known asks nobody and leaves nothing', async () => {
  learn();
  const judgement = await watch.judge([record(), record({ category: EndpointCategory.TRADE, count: 4 })]);
  expect([judgement.requests, judgement.pairs.size, toldOf(judgement)]).toEqual([5, 0, []]);
  expect([judgement.authFailures, judgement.badRecords, judgement.unjudged]).toEqual([0, 0, 0]);
  expect(watch.secrets.calls).toEqual(['list']);
});

test.each<[string, object, string[]]>([
  ['another version', { keyVersion: STRANGE }, [`UnknownKey ${KEY} ${STRANGE}`]],
  ['another exchange', { exchange: 'other' }, [`UnknownKey ${KEY} other`]],
  ['another category', { category: EndpointCategory.WITHDRAW }, [`PermissionMismatch ${KEY} /v1/account`]],
  ['a refusal', { outcome: Outcome.PERMISSION }, [`PermissionMismatch ${KEY} /v1/account`]],
  ['a blocked address', { outcome: Outcome.BLOCKED_IP }, [`BlockedByAllowlist ${KEY} ${OURS}`]],
])('an address that is known excuses nothing: %s', async (_, changes, told) => {
  learn();
  expect(await watch.told(record(changes))).toEqual(told);
});

test('what the list does not explain is confirmed once for a key, with all versions in question', async () => {
  watch.secrets.described.set(
    secretName(parseKeyName(KEY)),
    keyState({ versions: { [VERSION]: [revoke(HOUR)], [OTHER]: ['AWSCURRENT'] } }),
  );
  watch.secrets.unlabelled = [STRANGE];
  const ask = [VERSION, OTHER, STRANGE, OTHER].map((keyVersion) => record({ keyVersion }));
  const judgement = await watch.judge(ask);
  expect(toldOf(judgement)).toEqual([`RetiredKeyUse ${KEY} ${STRANGE}`]);
  expect(watch.secrets.calls).toEqual(['list', `describe ${secretName(parseKeyName(KEY))}`, 'versions']);
});

test('a doubt is settled once', async () => {
  const judgement = watch.begin();
  judgement.takeAll([line(record({ keyVersion: STRANGE, outcome: Outcome.SIGNATURE, count: 2 }))]);
  await judgement.settleDoubts();
  await judgement.settleDoubts();
  expect(judgement.authFailures).toBe(2);
});

describe('each finding says what it is about', () => {
  const details = async (changes: object) => {
    const judgement = await watch.judge([record(changes)]);
    return judgement.found.all().map(({ finding }) => finding);
  };
  const about = (changes: object = {}) => {
    const { keyName, keyVersion, sourceIp, endpoint, category, exchange } = record(changes);
    return { keyName, at: NOW, keyVersion, sourceIp, endpoint, category, exchange };
  };

  test.each<[string, object, FindingKind, string, string]>([
    [
      'a new address',
      { sourceIp: '2001:db8:2::7' },
      FindingKind.NEW_SOURCE_IP,
      '2001:db8:2::/64',
      'the address is not in the published allowlist of any region',
    ],
    [
      'a blocked address',
      { sourceIp: '2001:db8:1::7', outcome: Outcome.BLOCKED_IP },
      FindingKind.BLOCKED_BY_ALLOWLIST,
      '2001:db8:1::/64',
      'the exchange refused the address that the request came from',
    ],
    [
      'an endpoint beyond the permissions',
      { category: EndpointCategory.WITHDRAW },
      FindingKind.PERMISSION_MISMATCH,
      '/v1/account',
      'the key is for read, trade and was used to withdraw',
    ],
    [
      'a refusal of the exchange',
      { outcome: Outcome.PERMISSION },
      FindingKind.PERMISSION_MISMATCH,
      '/v1/account',
      'the exchange refused the request for lack of permission',
    ],
    [
      'a refusal of the caller',
      { outcome: Outcome.REFUSED_LOCAL },
      FindingKind.PERMISSION_MISMATCH,
      '/v1/account',
      "the caller's own check refused the request for lack of permission",
    ],
    [
      'a key that nobody knows',
      { keyName: 'prod-stranger-a' },
      FindingKind.UNKNOWN_KEY,
      'prod-stranger-a',
      'no secret of the ring has this name',
    ],
    ['another exchange', { exchange: 'other' }, FindingKind.UNKNOWN_KEY, 'other', "the key is for exchange 'xxkk'"],
    [
      'another version',
      { keyVersion: STRANGE },
      FindingKind.UNKNOWN_KEY,
      STRANGE,
      "the key's secret has no such version",
    ],
  ])('%s', async (_, changes, kind, subject, detail) => {
    expect(await details(changes)).toEqual([{ ...about(changes), kind, subject, detail }]);
  });

  test('a line that is no record', async () => {
    const [found, ...more] = (await watch.judge(['no record', 'nor this'])).found.all();
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      item: 'finding#BadRecord#not-json#2026-11-22T20',
      finding: {
        kind: FindingKind.BAD_RECORD,
        keyName: NO_KEY,
        subject: BadRecordReason.NOT_JSON,
        at: NOW,
        detail: 'a line of the request log is no request record: not-json',
      },
    });
  });
});

test('entries that are no lines are counted, each once', () => {
  const judgement = watch.begin();
  const entries = [
    null,
    7,
    'text',
    {},
    { id: 'a' },
    { message: '{}' },
    { id: 1, message: '{}' },
    { id: 'a', message: 1 },
  ];
  judgement.takeAll(entries as never);
  expect([judgement.badRecords, judgement.requests]).toEqual([entries.length, 0]);
  expect(toldOf(judgement)).toEqual([`BadRecord ${NO_KEY} not-a-record`]);
});

describe('a part that could not be read', () => {
  test('the list of keys: nothing about keys is claimed, addresses are judged, spikes counted', async () => {
    watch.ringRefusal = refusal('no list');
    const judgement = await watch.judge([
      record({ sourceIp: THEIRS, outcome: Outcome.SIGNATURE, keyVersion: STRANGE, count: 3 }),
      record({ category: EndpointCategory.WITHDRAW }),
    ]);
    expect(toldOf(judgement)).toEqual([`NewSourceIp ${KEY} ${THEIRS}`]);
    expect([judgement.unjudged, judgement.refusal?.message, judgement.pairs.size]).toEqual([2, 'no list', 0]);
    expect([judgement.authFailures, judgement.spikes.all().length]).toEqual([3, 2]);
  });

  test('the published addresses: keys are judged, and no address is', async () => {
    watch.networkRefusal = refusal('no allowlist');
    const judgement = await watch.judge([
      record({ sourceIp: THEIRS }),
      record({ sourceIp: THEIRS, outcome: Outcome.BLOCKED_IP, keyVersion: STRANGE }),
    ]);
    expect(toldOf(judgement)).toEqual([`BlockedByAllowlist ${KEY} ${THEIRS}`, `UnknownKey ${KEY} ${STRANGE}`]);
    expect([judgement.unjudged, judgement.refusal?.message, judgement.pairs.size]).toEqual([2, 'no allowlist', 0]);
  });

  test('both: a record is not judged once, and the first reason is told', async () => {
    [watch.ringRefusal, watch.networkRefusal] = [refusal('no list'), refusal('no allowlist')];
    const judgement = await watch.judge([record(), record()]);
    expect([judgement.unjudged, judgement.refusal?.message, toldOf(judgement)]).toEqual([2, 'no list', []]);
  });

  test('one key: the others are judged', async () => {
    const other = 'prod-trader-bot-b';
    watch.secrets.described.set(secretName(parseKeyName(other)), keyState({ name: other }));
    watch.secrets.described.set(secretName(parseKeyName(KEY)), refusal('no such luck') as never);
    const judgement = await watch.judge([
      record({ keyVersion: STRANGE, outcome: Outcome.SIGNATURE }),
      record({ keyName: other, keyVersion: STRANGE }),
    ]);
    expect(toldOf(judgement)).toEqual([`UnknownKey ${other} ${STRANGE}`]);
    expect([judgement.unjudged, judgement.refusal?.message]).toEqual([1, 'no such luck']);
    expect(judgement.spikes.all().map(({ keyName }) => keyName)).toEqual([KEY, KEY]);
  });

  test('nothing wrong: nothing is unjudged', async () => {
    const judgement = await watch.judge([record(), record({ sourceIp: THEIRS })]);
    expect([judgement.unjudged, judgement.refusal]).toEqual([0, undefined]);
  });
});

test('an address that is none is a bad record, and no pair', async () => {
  const judgement = await watch.judge([record({ sourceIp: 'nowhere' })]);
  expect(toldOf(judgement)).toEqual([`BadRecord ${NO_KEY} malformed-field`]);
  expect([judgement.badRecords, judgement.pairs.size]).toEqual([1, 0]);
  const blocked = await watch.told(record({ sourceIp: 'nowhere', outcome: Outcome.BLOCKED_IP }));
  expect(blocked).toContain(`BlockedByAllowlist ${KEY} malformed`);
});

test('refusals of a name that no secret has are no spike; the name is the finding', async () => {
  const judgement = await watch.judge([record({ keyName: 'prod-stranger-a', outcome: Outcome.KEY_UNKNOWN })]);
  expect([judgement.authFailures, judgement.spikes.all()]).toEqual([1, []]);
});

test('refusals that are none of the key are counted nowhere', async () => {
  const outcomes = [Outcome.OK, Outcome.REJECTED, Outcome.REFUSED_LOCAL, Outcome.RATE_LIMIT, Outcome.TRANSIENT];
  const judgement = await watch.judge(outcomes.map((outcome) => record({ outcome })));
  expect([judgement.authFailures, judgement.spikes.all()]).toEqual([0, []]);
});

test('the line and its time make a refusal', async () => {
  const judgement = watch.begin();
  judgement.takeAll([line(record({ outcome: Outcome.SIGNATURE, timestamp: NOW - SECOND, count: 3 }), 'line-x')]);
  const [window] = judgement.spikes.all();
  expect([window.failures, window.total, window.start]).toEqual([['line-x:3'], 3, NOW - 300 * SECOND]);
});

describe('pairs of a key and an address of ours', () => {
  const strange = { outcome: Outcome.PERMISSION };
  const pairOf = async (...changes: object[]) => {
    const judgement = await watch.judge(changes.map(record));
    expect(judgement.pairs.size).toBe(1);
    return [...judgement.pairs.values()][0];
  };

  test('one for all spellings, with its earliest record', async () => {
    const spelt = { sourceIp: `::ffff:${OURS}` };
    const pair = await pairOf({ timestamp: NOW - 1 }, { ...spelt, timestamp: NOW - 3 }, { timestamp: NOW - 2 });
    expect(pair).toEqual({
      key: known(),
      keyName: KEY,
      origin: OURS,
      record: record({ ...spelt, timestamp: NOW - 3 }),
      at: NOW - 3,
      clean: true,
    });
  });

  test('of two records of one time the first is kept', async () => {
    expect((await pairOf({ endpoint: '/one' }, { endpoint: '/two' })).record.endpoint).toBe('/one');
  });

  test('clean when a record about which nothing was found used it, whichever came first', async () => {
    expect((await pairOf({})).clean).toBe(true);
    expect((await pairOf(strange)).clean).toBe(false);
    expect((await pairOf(strange, strange)).clean).toBe(false);
    expect((await pairOf(strange, {})).clean).toBe(true);
    expect((await pairOf({}, strange)).clean).toBe(true);
    expect((await pairOf({ outcome: Outcome.BLOCKED_IP })).clean).toBe(false);
    expect((await pairOf({ keyVersion: STRANGE })).clean).toBe(false);
    expect((await pairOf({ outcome: Outcome.SIGNATURE })).clean).toBe(true);
    expect((await pairOf({ timestamp: NOW - 49 * HOUR })).clean).toBe(false);
  });

  test('none that is known already, whatever became of the request', async () => {
    learn();
    const { pairs } = await watch.judge([record({ outcome: Outcome.SIGNATURE }), record({ keyVersion: STRANGE })]);
    expect(pairs.size).toBe(0);
  });

  test('none of an address that is not ours, none of a key that is not known', async () => {
    const { pairs } = await watch.judge([record({ sourceIp: THEIRS }), record({ keyName: 'prod-stranger-a' })]);
    expect(pairs.size).toBe(0);
  });

  test('one for each key and address', async () => {
    const { pairs } = await watch.judge([record(), record({ sourceIp: '198.51.100.8' })]);
    expect([...pairs.values()].map(({ origin }) => origin)).toEqual([OURS, '198.51.100.8']);
  });
});

test('a version that has not been promoted, or whose overlap has ended, is doubted and confirmed', async () => {
  const versions = { [VERSION]: ['AWSCURRENT'], [OTHER]: [PENDING], [STRANGE]: [revoke(-HOUR)] };
  watch.secrets.listed = [keyState({ versions })];
  watch = await Object.assign(new PureWatch(), { secrets: watch.secrets }).read();
  const { found } = await watch.judge([OTHER, STRANGE].map((keyVersion) => record({ keyVersion })));
  expect(found.all().map(({ finding: { kind, subject, detail } }) => [kind, subject, detail])).toEqual([
    [FindingKind.UNDEPLOYED_KEY_USE, OTHER, 'the version has not been promoted'],
    [FindingKind.RETIRED_KEY_USE, STRANGE, 'the overlap of the version has ended'],
  ]);
});

test('a known pair is not known without allowlists', async () => {
  learn();
  watch.networkRefusal = refusal('no allowlist');
  expect((await watch.judge([record()])).unjudged).toBe(1);
});
