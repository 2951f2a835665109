// How a workload gets a new key after a rotation, and whether the overlap leaves it time to.
import { Duration } from 'aws-cdk-lib';
import { InputError } from '../../contract/errors';

/** Left between the last workload having the new key and the old one ending. */
const SAFETY_MINUTES = 60;

/** How a workload gets a new key after a rotation. */
export abstract class KeyRefresh {
  /**
   * The workload reads the secret again by itself; or something renews its file, as the Secrets Store CSI driver does with
   * rotation switched on and `mountedByCsiDriver` of `attachToServiceAccount`: then `every` is how often the file is renewed.
   * @param every longest time between two reads; twice of it must fit into the overlap, so that one read may fail
   */
  public static polling(every: Duration): KeyRefresh {
    return new Refresh(`reads the secret every ${every.toHumanString()}`, every.toMinutes() * 2, false);
  }

  /**
   * The workload gets the key when it starts (an ECS `secrets` entry, or a file that is mounted and never renewed) and never
   * again: it must be redeployed after each rotation.
   * @param within longest time from a rotation to the end of the redeployment
   */
  public static onRedeploy(within: Duration): KeyRefresh {
    return new Refresh(`is redeployed within ${within.toHumanString()}`, within.toMinutes(), true);
  }

  protected constructor() {}

  /** True when only a redeployment brings the new key. @internal */
  public abstract readonly _byRedeployment: boolean;

  /** Throws an `InputError` when the overlap is too short. @internal */
  public abstract _checkOverlap(overlapHours: number): void;
}

class Refresh extends KeyRefresh {
  constructor(
    private readonly how: string,
    private readonly minutes: number,
    public readonly _byRedeployment: boolean,
  ) {
    super();
  }

  public _checkOverlap(overlapHours: number): void {
    // what CDK puts in the place of a number that is not known yet
    if (this.minutes < 0) {
      const problem =
        "'refresh' must be known at synth, got a token; give a literal value instead of a parameter or an attribute";
      throw new InputError('VALUE_UNKNOWN_AT_SYNTH', problem);
    }
    const needed = this.minutes + SAFETY_MINUTES;
    if (needed <= overlapHours * 60) return;
    throw new InputError(
      'REFRESH_SLOWER_THAN_OVERLAP',
      `the workload ${this.how}, which with a margin of 1 hour needs an overlap of ${Math.ceil(needed / 60)} hours, and the overlap is ${overlapHours} hours; refresh sooner${overlapHours < 48 ? ', or give a longer overlap where the tier allows one' : ''}`,
    );
  }
}
