// The time by AWS's clock: this machine's may be wrong, and what is asked of a log since or until then would be missed.
import type { Context } from '../context';
import type { AwsClients } from './clients';

/** Milliseconds since 1970. The SDK notices a difference of five minutes and more, from the answers to its calls. */
export function awsTime({ now }: Context, { logs, ssm }: AwsClients): number {
  return now().getTime() + (logs.config.systemClockOffset || ssm.config.systemClockOffset);
}
