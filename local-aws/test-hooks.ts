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

  /** Invocations, rotations and failures so far, whose event begins with `event`. */
  public async journal(event = ''): Promise<JournalEntry[]> {
    return (await this.call<{ entries: JournalEntry[] }>('journal', { event })).entries;
  }

  private async call<T>(name: string, body: object): Promise<T> {
    const response = await fetch(`${this.endpoint}/_local/${name}`, { method: 'POST', body: JSON.stringify(body) });
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new Error(`test hook ${name}: ${answer.error}`);
    return answer;
  }
}
