// Which lists the properties are tried on: documents of several regions, each address in one of them, with and without a pool.
import fc from 'fast-check';
import type { AllowlistDocument, AllowlistRole } from '../../../contract/allowlist';

const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-1', 'us-gov-west-1'];

/** Documents of prod, by region; `pools`: a region may publish the /28 that its addresses are in. */
export const anyDocuments = (pools: fc.Arbitrary<boolean> = fc.boolean()): fc.Arbitrary<AllowlistDocument[]> =>
  fc
    .tuple(...REGIONS.map((region, index) => anyRegion(region, index, pools)))
    .chain((documents) => fc.shuffledSubarray(documents, { minLength: 1 }));

function anyRegion(region: string, number: number, pools: fc.Arbitrary<boolean>): fc.Arbitrary<AllowlistDocument> {
  const zone = fc.record({
    letter: fc.constantFrom(...'abcdef'),
    host: fc.integer({ min: 0, max: 15 }),
    role: fc.constantFrom<AllowlistRole>('active', 'standby'),
  });
  const zones = fc.uniqueArray(zone, {
    minLength: 1,
    maxLength: 6,
    comparator: (a, b) => a.letter === b.letter || a.host === b.host,
  });
  return fc.record({ zones, pool: pools }).map(({ zones: chosen, pool }) => {
    const entries = chosen.map(({ letter, host, role }) => {
      const address = `52.210.${number}.${host}`;
      const allocationId = `eipalloc-${(number * 16 + host).toString(16).padStart(17, '0')}`;
      return { availabilityZone: `${region}${letter}`, allocationId, address, cidr: `${address}/32`, role };
    });
    const cidrs = pool ? [`52.210.${number}.0/28`] : entries.map(({ cidr }) => cidr);
    return { schemaVersion: 1, environment: 'prod', region, cidrs, entries };
  });
}

/** The documents as they are read. */
export function document(region: string, addresses: Record<string, [string, AllowlistRole]>, cidrs?: string[]) {
  const entries = Object.entries(addresses).map(([letter, [address, role]], index) => ({
    availabilityZone: `${region}${letter}`,
    allocationId: `eipalloc-${address.replaceAll('.', '').padStart(16, '0')}${index}`,
    address,
    cidr: `${address}/32`,
    role,
  }));
  const document: AllowlistDocument = {
    schemaVersion: 1,
    environment: 'prod',
    region,
    cidrs: cidrs ?? entries.map(({ cidr }) => cidr),
    entries,
  };
  return document;
}
