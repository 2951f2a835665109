// The topic that findings, events and alarms are told on: the user's, or a new encrypted one that somebody must subscribe to.
import { Annotations, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { isProductionEnvironment } from '../core/checks';
import { ConfigError, finding } from '../core/config-error';
import { WatchProps } from './watch-props';

/** The topic, with leave for alarms and event rules of this account to publish. */
export function chooseAlarmTopic(scope: Construct, environment: string, encryption: IKey, props: WatchProps): ITopic {
  if (props.alarmTopic) refuseUnusable(scope, props.alarmTopic);
  const topic = props.alarmTopic ?? createTopic(scope, environment, encryption);
  const { account } = Stack.of(scope);
  const allow = (sid: string, service: string, conditions?: Record<string, unknown>) =>
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: `ExchangeKeysOf${environment}${sid}`,
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        principals: [new ServicePrincipal(service)],
        conditions,
      }),
    ).statementAdded;
  const alarmsMay = allow('Alarms', 'cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } });
  // no condition: EventBridge sends nothing that a topic's policy could ask for (aws-cloudformation-user-guide #481)
  const eventsMay = allow('Events', 'events.amazonaws.com');
  if (!alarmsMay || !eventsMay) {
    Annotations.of(scope).addInfo(
      `'alarmTopic' was made elsewhere: see that its policy lets cloudwatch.amazonaws.com and events.amazonaws.com publish (the latter without conditions), or alarms stay unheard`,
    );
  }
  if (!props.alarmTopic && !props.alarmActions) requireListener(scope, environment, topic);
  return topic;
}

function createTopic(scope: Construct, environment: string, encryption: IKey): Topic {
  return new Topic(scope, 'Topic', {
    displayName: `Exchange API keys of ${environment}: alarms and findings`,
    masterKey: encryption,
    enforceSSL: true,
  });
}

/** Alarms publish to standard topics only, and neither they nor rules to one under AWS's own key (SNS Developer Guide, "Key management"). */
function refuseUnusable(scope: Construct, { fifo, masterKey, node }: ITopic): void {
  const why = fifo
    ? 'a FIFO topic; alarms do not publish to it: pass a standard topic'
    : masterKey?.keyArn.endsWith('alias/aws/sns')
      ? "encrypted with 'alias/aws/sns', which alarms and event rules may not use: encrypt it with a key of your own, or pass no topic"
      : undefined;
  if (why === undefined) return;
  throw new ConfigError('ALARM_TOPIC_UNUSABLE', `'alarmTopic' ('${node.path}') is ${why}`, scope);
}

/** At the end of synth, because subscriptions are added later. */
function requireListener(scope: Construct, environment: string, topic: ITopic): void {
  if (!isProductionEnvironment(scope, environment)) return;
  const heard = () => scope.node.root.node.findAll().some((part: IConstruct) => listensTo(part, topic));
  const problem = `nobody is told of alarms of '${environment}': pass 'alarmTopic' or 'alarmActions', or subscribe somebody to the ring's own topic, for example ring.alarmTopic.addSubscription(new EmailSubscription('desk@example.com')); in exchange-keys.yaml that is ring.alarms.emails`;
  scope.node.addValidation({ validate: () => (heard() ? [] : [finding('ALARM_TARGET_MISSING', problem)]) });
}

const listensTo = (part: IConstruct, topic: ITopic) =>
  part instanceof CfnSubscription && part.topicArn === topic.topicArn;
