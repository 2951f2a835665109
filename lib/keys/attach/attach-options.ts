// What may be said when a key is attached to a workload.
import { KeyDelivery } from './key-delivery';

/** Of every workload; all there is to say of a function. */
export interface AttachOptions {
  /**
   * What the variables begin with: upper-case letters, digits and underscores. Needed where a workload has two keys of one
   * exchange. Changing it renames the variables.
   * @default - the exchange's name in upper case, hyphens as underscores: `XXKK`
   */
  readonly prefix?: string;
}

/** Of a container. */
export interface AttachContainerOptions extends AttachOptions {
  /**
   * How the container gets the key.
   * @default KeyDelivery.loader()
   */
  readonly delivery?: KeyDelivery;

  /**
   * Why it is not to be seen in this app where the tasks run (they are started by `RunTask`, for example), and what keeps them
   * in the workload subnets; written into the template's metadata. Services that are in the app are checked all the same.
   * @default - the app must hold a service, task set, rule or schedule that runs the task definition, and nothing else that
   * names it: a state machine, a pipe, a function that is told its ARN
   */
  readonly acknowledgePlacement?: string;
}

/** Of the role of EC2 instances. */
export interface AttachInstanceRoleOptions extends AttachOptions {
  /**
   * Why it is not to be seen in this app where the instances run, and what keeps them in the workload subnets; written into the
   * template's metadata. Instances that are in the app are checked all the same.
   * @default - the app must hold an instance or an Auto Scaling group with the role, and nothing else that names its profile
   * or launch template: a fleet, a compute environment
   */
  readonly acknowledgePlacement?: string;
}
