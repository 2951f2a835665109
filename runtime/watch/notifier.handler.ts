// Lambda entry point: the notifier of a ring, called with the changes of the findings table.
import { ENVIRONMENT_VARIABLE } from '../../contract/keys';
import { ALARM_TOPIC_VARIABLE, RUNBOOK_URL_VARIABLE } from '../../contract/watch';
import { required } from '../shared/function-settings';
import { publishCounts } from '../shared/metrics';
import { alarmTopic } from './alarm-topic';
import { type BatchResponse, createNotifier, type Notifier } from './notifier';

let notifier: Notifier | undefined;

export const handler = async (event: unknown): Promise<BatchResponse> => {
  notifier ??= wire();
  return notifier(event);
};

function wire(): Notifier {
  const environment = required(process.env, ENVIRONMENT_VARIABLE);
  return createNotifier({
    environment,
    runbookUrl: required(process.env, RUNBOOK_URL_VARIABLE),
    publish: alarmTopic(required(process.env, ALARM_TOPIC_VARIABLE), required(process.env, 'AWS_REGION')),
    publishCounts: (counts, dimensions) => publishCounts(environment, counts, dimensions),
    now: Date.now,
  });
}
