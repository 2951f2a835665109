// The outside probe: outside every VPC, the exchange refuses the same key, and says that it is because of the address.
import { containsCidr, parseCidr } from '../../contract/cidr';
import { VerifyMetric } from '../../contract/metrics';
import type { ProbeAnswer, ProbeCheck } from '../../contract/verify';
import { publishCounts } from '../shared/metrics';
import { agreedAddress } from './address-verdict';
import { outsideVerdict } from './exchange-verdict';
import { check, inTime, Undecided, undecided } from './probe-check';
import { ProbeContext, type ProbeLimits } from './probe-context';
import type { ProbeKey } from './probe-key';
import { failed, type Probed, runProbe, together } from './probe-run';
import type { Variables } from './probe-settings';

const CHECK = 'refused-outside';

export function createOutsideProbe(
  variables: Variables,
  limits?: ProbeLimits,
  now: () => number = Date.now,
): () => Promise<ProbeAnswer> {
  const context = new ProbeContext(variables, limits);
  const publish = (checks: readonly ProbeCheck[]) => publishCounts(context.environment, outsideCounts(checks));
  return () => runProbe({ probe: 'outside', look: () => look(context), publish, now });
}

export function outsideCounts(checks: readonly ProbeCheck[]): [VerifyMetric, number][] {
  const decided = checks.length > 0 && checks.every(({ outcome }) => outcome !== 'unknown');
  return [
    [VerifyMetric.OUTSIDE_DECIDED, decided ? 1 : 0],
    [VerifyMetric.OUTSIDE_FAILED, failed(checks, CHECK)],
  ];
}

async function look(context: ProbeContext): Promise<Probed> {
  try {
    return together(await Promise.all(context.keys().map((key) => lookWithKey(context, key))));
  } catch (error) {
    return { checks: [undecided(CHECK, context.environment, error)], keys: [] };
  }
}

async function lookWithKey(context: ProbeContext, key: ProbeKey): Promise<Probed> {
  const { checkMilliseconds } = context.limits;
  const read = async () => outsideVerdict(await key.signedRead());
  const looked = await check(CHECK, key.text, checkMilliseconds, read);
  const own = looked.outcome === 'fail' ? await addressOfOurs(context) : undefined;
  const made = own === undefined ? looked : undecided(CHECK, key.text, notOutside(own));
  return { checks: [made], keys: key.described() };
}

const notOutside = (own: string) =>
  new Undecided('NOT_OUTSIDE', `the probe called from ${own}, which is published: being let in proves nothing`);

/** The address that we are seen under, if it is a published one. When that cannot be told, the louder verdict stays. */
async function addressOfOurs(context: ProbeContext): Promise<string | undefined> {
  const asked = Promise.all([context.echo(), context.ourAddresses()]);
  const [answers, ours] = await inTime(context.limits.checkMilliseconds, () => asked).catch(
    () => [[], undefined] as const,
  );
  const seen = agreedAddress(answers);
  return seen !== undefined && ours?.ranges.some((cidr) => containsCidr(cidr, parseCidr(seen))) ? seen : undefined;
}
