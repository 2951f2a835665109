// Which allowlist documents the properties are tried on: valid ones, of prod, with public addresses.
import fc from 'fast-check';
import type { AllowlistDocument } from '../../../contract/allowlist';
import { compareCidrs, parseCidr } from '../../../contract/cidr';

/** A valid document, sorted; its `cidrs` are /32s or the /28 that holds every address. */
export const anyDocument: fc.Arbitrary<AllowlistDocument> = fc
  .record({
    region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'ap-southeast-1'),
    letters: fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1 }),
    hosts: fc.shuffledSubarray(
      Array.from({ length: 16 }, (_, host) => host),
      { minLength: 8 },
    ),
    roles: fc.array(fc.constantFrom('active' as const, 'standby' as const), { minLength: 8, maxLength: 8 }),
    pool: fc.boolean(),
    longIds: fc.boolean(),
  })
  .map(({ region, letters, hosts, roles, pool, longIds }) => {
    const entries = [...letters].sort().map((letter, index) => ({
      availabilityZone: `${region}${letter}`,
      allocationId: `eipalloc-${hosts[index].toString(16).padStart(longIds ? 17 : 8, '0')}`,
      address: `52.210.1.${hosts[index]}`,
      cidr: `52.210.1.${hosts[index]}/32`,
      role: roles[index],
    }));
    const cidrs = entries.map((entry) => parseCidr(entry.cidr)).sort(compareCidrs);
    return {
      schemaVersion: 1,
      environment: 'prod',
      region,
      cidrs: pool ? ['52.210.1.0/28'] : cidrs.map((cidr) => cidr.text),
      entries,
    };
  });

/** A JSON value whose parts can be replaced. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Where every part of a value is: `[]` for the value itself. */
export function partsOf(value: Json, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => partsOf(part, [...at, key]))];
}

/** A copy of the value with the part at that place changed. */
export function withPart(value: Json, at: (string | number)[], change: (part: Json) => Json): Json {
  if (at.length === 0) return change(value);
  const copy = structuredClone(value) as { [key: string]: Json };
  copy[at[0]] = withPart(copy[at[0]], at.slice(1), change);
  return copy;
}
