// Which alarms speak against trading: everything but OK does, and so does an alarm that is not there.
import { type AlarmType, type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { awsRefusal } from '../shared/aws-refusal';

export interface GateAlarms {
  /** Name of the composite alarm. */
  readonly composite: string;
  /** Names of the alarms it is made of. */
  readonly stops: readonly string[];
}

interface FoundAlarm {
  readonly isComposite: boolean;
  readonly state?: string;
}

/** Names in one call, and alarms on one page: as many as CloudWatch allows. */
const BATCH = 100;
/** More than a batch can have; what an endless listing has not shown until then is missing. */
const MOST_PAGES = 10;
/** Without it only metric alarms are shown. */
const TYPES: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/**
 * Empty if trading is allowed. The composite alone would do, but it follows its parts with a delay and anybody who edits
 * its rule can make it forget one. Whether an alarm tells somebody is another matter: its state is the same.
 * @throws Refusal `AWS_NOT_ALLOWED`, `AWS_CALL_FAILED`.
 */
export async function reasonsNotToTrade(
  client: CloudWatchClient,
  { composite, stops }: GateAlarms,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const names = [...new Set([composite, ...stops])];
  const found = new Map<string, FoundAlarm>();
  for (let from = 0; from < names.length; from += BATCH) {
    await describe(client, names.slice(from, from + BATCH), found, abortSignal);
  }
  return names.flatMap((name) => {
    const alarm = found.get(name);
    if (alarm === undefined) return `${name} is missing`;
    if (name === composite && !alarm.isComposite) return `${name} is no composite alarm`;
    return alarm.state === 'OK' ? [] : `${name} is ${alarm.state ?? 'without a state'}`;
  });
}

async function describe(
  client: CloudWatchClient,
  AlarmNames: string[],
  found: Map<string, FoundAlarm>,
  abortSignal: AbortSignal,
): Promise<void> {
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const command = new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: TYPES, MaxRecords: BATCH, NextToken });
    const answer = await client.send(command, { abortSignal }).catch((error) => {
      throw awsRefusal('cloudwatch:DescribeAlarms', AlarmNames[0], error);
    });
    for (const { AlarmName, StateValue } of answer.MetricAlarms ?? []) {
      found.set(AlarmName ?? '', { isComposite: false, state: StateValue });
    }
    for (const { AlarmName, StateValue } of answer.CompositeAlarms ?? []) {
      found.set(AlarmName ?? '', { isComposite: true, state: StateValue });
    }
    NextToken = answer.NextToken;
    if (!NextToken) return;
  }
}
