// What a network publishes about itself in SSM: by which route, NAT gateway and address each zone's traffic leaves.
import { parseAvailabilityZone, parseRegion } from '../availability-zone';
import { parseAllocationId, parseNatGatewayId, parseRouteTableId, parseSubnetId, parseVpcId } from '../aws-ids';
import { type ExtraEnvironments, parseEnvironment } from '../environment';
import { InputError } from '../errors';
import { quoted } from '../quoted';

/** One workload subnet and its way out. */
export interface NetworkZone {
  /** Zone of the subnet. */
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly routeTableId: string;
  readonly natGatewayId: string;
  /** Of the address the subnet's traffic leaves from; under `NatLayout.SINGLE` that of another zone. */
  readonly allocationId: string;
}

/** One network of one environment in one region. */
export interface NetworkDocument {
  readonly schema: 1;
  readonly environment: string;
  readonly region: string;
  readonly vpcId: string;
  /** Sorted by zone; each zone once. */
  readonly zones: readonly NetworkZone[];
}

/** What was asked for; without it, the document of any environment and region is read. */
export interface ExpectedNetwork {
  readonly environment?: string;
  readonly region?: string;
}

const DOCUMENT_KEYS = ['schema', 'environment', 'region', 'vpcId', 'zones'];
const ENVIRONMENT = /^[a-z][a-z0-9]{1,15}$/;

const ZONE_IDS = {
  subnetId: parseSubnetId,
  routeTableId: parseRouteTableId,
  natGatewayId: parseNatGatewayId,
  allocationId: parseAllocationId,
} as const satisfies { readonly [K in Exclude<keyof NetworkZone, 'availabilityZone'>]: (text: string) => string };

const ZONE_KEYS = ['availabilityZone', ...Object.keys(ZONE_IDS)];

/**
 * Where all networks of a region are published, e.g. `/exchange-keys/prod/egress/eu-west-1/network/`.
 * @throws InputError as `parseEnvironment` and `parseRegion` do.
 */
export function networkParameterPath(environment: string, region: string, extra?: ExtraEnvironments): string {
  return `/exchange-keys/${parseEnvironment(environment, extra)}/egress/${parseRegion(region)}/network/`;
}

/**
 * The SSM parameter of one network, e.g. `/exchange-keys/prod/egress/eu-west-1/network/Network.Network`.
 * @throws InputError `NETWORK_NAME_MALFORMED`, and as `networkParameterPath` does.
 */
export function networkParameterName(
  environment: string,
  region: string,
  name: string,
  extra?: ExtraEnvironments,
): string {
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    throw new InputError(
      'NETWORK_NAME_MALFORMED',
      `${quoted(name)} cannot be part of the name of a parameter; write letters, digits, '_', '.' and '-'`,
    );
  }
  return `${networkParameterPath(environment, region, extra)}${name}`;
}

/**
 * Reads a document; its zones come back sorted. Only a deployment writes it, so that all that can be done about a
 * malformed one is to deploy again.
 * @throws InputError `NETWORK_DOCUMENT_MALFORMED`, `NETWORK_DOCUMENT_SCHEMA_UNKNOWN`,
 * `NETWORK_DOCUMENT_OF_OTHER_ENVIRONMENT` or `NETWORK_DOCUMENT_OF_OTHER_REGION`.
 */
export function parseNetworkDocument(text: string, expected: ExpectedNetwork = {}): NetworkDocument {
  const value = parseJson(text);
  if (isObject(value) && Object.hasOwn(value, 'schema') && value.schema !== 1) {
    throw new InputError(
      'NETWORK_DOCUMENT_SCHEMA_UNKNOWN',
      `the network document has schema ${quoted(String(JSON.stringify(value.schema)))}, allowed is 1; ` +
        'upgrade cdk-exchange-keys where the document is read',
    );
  }
  const given = object(value, '$', DOCUMENT_KEYS);
  const environment = form(given.environment, '$.environment', (name) => {
    if (!ENVIRONMENT.test(name)) malformed('$.environment', `${quoted(name)} is not the name of an environment`);
  });
  const region = form(given.region, '$.region', parseRegion);
  refuseOther('environment', environment, expected.environment);
  refuseOther('region', region, expected.region);
  const vpcId = form(given.vpcId, '$.vpcId', parseVpcId);
  return { schema: 1, environment, region, vpcId, zones: readZones(given.zones, region) };
}

function readZones(value: unknown, region: string): NetworkZone[] {
  if (!Array.isArray(value) || value.length === 0) malformed('$.zones', 'it is not a list of one zone at least');
  const zones = value.map((item, index) => readZone(item, `$.zones[${index}]`, region));
  for (const key of ['availabilityZone', 'subnetId'] as const) {
    const twice = zones.findIndex((zone, index) => zones.findIndex((other) => other[key] === zone[key]) !== index);
    if (twice >= 0) malformed(`$.zones[${twice}].${key}`, `${quoted(zones[twice][key])} is there twice`);
  }
  return zones.sort((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1));
}

function readZone(value: unknown, path: string, region: string): NetworkZone {
  const zone = object(value, path, ZONE_KEYS);
  const ids = Object.entries(ZONE_IDS).map(([key, parse]) => [key, form(zone[key], `${path}.${key}`, parse)]);
  const availabilityZone = form(zone.availabilityZone, `${path}.availabilityZone`, (name) =>
    parseAvailabilityZone(name, region),
  );
  return { availabilityZone, ...(Object.fromEntries(ids) as Omit<NetworkZone, 'availabilityZone'>) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return malformed('$', 'it is not JSON');
  }
}

/** An object with exactly these keys: what is not known would be silently ignored. */
function object(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isObject(value)) return malformed(path, 'it is not an object');
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) malformed(path, `the key ${quoted(unknown)} is unknown`);
  const missing = keys.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) malformed(path, `the key '${missing}' is missing`);
  return value;
}

function form(value: unknown, path: string, parse: (text: string) => unknown): string {
  if (typeof value !== 'string') return malformed(path, 'it is not a text');
  try {
    parse(value);
  } catch (error) {
    if (!(error instanceof InputError) || error.code.startsWith('NETWORK_DOCUMENT_')) throw error;
    malformed(path, error.message);
  }
  return value;
}

function refuseOther(key: 'environment' | 'region', given: string, expected: string | undefined): void {
  if (expected === undefined || given === expected) return;
  throw new InputError(
    `NETWORK_DOCUMENT_OF_OTHER_${key.toUpperCase()}`,
    `the network document is of the ${key} '${given}', asked for was '${expected}'; deploy the network of '${expected}' again`,
  );
}

function malformed(path: string, problem: string): never {
  throw new InputError(
    'NETWORK_DOCUMENT_MALFORMED',
    `the network document is malformed at ${path}: ${problem}; deploy the network again, or upgrade cdk-exchange-keys where the document is read`,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
