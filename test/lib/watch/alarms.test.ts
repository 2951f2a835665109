// The alarms of a ring: all of the catalogue, tuned as the user says, telling whom the user says.
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import fc from 'fast-check';
import { ALARM_CATALOGUE, ALARM_IDS, AlarmId, alarmName, DO_NOT_TRADE, runbookAnchor } from '../../../contract/alarms';
import { AlarmActionRequest, AlarmOverride, AlarmSeverity } from '../../../lib';
import { refusal } from '../../support/config-error';
import { compliantTemplate, resourcesOf } from '../../support/egress';
import {
  ACCOUNT,
  ALARM_TOPIC,
  REGION,
  RingOptions,
  TRADER,
  watchTemplate,
  withKey,
  withRing,
} from '../../support/keys';
import { PROBES } from '../../support/probes';

const alarmsOf = (template: Template) =>
  Object.fromEntries(
    Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => [
      String(Properties.AlarmName),
      Properties,
    ]),
  );
const alarmsWith = (options: RingOptions = {}) =>
  alarmsOf(watchTemplate(withRing({ probes: PROBES, ...options }).ring));
const named = (id: AlarmId) => alarmName('dev', id);
const override = (id: string, change: AlarmOverride) => ({ alarmOverrides: { [id]: change } });

describe('the catalogue', () => {
  test('is in the template, alarm by alarm, with its numbers, words, article and treatment of missing data', () => {
    const found = alarmsWith();
    expect(Object.keys(found).sort()).toEqual(ALARM_IDS.map(named).sort());
    for (const alarm of ALARM_CATALOGUE) {
      expect(found[named(alarm.id)]).toMatchObject({
        ComparisonOperator: alarm.comparison,
        EvaluationPeriods: alarm.evaluationPeriods,
        DatapointsToAlarm: alarm.datapointsToAlarm,
        TreatMissingData: alarm.missingData,
        AlarmDescription: expect.stringMatching(new RegExp(`^${alarm.title}\\. .*${runbookAnchor(alarm.id)}$`)),
      });
    }
  });

  test('makes the same alarms of rings with 1 and 100 keys', () => {
    const { ring } = withRing({ probes: PROBES });
    for (let index = 0; index < 100; index += 1) ring.addKey(`Key${index}`, { ...TRADER, instance: String(index) });
    const [few, many] = [alarmsWith(), alarmsOf(watchTemplate(ring))];
    expect(Object.keys(many)).toEqual(Object.keys(few));
    // the management key and the probe key
    expect(few[named('CaretakerSilent')].Threshold).toBe(2);
    expect(many[named('CaretakerSilent')].Threshold).toBe(102);
  });

  test('has no key and no address in any dimension', () => {
    const text = JSON.stringify(
      Object.values(alarmsOf(watchTemplate(withKey({ probes: PROBES }).ring))).map(({ Metrics, Dimensions }) => [
        Metrics,
        Dimensions,
      ]),
    );
    const names = [...text.matchAll(/"Name":"([A-Za-z]+)","Value"/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(['Ring', 'Finding', 'NatGatewayId', 'QueueName', 'Zone']));
  });

  test('looks at each NAT gateway by itself: one that is gone has no datapoints, and nothing plus anything is nothing', () => {
    const { Metrics } = alarmsWith()[named('NatPortsExhausted')] as { Metrics: { Id: string; Expression?: string }[] };
    expect(Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual(['FILL(m0, 0) + FILL(m1, 0)']);
  });

  test('takes the worst of all zones: one without an answer is not made up for by another', () => {
    const { Metrics } = alarmsWith()[named('InsideProbeUnknown')] as { Metrics: { Expression?: string }[] };
    expect(Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual(['MIN([FILL(m0, 0), FILL(m1, 0)])']);
    expect(JSON.stringify(Metrics)).toContain('{"Name":"Zone","Value":"eu-west-1b"}');
  });

  test('has no alarms on probes in a ring without them', () => {
    const found = Object.keys(alarmsWith({ probes: undefined }));
    const left = ALARM_CATALOGUE.filter(({ needsProbes }) => needsProbes).map(({ id }) => named(id));
    expect(ALARM_IDS.map(named).filter((name) => !found.includes(name))).toEqual(left);
    expect(left).toHaveLength(6);
  });

  test('has no alarms on NAT gateways and probes while the ring is suspended: the network may be gone', () => {
    const found = Object.keys(alarmsWith({ suspended: true }));
    const probes = ALARM_CATALOGUE.filter(({ needsProbes }) => needsProbes).map(({ id }) => id);
    expect(ALARM_IDS.map(named).filter((name) => !found.includes(name))).toEqual(
      ['NatPortsExhausted' as const, 'NatPacketsDropped' as const, ...probes].map(named),
    );
  });
});

describe('do not trade', () => {
  const rule = (options: RingOptions = {}) => {
    const [composite] = Object.values(
      resourcesOf(watchTemplate(withRing({ probes: PROBES, ...options }).ring), 'AWS::CloudWatch::CompositeAlarm'),
    );
    return composite.Properties;
  };

  test('is on when any of its alarms is, and tells', () => {
    const { AlarmName, AlarmRule, AlarmActions, OKActions } = rule();
    expect(AlarmName).toBe(alarmName('dev', DO_NOT_TRADE));
    for (const { id, doNotTrade } of ALARM_CATALOGUE) {
      expect([id, JSON.stringify(AlarmRule).includes(`"Alarm${id}`)]).toEqual([id, doNotTrade]);
    }
    expect(JSON.stringify(AlarmRule)).not.toMatch(/AND|NOT/);
    expect(AlarmActions).toHaveLength(1);
    expect(OKActions).toEqual(AlarmActions);
  });

  test('leaves out an alarm that is disabled, and refuses to be empty', () => {
    const disabledBecause = 'the desk has no static addresses yet';
    expect(JSON.stringify(rule(override('NewSourceIp', { disabledBecause })).AlarmRule)).not.toContain('NewSourceIp');
    const all = Object.fromEntries(
      ALARM_CATALOGUE.filter(({ doNotTrade }) => doNotTrade).map(({ id }) => [id, { disabledBecause }]),
    );
    refusal('DO_NOT_TRADE_EMPTY', () => withRing({ probes: PROBES, alarmOverrides: all }));
  });
});

describe('an override', () => {
  test('changes one alarm and no other', () => {
    const plain = alarmsWith();
    const changed = alarmsWith(
      override('AuthFailureRate', { threshold: 20, evaluationPeriods: 6, datapointsToAlarm: 4 }),
    );
    expect(changed[named('AuthFailureRate')]).toMatchObject({
      Threshold: 20,
      EvaluationPeriods: 6,
      DatapointsToAlarm: 4,
    });
    const others = (found: typeof plain) => ({ ...found, [named('AuthFailureRate')]: undefined });
    expect(others(changed)).toEqual(others(plain));
  });

  test('disables an alarm with its reason; it is still drawn', () => {
    const options = override('BadRecord', { disabledBecause: 'a workload logs prose until March' });
    const template = watchTemplate(withRing(options).ring);
    expect(alarmsOf(template)[named('BadRecord')]).toMatchObject({
      ActionsEnabled: false,
      AlarmDescription: expect.stringContaining('Disabled: a workload logs prose until March.'),
    });
    const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(dashboard.Properties)).toContain('BadRecord');
  });

  test('of the number of keys is taken instead of it', () => {
    expect(alarmsWith(override('CaretakerSilent', { threshold: 0 }))[named('CaretakerSilent')].Threshold).toBe(0);
  });

  test('of an id that does not exist is refused, with those that do', () => {
    const message = refusal('ALARM_ID_UNKNOWN', () => withRing(override('NewSourceIP', { threshold: 2 })));
    expect(message).toContain("'NewSourceIP'");
    for (const id of ALARM_IDS) expect(message).toContain(id);
  });

  test.each<[AlarmId, AlarmOverride]>([
    ['NewSourceIp', { threshold: 0 }],
    ['NewSourceIp', { threshold: Number.NaN }],
    ['HeartbeatMissing', { threshold: 2 }],
    ['AuthFailureRate', { threshold: 101 }],
    ['OldKeyAlive', { evaluationPeriods: 97 }],
    ['OldKeyAlive', { evaluationPeriods: 1.5 }],
    ['OldKeyAlive', { datapointsToAlarm: 3 }],
    ['KeyDrift', { datapointsToAlarm: 0 }],
  ])('of %s by %j is refused', (id, change) => {
    const message = refusal('THRESHOLD_OUT_OF_RANGE', () => withRing(override(id, change)));
    expect(message).toContain(`alarmOverrides.${id}.${Object.keys(change)[0]}`);
  });

  test('with a long reason, and a long address of the runbook, still fits into what CloudWatch takes', () => {
    const options = override('PermissionMismatch', { disabledBecause: 'OPS-123 '.repeat(200) });
    const found = alarmsWith({ ...options, runbookUrl: `https://wiki.example/${'desk/'.repeat(80)}` });
    const description = String(found[named('PermissionMismatch')].AlarmDescription);
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(description).toMatch(/Disabled: OPS-123 .*…\. Runbook: .*#permissionmismatch$/);
  });

  test('without a reason does not disable', () => {
    refusal('ALARM_REASON_MISSING', () => withRing(override('BadRecord', { disabledBecause: ' ' })));
  });

  test('whatever is accepted keeps M within N and N within a day', () => {
    const change = fc.record(
      { evaluationPeriods: fc.integer({ min: 1, max: 96 }), datapointsToAlarm: fc.integer({ min: 1, max: 96 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...ALARM_CATALOGUE), change, (alarm, given) => {
        let made: Record<string, unknown>;
        try {
          made = alarmsWith(override(alarm.id, given))[named(alarm.id)];
        } catch {
          const n = given.evaluationPeriods ?? alarm.evaluationPeriods;
          expect(n * alarm.periodSeconds > 86_400 || (given.datapointsToAlarm ?? 1) > n).toBe(true);
          return;
        }
        expect(Number(made.DatapointsToAlarm)).toBeLessThanOrEqual(Number(made.EvaluationPeriods));
        expect(Number(made.EvaluationPeriods) * alarm.periodSeconds).toBeLessThanOrEqual(86_400);
      }),
      { numRuns: 15 },
    );
  });
});

describe('who is told', () => {
  test("by default the ring's own encrypted topic, which alarms and events of this account may publish to", () => {
    const template = watchTemplate(withRing().ring);
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
          }),
          // with a condition EventBridge's messages would be refused
          Match.objectLike({ Principal: { Service: 'events.amazonaws.com' }, Condition: Match.absent() }),
        ]),
      },
    });
    for (const [name, { AlarmActions, OKActions }] of Object.entries(alarmsOf(template))) {
      expect([name, AlarmActions]).toEqual([name, [{ Ref: expect.stringMatching(/^Topic/) }]]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test.each<[string, (stack: Stack) => ITopic]>([
    ['a FIFO topic', (stack) => new Topic(stack, 'Desk', { fifo: true })],
    ['a FIFO topic made elsewhere', (stack) => Topic.fromTopicArn(stack, 'Desk', `${ALARM_TOPIC}.fifo`)],
    [
      "a topic under AWS's own key",
      (stack) => new Topic(stack, 'Desk', { masterKey: Alias.fromAliasName(stack, 'Key', 'alias/aws/sns') }),
    ],
  ])('%s is refused: alarms and rules could not publish to it', (_, topic) => {
    expect(() => withRing({ alarmTopic: topic(new Stack()) })).toThrow(
      expect.objectContaining({ code: 'ALARM_TOPIC_UNUSABLE' }),
    );
  });

  test("the notifier may use the key of a user's topic, whose policy cannot name it", () => {
    const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123`;
    const alarmTopic = Topic.fromTopicAttributes(new Stack(), 'Desk', { topicArn: ALARM_TOPIC, keyArn });
    const policies = resourcesOf(watchTemplate(withRing({ alarmTopic }).ring), 'AWS::IAM::Policy');
    const [, notifier] = Object.entries(policies).find(([id]) => id.startsWith('NotifierRole')) ?? [];
    expect(notifier?.Properties.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: keyArn }),
      ]),
    });
  });

  test('a topic that was made elsewhere is used, and the user is told what its policy needs', () => {
    const alarmTopic = Topic.fromTopicArn(new Stack(), 'Desk', ALARM_TOPIC);
    const { ring } = withRing({ alarmTopic });
    const template = watchTemplate(ring);
    template.resourceCountIs('AWS::SNS::Topic', 0);
    for (const { AlarmActions } of Object.values(alarmsOf(template))) expect(AlarmActions).toEqual([ALARM_TOPIC]);
    const notes = ring.node.findChild('Watch').node.metadata.map(({ data }) => String(data));
    expect(notes).toContainEqual(expect.stringContaining('cloudwatch.amazonaws.com'));
  });

  const action = (name: string): IAlarmAction => ({ bind: () => ({ alarmActionArn: `arn:aws:lambda:::${name}` }) });

  test("the user's strategy is asked for each alarm, by severity", () => {
    const asked: AlarmActionRequest[] = [];
    const alarmActions = {
      actionsFor: (request: AlarmActionRequest) => {
        asked.push(request);
        return [action(request.severity)];
      },
    };
    const found = alarmsWith({ alarmActions, ...override('BadRecord', { severity: AlarmSeverity.CRITICAL }) });
    expect(asked.map(({ alarmId }) => alarmId)).toEqual([...ALARM_CATALOGUE.map(({ id }) => id), DO_NOT_TRADE]);
    expect(found[named('BadRecord')].AlarmActions).toEqual(['arn:aws:lambda:::critical']);
    expect(found[named('AuthFailureRate')].AlarmActions).toEqual(['arn:aws:lambda:::warning']);
    refusal('ALARM_ACTIONS_EMPTY', () => withRing({ alarmActions: { actionsFor: () => [] } }));
  });

  test('in production somebody must be', () => {
    const own = { environment: 'prod', alarmTopic: undefined };
    expect(() => compliantTemplate(withRing(own).stack)).toThrow(
      /nobody is told of alarms of 'prod'.*ALARM_TARGET_MISSING/s,
    );
    const { ring, stack } = withRing(own);
    ring.alarmTopic.addSubscription(new EmailSubscription('desk-1@example.com'));
    compliantTemplate(stack);
    compliantTemplate(withRing({ ...own, alarmActions: { actionsFor: () => [action('pager')] } }).stack);
  });
});
