// The inside probe: in a zone's workload subnet, the right address is seen, the exchange lets it in, and no other way is open.
import { ErrorClass } from '../../contract/exchange/error-class';
import { VerifyMetric, ZONE_DIMENSION } from '../../contract/metrics';
import {
  EXIT_ZONE_VARIABLE,
  LOCKED_ADDRESS_VARIABLE,
  type ProbeAnswer,
  type ProbeCheck,
  ZONE_VARIABLE,
} from '../../contract/verify';
import { required } from '../shared/function-settings';
import { publishCounts } from '../shared/metrics';
import type { OurAddresses } from '../shared/our-addresses';
import { addressVerdict } from './address-verdict';
import { pathVerdict, tryPath } from './closed-path';
import { allowlistVerdict, insideVerdict, STANDBY_MISSING, shownEntries } from './exchange-verdict';
import { check, Undecided, undecided, type Verdict, verdict } from './probe-check';
import { ProbeContext, type ProbeLimits } from './probe-context';
import type { ProbeKey } from './probe-key';
import { failed, type Probed, runProbe, together } from './probe-run';
import { closedPathsOf, type Variables } from './probe-settings';

export function createInsideProbe(
  variables: Variables,
  limits?: ProbeLimits,
  now: () => number = Date.now,
): () => Promise<ProbeAnswer> {
  const context = new ProbeContext(variables, limits);
  const zone = required(variables, ZONE_VARIABLE);
  const publish = (checks: readonly ProbeCheck[]) => {
    const [decided, counts] = insideCounts(checks);
    publishCounts(context.environment, decided, { [ZONE_DIMENSION]: zone });
    publishCounts(context.environment, counts);
  };
  return () => runProbe({ probe: 'inside', zone, look: () => look(context, zone), publish, now });
}

type Counts = [VerifyMetric, number][];

/** Of the zone, and of the ring; all of them, also with 0. */
export function insideCounts(checks: readonly ProbeCheck[]): [Counts, Counts] {
  const differing = checks.filter(({ code }) => code !== STANDBY_MISSING);
  return [
    [[VerifyMetric.INSIDE_DECIDED, isDecided(checks) ? 1 : 0]],
    [
      [VerifyMetric.INSIDE_FAILED, failed(checks, 'address', 'signed-read')],
      // what only a change of addresses in its normal order brings about is no reason to stop
      [VerifyMetric.ALLOWLIST_DIFFERENCES, failed(differing, 'exchange-allowlist')],
      [VerifyMetric.PATHS_OPEN, failed(checks, 'closed-path')],
    ],
  ];
}

/**
 * Nothing is left open. That the exchange does not show its list to an address that it refuses is no second question: the
 * refused read of the same key has failed already.
 */
function isDecided(checks: readonly ProbeCheck[]): boolean {
  const refused = checks.filter(({ check, outcome }) => check === 'signed-read' && outcome === 'fail');
  const isAnswered = ({ check, subject, outcome, code }: ProbeCheck) =>
    outcome !== 'unknown' ||
    (check === 'exchange-allowlist' &&
      code === ErrorClass.IP_NOT_ALLOWED &&
      refused.some((read) => read.subject === subject));
  return checks.length > 0 && checks.every(isAnswered);
}

async function look(context: ProbeContext, zone: string): Promise<Probed> {
  const { checkMilliseconds } = context.limits;
  const [address, keys, paths] = await Promise.all([
    check('address', zone, checkMilliseconds, () => judgeAddress(context)),
    lookWithKeys(context, zone),
    tryPaths(context, zone),
  ]);
  return { checks: [address, ...keys.checks, ...paths], keys: keys.keys };
}

async function judgeAddress(context: ProbeContext): Promise<Verdict> {
  const exit = required(context.variables, EXIT_ZONE_VARIABLE);
  const { entries } = await context.published();
  const expected = entries.find(({ availabilityZone }) => availabilityZone === exit)?.address;
  if (expected === undefined) {
    throw new Undecided('ZONE_NOT_PUBLISHED', `the published allowlist of the region has no address of '${exit}'`);
  }
  const locked = context.variables[LOCKED_ADDRESS_VARIABLE];
  if (locked && locked !== expected) {
    return verdict('fail', 'LOCK_OTHER_ADDRESS', `the lock has ${locked} for '${exit}', published is ${expected}`);
  }
  return addressVerdict(expected, await context.echo());
}

async function lookWithKeys(context: ProbeContext, zone: string): Promise<Probed> {
  let ours: Promise<OurAddresses> | undefined;
  const ourAddresses = () => {
    ours ??= context.ourAddresses();
    return ours;
  };
  try {
    return together(await Promise.all(context.keys().map((key) => lookWithKey(context, key, ourAddresses))));
  } catch (error) {
    return { checks: [undecided('signed-read', zone, error)], keys: [] };
  }
}

async function lookWithKey(context: ProbeContext, key: ProbeKey, ours: () => Promise<OurAddresses>): Promise<Probed> {
  const { checkMilliseconds } = context.limits;
  let shown: string[] | undefined;
  const checks = await Promise.all([
    check('signed-read', key.text, checkMilliseconds, async () => insideVerdict(await key.signedRead())),
    check('exchange-allowlist', key.text, checkMilliseconds, async () => {
      const { allowlist } = await key.ask((adapter, document) => adapter.inspect(document));
      shown = shownEntries(allowlist);
      return allowlistVerdict(allowlist, await ours());
    }),
  ]);
  return { checks, keys: key.described(shown) };
}

async function tryPaths({ variables, limits }: ProbeContext, zone: string): Promise<ProbeCheck[]> {
  try {
    const tried = closedPathsOf(variables).map((path) =>
      check('closed-path', path.name, limits.checkMilliseconds, async () =>
        pathVerdict(path, await tryPath(path, limits.pathMilliseconds)),
      ),
    );
    return await Promise.all(tried);
  } catch (error) {
    return [undecided('closed-path', zone, error)];
  }
}
