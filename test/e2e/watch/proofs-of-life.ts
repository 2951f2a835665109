// Whatever stops in the path from the log to people, somebody is told; when it goes on, that is told too.
import {
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ALARM_TOPIC_VARIABLE, Outcome } from '../../../contract/watch';
import { until } from '../support/until';
import { HOUR, MINUTE, TRADER } from '../support/watch-config';
import { keepCaring } from '../support/watch-life';
import { alarmMails, named } from '../support/watch-mailbox';
import { requestRecord } from '../support/watch-records';
import type { World } from '../support/watch-world';
import type { Versions } from './findings';

const BLIND = ['DoNotTrade', 'HeartbeatMissing'];

interface Breakage {
  readonly what: string;
  readonly alarms: readonly string[];
  /** Gives what repairs it. */
  readonly breakIt: (world: World) => Promise<() => Promise<unknown>>;
}

const BREAKAGES: readonly Breakage[] = [
  { what: 'the detector may not run', alarms: BLIND, breakIt: stopDetector },
  {
    what: 'the subscription is gone',
    alarms: BLIND,
    breakIt: async ({ logs, watch: { requestLogGroup: logGroupName } }) => {
      const { subscriptionFilters = [] } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
      const [{ filterName, filterPattern, destinationArn }] = subscriptionFilters;
      await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName }));
      return () =>
        logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern, destinationArn }));
    },
  },
  {
    what: 'the notifier has lost a setting',
    alarms: ['DeadLetters', ...BLIND],
    breakIt: async (world) => {
      const FunctionName = world.functionOf('Notifier');
      const { Environment } = await world.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const { [ALARM_TOPIC_VARIABLE]: _, ...Variables } = Environment?.Variables ?? {};
      await world.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
      return () => world.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
    },
  },
];

async function stopDetector(world: World): Promise<() => Promise<unknown>> {
  const { lambda } = world;
  const FunctionName = world.functionOf('Detector');
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  return () => lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
}

export function proofsOfLife(world: () => World, versions: () => Versions): void {
  /** A heartbeat by schedule that arrives; then the time goes on. */
  const beat = async () => {
    const at = world().clock.now();
    await world().fire('Heartbeat');
    await until('a heartbeat that arrives', async () => (await world().sum('Heartbeats', at)) > 0);
    world().clock.set(at + 5 * MINUTE);
  };
  const beats = async () => {
    for (let beats = 0; beats < 3; beats++) await beat();
  };

  // a stretch of time of its own for each test, in which the caretaker alone is made up
  beforeEach(async () => {
    const { clock, mailbox } = world();
    clock.set(clock.now() + 3 * HOUR);
    await keepCaring(world(), clock.now() - 2 * HOUR, clock.now() + 3 * HOUR);
    await beats();
    expect(await world().alarmsOn(clock.now())).toEqual([]);
    await mailbox.take();
  });

  test.each(BREAKAGES)('$what: told, and when it works again, told too', async ({ alarms, breakIt }) => {
    const { clock, mailbox } = world();
    const repair = await breakIt(world());
    const at = clock.now();
    await world().fire('Heartbeat');
    await world().waitForAlarms(at + 15 * MINUTE, alarms);
    expect(await world().sum('Heartbeats', at)).toBe(0);
    expect(alarmMails(await mailbox.take(), 'ALARM')).toEqual(named(alarms));

    await repair();
    expect(await world().deadLetters()).toHaveLength(alarms.includes('DeadLetters') ? 1 : 0);
    clock.set(at + 20 * MINUTE);
    await beats();
    await world().waitForAlarms(clock.now(), []);
    expect(alarmMails(await mailbox.take(), 'OK')).toEqual(named(alarms));
  });

  test('while the detector is dead, refusals are told all the same; the findings come when it lives', async () => {
    const { clock, mailbox } = world();
    const repair = await stopDetector(world());
    const at = clock.now();
    const trader = { timestamp: at, keyName: TRADER, keyVersion: versions().trader, sourceIp: world().addresses[0] };
    await world().write(
      requestRecord(trader, { outcome: Outcome.BLOCKED_IP }),
      requestRecord(trader, { outcome: Outcome.PERMISSION, endpoint: '/v1/orders' }),
    );
    const alarms = ['BlockedByAllowlist', 'DoNotTrade', 'PermissionRefused'];
    await world().waitForAlarms(at + 2 * MINUTE, alarms);
    expect(alarmMails(await mailbox.take(), 'ALARM')).toEqual(named(alarms));
    expect(await world().findingsSince(at)).toEqual([]);

    await repair();
    for (const kind of ['BlockedByAllowlist', 'PermissionMismatch']) {
      await mailbox.wait(`the finding ${kind}`, ({ is, subject }) => is === 'finding' && subject.includes(kind));
    }
  });
}
