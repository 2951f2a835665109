// What the stack tells the egress check through environment variables: the regions, and the networks that must be there.
import { parseRegion } from '../../contract/availability-zone';
import { InputError } from '../../contract/errors';
import { NETWORKS_VARIABLE } from '../../contract/verify';
import { type FunctionSettings, functionSettings, required } from '../shared/function-settings';
import { Refusal, shown } from '../shared/refusal';

export interface EgressCheckSettings extends FunctionSettings {
  /** Every region with an allowlist or a network, each once. */
  readonly regions: readonly string[];
  /** Names of parameters by region. */
  readonly expectedNetworks: ReadonlyMap<string, readonly string[]>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Refusal `FUNCTION_SETTING_MISSING`, `FUNCTION_SETTING_MALFORMED`. */
export function egressCheckSettings(variables: Variables): EgressCheckSettings {
  const settings = functionSettings(variables);
  const expectedNetworks = readNetworks(required(variables, NETWORKS_VARIABLE));
  return {
    ...settings,
    expectedNetworks,
    regions: [...new Set([...settings.allowlistRegions, ...expectedNetworks.keys()])],
  };
}

function readNetworks(text: string): ReadonlyMap<string, readonly string[]> {
  const networks = new Map<string, string[]>();
  for (const item of text.split(',')) {
    const [region, name, ...rest] = item.trim().split('=');
    if (!isRegion(region) || !name?.startsWith('/') || rest.length > 0) throw malformed(item);
    networks.set(region, [...(networks.get(region) ?? []), name]);
  }
  return networks;
}

function isRegion(text: string): boolean {
  try {
    return parseRegion(text) === text;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

const malformed = (item: string) =>
  new Refusal(
    'FUNCTION_SETTING_MALFORMED',
    `environment variable ${NETWORKS_VARIABLE} has ${shown(item)}, allowed are items such as 'eu-west-1=/exchange-keys/…' separated by commas; deploy the ring again`,
  );
