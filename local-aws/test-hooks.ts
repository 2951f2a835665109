// Test hooks of the local AWS: what no API of AWS does, so that a test can hold a moment still.
export interface RegisteredRotation {
  readonly secretArn: string;
  readonly versionId: string;
}

export interface SecretAddress {
  readonly region: string;
  /** Name or ARN of the primary secret. */
  readonly secretId: string;
}

/** One entry of the server's journal; `event` names what happened. */
export type JournalEntry = { readonly event: string } & Readonly<Record<string, unknown>>;

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmTransition {
  readonly alarm: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** ISO time of the clock that was given. */
  readonly at: string;
}

export interface AlarmEvaluation {
  /** State of each alarm at the end, by name. */
  readonly alarms: Readonly<Record<string, AlarmState>>;
  readonly transitions: readonly AlarmTransition[];
}

export class LocalAwsHooks {
  public constructor(private readonly endpoint: string) {}

  /** Everything RotateSecret does, except that no function is called: the test drives the steps itself. */
  public registerRotation(
    secret: SecretAddress & { clientRequestToken?: string; rotationLambdaArn?: string },
  ): Promise<RegisteredRotation> {
    return this.call('secretsmanager/register-rotation', secret);
  }

  /** InProgress and Failed hold a replica at what it has now; InSync lets it follow the primary again. */
  public holdReplica(
    replica: SecretAddress & {
      replicaRegion: string;
      status: 'InSync' | 'InProgress' | 'Failed';
      statusMessage?: string;
    },
  ): Promise<unknown> {
    return this.call('secretsmanager/replica', replica);
  }

  /** How often RotateSecret runs a failing rotation, and the pause between two attempts; until the next reset. */
  public rotationRetries(retries: { attempts?: number; delaySeconds?: number }): Promise<unknown> {
    return this.call('secretsmanager/rotation-retries', retries);
  }

  /** Deliveries of EventBridge to the target fail: the next `times`, or all until the next reset. */
  public failEventTarget(target: {
    targetArn: string;
    errorCode?:
      | 'CONNECTION_FAILURE'
      | 'ERROR_FROM_TARGET'
      | 'NO_PERMISSIONS'
      | 'NO_RESOURCE'
      | 'THROTTLING'
      | 'TIMEOUT';
    times?: number;
  }): Promise<unknown> {
    return this.call('events/fail-target', target);
  }

  /** The pause before EventBridge repeats a delivery; until the next reset. */
  public eventRetries(retries: { delaySeconds: number }): Promise<unknown> {
    return this.call('events/retries', retries);
  }

  /** Sends what a log group's subscription has delivered last once more: the same events with the same ids. */
  public redeliverLogs(delivery: {
    region: string;
    logGroup: string;
    batches?: number;
  }): Promise<{ readonly batches: number }> {
    return this.call('logs/redeliver', delivery);
  }

  /** How long a query of Logs Insights is Running; until the next reset. */
  public queryDelay(delay: { seconds: number }): Promise<unknown> {
    return this.call('logs/query-delay', delay);
  }

  /** Deletes the items whose time to live has passed at that moment (default: now), as the service does within days. */
  public expireItems(region: string, table: string, at?: Date): Promise<{ readonly expired: number }> {
    return this.call('dynamodb/expire', { region, table, at: at && at.getTime() / 1000 });
  }

  /** The pause before a batch of a stream is repeated, and how much older its records seem; until the next reset. */
  public streamRetries(retries: { delaySeconds?: number; olderSeconds?: number }): Promise<unknown> {
    return this.call('lambda/stream-retries', retries);
  }

  /** A server on this machine, such as `127.0.0.1:8080` or `[::1]:8080`, stands for a host of the internet; until the next reset. */
  public internetHost(host: { host: string; port: number; server: string }): Promise<{ readonly address: string }> {
    return this.call('network/internet', host);
  }

  /** No call to the region is answered as AWS would: closed connections, 503, or silence; until `none` or the next reset. */
  public regionOutage(region: string, kind: 'refused' | 'unavailable' | 'silent' | 'none'): Promise<unknown> {
    return this.call('region/outage', { region, kind });
  }

  /** Fires a schedule of EventBridge Scheduler, whatever its expression; one that is switched off does not fire. */
  public fireSchedule(region: string, name: string, group?: string): Promise<{ readonly fired: boolean }> {
    return this.call('scheduler/fire', { region, name, group });
  }

  /** Invocations, rotations and failures so far, whose event begins with `event`. */
  public async journal(event = ''): Promise<JournalEntry[]> {
    return (await this.call<{ entries: JournalEntry[] }>('journal', { event })).entries;
  }

  /**
   * Evaluates every alarm as if the clock were `at` (default: now) and performs the actions, before it answers.
   * Only full minutes count: what has been measured just now is seen from the next minute on.
   */
  public evaluateAlarms(region: string, at?: Date): Promise<AlarmEvaluation> {
    return this.call('cloudwatch/evaluate', { region, at: at?.toISOString() });
  }

  /** As evaluateAlarms, at each step from `from` to `to`: simulated weeks. Stop the background first. */
  public evaluateAlarmsOver(
    region: string,
    span: { from: Date; to: Date; stepSeconds: number },
  ): Promise<AlarmEvaluation> {
    return this.call('cloudwatch/evaluate', { region, ...span });
  }

  /** Whether alarms are evaluated by the real clock, about once a second; until the next reset. */
  public evaluateAlarmsInBackground(enabled: boolean): Promise<unknown> {
    return this.call('cloudwatch/background', { enabled });
  }

  /** Takes in lines of embedded metric format, whatever their time and namespace. All of them, or none. */
  public ingestMetrics(region: string, lines: readonly string[]): Promise<{ readonly datapoints: number }> {
    return this.call('cloudwatch/emf', { region, lines });
  }

  private async call<T>(name: string, body: object): Promise<T> {
    const response = await fetch(`${this.endpoint}/_local/${name}`, { method: 'POST', body: JSON.stringify(body) });
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new Error(`test hook ${name}: ${answer.error}`);
    return answer;
  }
}
