// One scenario for each kind of finding: records in, exactly the expected alarms on, somebody told in words, and off again.
import { FindingKind, Outcome, type RequestRecord } from '../../../contract/watch';
import { HOUR, MINUTE, READER, TRADER } from '../support/watch-config';
import { alarmMails, named } from '../support/watch-mailbox';
import { requestRecord } from '../support/watch-records';
import type { World } from '../support/watch-world';

/** What a scenario needs to know of the keys. */
export interface Versions {
  readonly trader: string;
  readonly reader: string;
  /** Of the trader's key: registered by a rotation that has not ended. */
  readonly pending: string;
  /** Of the trader's key: current until the rotation, then no more. */
  readonly retired: string;
  /** Of the trader's key: replaced, with an overlap that lasts. */
  readonly overlapping: string;
}

interface Scenario {
  readonly kind: FindingKind;
  readonly alarms: readonly string[];
  readonly lines: (world: World, versions: Versions) => (RequestRecord | string)[];
  readonly key: string;
  readonly subject: (world: World, versions: Versions) => string;
}

const STRANGER = '198.51.100.77';
const DO_NOT_TRADE = 'DoNotTrade';

const traders = (world: World, { trader }: Versions, other: Partial<RequestRecord> = {}) =>
  requestRecord(
    { timestamp: world.clock.now(), keyName: TRADER, keyVersion: trader, sourceIp: world.addresses[0] },
    other,
  );

export const SCENARIOS: readonly Scenario[] = [
  {
    kind: FindingKind.NEW_SOURCE_IP,
    alarms: ['NewSourceIp', DO_NOT_TRADE],
    lines: (world, versions) => [traders(world, versions), traders(world, versions, { sourceIp: STRANGER })],
    key: TRADER,
    subject: () => STRANGER,
  },
  {
    kind: FindingKind.BLOCKED_BY_ALLOWLIST,
    alarms: ['BlockedByAllowlist', DO_NOT_TRADE],
    lines: (world, versions) => [
      traders(world, versions, { outcome: Outcome.BLOCKED_IP, exchangeCode: '10010', sourceIp: world.addresses[1] }),
    ],
    key: TRADER,
    subject: ({ addresses }) => addresses[1],
  },
  {
    kind: FindingKind.AUTH_FAILURE_SPIKE,
    alarms: ['AuthFailureSpike'],
    lines: (world, versions) => [
      traders(world, versions, { count: 400 }),
      ...Array.from({ length: 10 }, (_, index) =>
        traders(world, versions, { outcome: Outcome.SIGNATURE, status: 401, latencyMs: index }),
      ),
    ],
    key: TRADER,
    subject: () => 'refusals',
  },
  {
    kind: FindingKind.PERMISSION_MISMATCH,
    alarms: ['PermissionMismatch'],
    lines: (world, { reader: keyVersion }) => [
      requestRecord(
        { timestamp: world.clock.now(), keyName: READER, keyVersion, sourceIp: world.addresses[0] },
        { category: 'trade' as RequestRecord['category'], method: 'POST', endpoint: '/v1/orders' },
      ),
    ],
    key: READER,
    subject: () => '/v1/orders',
  },
  {
    kind: FindingKind.UNDEPLOYED_KEY_USE,
    alarms: ['UndeployedKeyUse', DO_NOT_TRADE],
    lines: (world, versions) => [traders(world, versions, { keyVersion: versions.pending })],
    key: TRADER,
    subject: (_, { pending }) => pending,
  },
  {
    kind: FindingKind.RETIRED_KEY_USE,
    alarms: ['RetiredKeyUse', DO_NOT_TRADE],
    lines: (world, versions) => [
      traders(world, versions, { keyVersion: versions.overlapping }),
      traders(world, versions, { keyVersion: versions.retired }),
    ],
    key: TRADER,
    subject: (_, { retired }) => retired,
  },
  {
    kind: FindingKind.UNKNOWN_KEY,
    alarms: ['UnknownKey', DO_NOT_TRADE],
    // a version there is, of another key
    lines: (world, versions) => [traders(world, versions, { keyVersion: versions.reader })],
    key: TRADER,
    subject: (_, { reader }) => reader,
  },
  {
    kind: FindingKind.BAD_RECORD,
    alarms: ['BadRecord'],
    lines: (world, versions) => [
      traders(world, versions),
      `{"event":"exchange.request","schema":1,"apiSecret":"${'s3cret'.repeat(5)}"}`,
    ],
    key: '-',
    subject: () => 'unknown-field',
  },
];

export function findings(world: () => World, versions: () => Versions): void {
  test.each(SCENARIOS)('$kind', async ({ kind, alarms, lines, key, subject }) => {
    const { clock, mailbox } = world();
    clock.set(clock.now() + 3 * HOUR);
    const began = clock.now();
    await mailbox.take();
    expect(await world().alarmsOn(began)).toEqual([]);

    await world().write(...lines(world(), versions()));
    await mailbox.wait(`finding ${kind}`, ({ is, subject }) => is === 'finding' && subject.includes(kind));
    await world().waitForAlarms(began + 2 * MINUTE, alarms);

    const stored = (await world().findings()).filter(({ foundAt }) => foundAt >= began);
    expect(stored.map((finding) => [finding.kind, finding.keyName, finding.subject])).toEqual([
      [kind, key, subject(world(), versions())],
    ]);
    const told = await mailbox.take();
    const [notice, ...others] = told.filter(({ is }) => is === 'finding');
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      subject: `[dev] ${kind}: ${key}`,
      attributes: { ring: 'dev', finding: kind, key, severity: expect.stringMatching(/^(critical|warning)$/) },
    });
    expect(notice.text).toContain(`what: ${subject(world(), versions())}`);
    expect(notice.text).toContain(`runbook.md#${kind.toLowerCase()}`);
    expect(alarmMails(told, 'ALARM')).toEqual(named(alarms));

    expect(await world().alarmsOn(began + 2 * HOUR)).toEqual([]);
    expect(alarmMails(await mailbox.take(), 'OK')).toEqual(named(alarms));
  });
}
