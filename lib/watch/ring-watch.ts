// The watch of a ring, in a nested stack: the detector and its path, alarms, event rules, dashboard, saved queries.
import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { alarmName, alarmNamePrefix, DO_NOT_TRADE, RUNBOOK_URL } from '../../contract/alarms';
import { quoted } from '../../contract/quoted';
import { tradingGateParameterName, VerifyDocument, verifyParameterName } from '../../contract/verify';
import { WATCH_LIMITS, WatchDocument, watchParameterName } from '../../contract/watch';
import { requireConcrete } from '../core/checks';
import { ConfigError } from '../core/config-error';
import { RuntimeFunction } from '../core/runtime-function';
import { SnsAlarmActions } from './alarm-action-strategy';
import { chooseAlarmTopic } from './alarm-topic';
import { createAlarms } from './alarms';
import { createDashboard, dashboardName } from './dashboard';
import { createDeadLetters } from './dead-letters';
import { createEventRules } from './event-rules';
import { ExpectedCallers } from './expected-callers';
import { createMetricFilters, createRequestLogs, requireSafeLogGroup, subscribeDetector } from './request-logs';
import { createSavedQueries } from './saved-queries';
import { createTradingGate } from './trading-gate';
import { inRange } from './tune-alarm';
import { createWatchEncryption } from './watch-encryption';
import { createWatchFunctions } from './watch-functions';
import { WatchProps } from './watch-props';

/** The functions that prove the way out. */
export interface VerifyFunctions {
  readonly egressCheck: RuntimeFunction;
  /** By zone, in their order; empty for a ring without probes. */
  readonly insideProbes: ReadonlyMap<string, RuntimeFunction>;
  readonly outsideProbe?: RuntimeFunction;
}

/** What the ring tells its watch. */
export interface RingWatchProps {
  readonly environment: string;
  readonly settings: WatchProps;
  readonly callers: ExpectedCallers;
  readonly encryptionKeyArn: string;
  readonly rotation: RuntimeFunction;
  readonly caretaker: RuntimeFunction;
  /** Comma-separated, may be a token. */
  readonly allowlistRegions: string;
  readonly natGatewayIds: readonly string[];
  readonly verify: VerifyFunctions;
  /** May be a token. */
  readonly keyCount: number;
}

const LONGEST_RUNBOOK_URL = 500;

/** Nested, so that what it needs leaves the ring's own stack to the keys. */
export class RingWatch {
  public readonly alarmTopic: ITopic;
  public readonly requestLogs: ILogGroup;
  /** All log groups that are looked through, the ring's own first. */
  public readonly requestLogGroups: ILogGroup[];
  /** Where goes what could not be delivered; one alarm covers it. */
  public readonly deadLetters: IQueue;
  /** Encrypts what the watch holds, `deadLetters` included. */
  public readonly encryption: IKey;
  private readonly detector: RuntimeFunction;
  private readonly environment: string;

  constructor(
    private readonly ring: Construct,
    props: RingWatchProps,
  ) {
    const { environment, settings } = props;
    const { insideProbes, outsideProbe, egressCheck } = props.verify;
    const learningHours = learningHoursOf(ring, settings.learningPeriod);
    const spikeFailures = settings.authFailureThreshold ?? WATCH_LIMITS.spikeFailures.normal;
    inRange(
      ring,
      'authFailureThreshold',
      spikeFailures,
      WATCH_LIMITS.spikeFailures.from,
      WATCH_LIMITS.spikeFailures.to,
    );
    const runbookUrl = settings.runbookUrl ?? RUNBOOK_URL;
    checkRunbookUrl(ring, runbookUrl);

    const stack = new NestedStack(ring, 'Watch', {
      description: `Detector, alarms and dashboard of the exchange API keys of ${environment}`,
    });
    const { region } = Stack.of(stack);
    const encryption = createWatchEncryption(stack, environment);
    const deadLetters = createDeadLetters(stack, encryption);
    const alarmTopic = chooseAlarmTopic(stack, environment, encryption, settings);
    const requestLogs = createRequestLogs(stack, { environment, encryption, retention: settings.requestLogRetention });
    const { detector, notifier, table, invocation } = createWatchFunctions(stack, {
      environment,
      encryption,
      deadLetters,
      caretaker: props.caretaker.role as Role,
      alarmTopic,
      requestLogs,
      allowlistRegions: props.allowlistRegions,
      learningHours,
      spikeFailures,
      runbookUrl,
    });
    subscribeDetector(stack, requestLogs, detector, 'all').node.addDependency(invocation);
    createMetricFilters(stack, requestLogs, environment);
    const { alarms, doNotTrade, stops } = createAlarms(stack, {
      environment,
      deadLetters,
      natGatewayIds: props.natGatewayIds,
      probeZones: [...insideProbes.keys()],
      keyCount: props.keyCount,
      actions: settings.alarmActions ?? new SnsAlarmActions(alarmTopic),
      overrides: settings.alarmOverrides ?? {},
      runbookUrl,
    });
    const tradingGate = createTradingGate(stack, { environment, stops });
    createEventRules(stack, {
      environment,
      callers: props.callers,
      encryptionKeyArns: [props.encryptionKeyArn, encryption.keyArn],
      topic: alarmTopic,
      deadLetters,
      runbookUrl,
      egressCheck,
      gateRoleArn: (tradingGate.role as Role).roleArn,
    });
    const caretakerLogs = props.caretaker.logGroup;
    const findingsLogs = notifier.logGroup;
    const dashboard = dashboardName(environment, region);
    createDashboard(stack, {
      environment,
      name: dashboard,
      alarms,
      doNotTrade,
      requestLogs,
      findingsLogs,
      caretakerLogs,
      runbookUrl,
    });
    createSavedQueries(stack, environment, {
      requests: [requestLogs],
      findings: [findingsLogs],
      detector: [detector.logGroup],
      caretaker: [caretakerLogs],
      rotation: [props.rotation.logGroup],
      'inside-probe': [...insideProbes.values()].map(({ logGroup }) => logGroup),
      'outside-probe': outsideProbe ? [outsideProbe.logGroup] : [],
      'egress-check': [egressCheck.logGroup],
    });
    this.publish(stack, {
      schema: 1,
      environment,
      region,
      requestLogGroup: requestLogs.logGroupName,
      findingsLogGroup: findingsLogs.logGroupName,
      findingsTable: table.tableName,
      alarmPrefix: alarmNamePrefix(environment),
      doNotTradeAlarm: alarmName(environment, DO_NOT_TRADE),
      dashboard,
      alarmTopicArn: alarmTopic.topicArn,
    });
    publishVerification(stack, {
      schema: 1,
      environment,
      region,
      egressCheck: egressCheck.functionName,
      tradingGate: tradingGate.functionName,
      tradingGateParameter: tradingGateParameterName(environment),
      doNotTradeAlarm: alarmName(environment, DO_NOT_TRADE),
      outsideProbe: outsideProbe?.functionName,
      insideProbes: Object.fromEntries([...insideProbes].map(([zone, probe]) => [zone, probe.functionName])),
    });
    this.alarmTopic = alarmTopic;
    this.requestLogs = requestLogs;
    this.requestLogGroups = [requestLogs];
    this.deadLetters = deadLetters;
    this.encryption = encryption;
    this.detector = detector;
    this.environment = environment;
  }

  /** Looks through a log group of the user as well. The subscription belongs to the log group's own stack. */
  public addRequestLogs(logGroup: ILogGroup): void {
    requireSafeLogGroup(this.ring, logGroup);
    const id = `ExchangeKeysWatch${this.environment}`;
    if (logGroup.node.tryFindChild(id)) {
      throw new ConfigError(
        'REQUEST_LOGS_TWICE',
        `log group '${logGroup.node.path}' is looked through already; remove one of the calls`,
        this.ring,
      );
    }
    const scope = new Construct(logGroup, id);
    subscribeDetector(scope, logGroup, this.detector, 'records');
    createMetricFilters(scope, logGroup, this.environment);
    this.requestLogGroups.push(logGroup);
  }

  private publish(stack: NestedStack, document: WatchDocument): void {
    new StringParameter(stack, 'Document', {
      parameterName: watchParameterName(document.environment),
      description: 'Where the exchange-keys command finds the watch (cdk-exchange-keys)',
      stringValue: Stack.of(stack).toJsonString(document),
    });
  }
}

function publishVerification(stack: NestedStack, document: VerifyDocument): void {
  new StringParameter(stack, 'Verification', {
    parameterName: verifyParameterName(document.environment),
    description: 'Where the exchange-keys command finds what verifies the way out (cdk-exchange-keys)',
    stringValue: Stack.of(stack).toJsonString(document),
  });
}

/** It becomes part of rules' templates, in quotes, and of alarms' descriptions, which are short. */
function checkRunbookUrl(ring: Construct, url: string): void {
  requireConcrete(ring, 'runbookUrl', url);
  if (/^https?:\/\/[^\s"<>\\]+$/.test(url) && url.length <= LONGEST_RUNBOOK_URL) return;
  throw new ConfigError(
    'RUNBOOK_URL_MALFORMED',
    `'runbookUrl' is ${quoted(url)}; write an address that begins with https:// or http://, of at most ${LONGEST_RUNBOOK_URL} characters, without blanks, quotation marks, backslashes and angle brackets`,
    ring,
  );
}

function learningHoursOf(ring: Construct, period: Duration | undefined): number {
  const { from, to, normal } = WATCH_LIMITS.learningHours;
  if (period === undefined) return normal;
  const hours = period.isUnresolved() ? Number.NaN : period.toHours({ integral: false });
  inRange(ring, 'learningPeriod (hours)', hours, from, to);
  return hours;
}
