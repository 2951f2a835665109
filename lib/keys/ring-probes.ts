// What a ring tells its probes: their settings, the zones they run in, and the keys they show.
import { Annotations, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { isProbeKey, parseKeyName } from '../../contract/keys';
import { isProductionEnvironment } from '../core/checks';
import { finding } from '../core/config-error';
import { IEgressNetwork } from '../egress';
import { CheckedProbes, checkProbes } from '../verify/check-probes';
import { RingProbesProps } from '../verify/ring-verify';
import { KeyRingProps } from './key-ring-props';
import { zonePlaces } from './network-place';

/**
 * The settings, refused if nothing could be proven with them; undefined for a ring without probes.
 * @param exchanges of the ring by name, complete at the end of synth
 */
export function checkRingProbes(
  ring: Construct,
  { environment, network, owner, probes }: KeyRingProps,
  exchanges: ReadonlyMap<string, unknown>,
): CheckedProbes | undefined {
  if (probes) {
    const result = checkProbes(ring, probes, { network, owner });
    ring.node.addValidation({ validate: () => strayAccounts(result, [...exchanges.keys()]) });
    return result;
  }
  if (isProductionEnvironment(ring, environment)) {
    Annotations.of(ring).addWarningV2(
      'cdk-exchange-keys:probes-missing',
      `nothing tries whether exchanges let '${environment}' in from its static addresses and from nowhere else; pass 'probes'`,
    );
  }
  return undefined;
}

function strayAccounts({ accounts }: CheckedProbes, exchanges: readonly string[]): string[] {
  const stray = Object.keys(accounts).filter((name) => !exchanges.includes(name));
  return stray.map((name) =>
    finding(
      'PROBE_ACCOUNT_WITHOUT_EXCHANGE',
      `'probes.accounts' names '${name}', which is no exchange of the ring, it has ${exchanges.join(', ')}; correct the name, or remove it`,
    ),
  );
}

/** @param keys of the ring by name, complete at the end of synth */
export function placeProbes(
  ring: Construct,
  network: IEgressNetwork,
  checked: CheckedProbes,
  keys: ReadonlyMap<string, unknown>,
): RingProbesProps {
  const locked = network.addresses._lockedEntries?.filter(({ role }) => role !== 'draining');
  const zones = zonePlaces(ring, network).map(({ zone, place }) => {
    const exitZone = network.exitZones[zone];
    const lockedAddress = locked?.find(({ availabilityZone }) => availabilityZone === exitZone)?.address;
    return { zone, exitZone, place, lockedAddress };
  });
  const probeKeys = () => [...keys.keys()].filter((name) => isProbeKey(parseKeyName(name)));
  return { checked, zones, keys: Lazy.string({ produce: () => probeKeys().join(',') }) };
}
