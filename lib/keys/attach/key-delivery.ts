// How a container gets its key: it reads the secret itself, or ECS puts the values into its environment.
import { BaseService } from 'aws-cdk-lib/aws-ecs';

/** What happens to injected values when the key was rotated; exactly one of the two. */
export interface InjectedDeliveryProps {
  /**
   * The service that runs the task definition. After each rotation it is redeployed: an EventBridge rule calls a function that
   * may update this one service. It must use the ECS deployment controller (rolling, or ECS's own blue/green), and the region
   * needs a CloudTrail trail. What fails for good is in the ring's alarm `DeadLetters`. Adding or removing it adds or removes
   * the rule and the function.
   * @default - nothing redeploys: see `acknowledgeManualRedeploy`
   */
  readonly redeployOnRotation?: BaseService;

  /**
   * Who redeploys after each rotation, and how; written into the template's metadata.
   * @default - `redeployOnRotation` must be given
   */
  readonly acknowledgeManualRedeploy?: string;
}

/** How a container gets its key. */
export abstract class KeyDelivery {
  /**
   * The container is told the secret's name and reads it with the task role, by `cdk-exchange-keys/loader` or its Python
   * twin: at start, in the background within a tenth of the overlap, and when the exchange no longer knows the key. The key is
   * in no environment variable, and a rotation restarts nothing.
   */
  public static loader(): KeyDelivery {
    return new Delivery();
  }

  /**
   * ECS reads the secret with the execution role when a task starts, and sets `XXKK_API_KEY`, `XXKK_API_SECRET`,
   * `XXKK_KEY_VERSION` and, where the exchange has one, `XXKK_API_PASSPHRASE`. These values are never refreshed: the key needs
   * `refresh: KeyRefresh.onRedeploy(...)`. In the ring's home region only. Everything in the container, its logs and debugging tools can see them.
   */
  public static injected(props: InjectedDeliveryProps): KeyDelivery {
    return new Delivery(props);
  }

  /** Undefined: the loader reads. @internal */
  public abstract readonly _injected?: InjectedDeliveryProps;

  protected constructor() {}
}

class Delivery extends KeyDelivery {
  constructor(public readonly _injected?: InjectedDeliveryProps) {
    super();
  }
}
