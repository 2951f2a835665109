// Records that could not be judged, judged twice or judged by a process that was killed: each finding is stored once, and told.
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../contract/allowlist';
import { FindingKind } from '../../../contract/watch';
import { until } from '../support/until';
import { ENVIRONMENT, HOUR, MINUTE, REGION, TRADER } from '../support/watch-config';
import { keepBeating, keepCaring } from '../support/watch-life';
import { alarmMails, type Mail, named } from '../support/watch-mailbox';
import { requestRecord } from '../support/watch-records';
import type { World } from '../support/watch-world';
import type { Versions } from './findings';

/** Addresses of the documentation, outside every allowlist. */
const stranger = (number: number) => `198.51.100.${number}`;

export function nothingLost(world: () => World, versions: () => Versions): void {
  let at: number;
  const used = (sourceIp: string) =>
    requestRecord({ timestamp: at, keyName: TRADER, keyVersion: versions().trader, sourceIp });

  beforeEach(async () => {
    const { clock, mailbox } = world();
    clock.set(clock.now() + 3 * HOUR);
    at = clock.now();
    await keepBeating(world(), at - 2 * HOUR, at + 3 * HOUR);
    await keepCaring(world(), at - 2 * HOUR, at + 3 * HOUR);
    expect(await world().alarmsOn(at)).toEqual([]);
    await mailbox.take();
  });

  test('the allowlist cannot be read: told, kept as a dead letter, and judged when it is put back', async () => {
    const { clock, lambda, mailbox, ssm } = world();
    const Name = allowlistParameterName(ENVIRONMENT, REGION, {});
    const Value = await world().parameter(Name);
    await ssm.send(new DeleteParameterCommand({ Name }));
    await world().write(used(stranger(1)), used(world().addresses[0]));

    const alarms = ['DeadLetters', 'DetectorImpaired'];
    await world().waitForAlarms(at + 2 * MINUTE, alarms);
    expect(alarmMails(await mailbox.take(), 'ALARM')).toEqual(named(alarms));
    expect(await world().findingsSince(at)).toEqual([]);

    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'String' }));
    const letters = await world().deadLetters();
    expect(letters).toEqual([expect.objectContaining({ requestPayload: { awslogs: expect.anything() } })]);
    clock.set(at + 30 * MINUTE);
    const FunctionName = world().functionOf('Detector');
    // as the runbook says
    const Payload = Buffer.from(JSON.stringify(letters[0].requestPayload));
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    const told = await mailbox.wait('the finding', ({ is }) => is === 'finding');
    expect(told).toMatchObject({ subject: `[dev] ${FindingKind.NEW_SOURCE_IP}: ${TRADER}` });
    expect(addressesIn([told])).toEqual([stranger(1)]);
    expect(await world().alarmsOn(at + 3 * HOUR)).toEqual([]);
    expect(alarmMails(await mailbox.take(), 'OK')).toEqual(expect.arrayContaining(named(alarms)));
  });

  test('delivered three times over: found once, told once', async () => {
    const { hooks, mailbox, watch } = world();
    await world().write(used(stranger(2)), used(stranger(3)));
    await mailbox.wait('the findings', ({ is }) => is === 'finding');
    const before = await requestsCounted();
    for (const logGroup of [watch.requestLogGroup, watch.requestLogGroup]) {
      await hooks.redeliverLogs({ region: REGION, logGroup });
    }
    await until('all deliveries read', async () => (await requestsCounted()) === before + 4);
    await world().quietly();
    expect(subjects(await world().findingsSince(at))).toEqual([stranger(2), stranger(3)]);
    expect(addressesIn(await mailbox.take())).toEqual([stranger(2), stranger(3)]);
  });

  test('killed in the middle of its writes: the next attempt finds the rest, and all of it is told', async () => {
    const { clock, hooks, mailbox } = world();
    const strangers = Array.from({ length: 18 }, (_, index) => stranger(index + 100)).sort();
    clock.killAtItem(5);
    await world().write(...strangers.map(used));
    await until('all findings stored', async () => (await world().findingsSince(at)).length === strangers.length);
    clock.stopKilling();
    expect(subjects(await world().findingsSince(at))).toEqual(strangers);
    const killed = (await hooks.journal('lambda.invoked')).filter(({ error }) =>
      /without providing a reason/.test(JSON.stringify(error)),
    );
    expect(killed).toEqual([expect.objectContaining({ function: world().functionOf('Detector'), failed: true })]);
    const mails: Mail[] = [];
    await until('all findings told', async () => {
      mails.push(...(await mailbox.take()));
      return new Set(addressesIn(mails)).size === strangers.length;
    });
    expect(addressesIn(mails)).toEqual(strangers);
  });

  const requestsCounted = () => world().sum('Requests', at);
}

const subjects = (findings: readonly { readonly subject: string }[]) => findings.map(({ subject }) => subject).sort();

/** What the messages say that findings are about, as often as they say it. */
function addressesIn(mails: readonly Mail[]): string[] {
  const found = mails.filter(({ is }) => is === 'finding');
  return found.flatMap(({ text }) => [...text.matchAll(/^ {2}what: (.*)$/gm)].map(([, what]) => what)).sort();
}
