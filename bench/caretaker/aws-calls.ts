// Counts the requests that AWS SDK clients send, by service and action; each attempt is one.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';

export type Counts = Record<string, number>;

export class AwsCalls {
  private counts: Counts = {};

  /** `service` as in `secretsmanager:GetSecretValue`. */
  public watch<C extends SecretsManagerClient | SSMClient>(service: string, client: C): C {
    // below the SDK's retries
    const place = { step: 'finalizeRequest', priority: 'low', name: 'countCalls' } as const;
    const { middlewareStack } = client as SecretsManagerClient;
    middlewareStack.add((next, { commandName = '' }) => {
      const action = `${service}:${commandName.replace(/Command$/, '')}`;
      return (args) => {
        this.count(action);
        return next(args);
      };
    }, place);
    return client;
  }

  public count(action: string): void {
    this.counts[action] = (this.counts[action] ?? 0) + 1;
  }

  /** Since the last call of this. */
  public take(): Counts {
    const taken = this.counts;
    this.counts = {};
    return taken;
  }
}
