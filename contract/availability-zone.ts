// Which names are an Availability Zone of a region: its subnets and construct ids are keyed by the letter.
import { InputError } from './errors';
import { quoted } from './quoted';

/** An Availability Zone, by its name in this account. */
export interface AvailabilityZone {
  /** e.g. `eu-west-1a`. */
  readonly name: string;
  /** e.g. `eu-west-1`. */
  readonly region: string;
  /** `a` to `z`. */
  readonly letter: string;
  /** 0 for `a` to 25 for `z`. */
  readonly index: number;
}

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
const ZONE = /^([a-z]{2,4}(?:-[a-z]+)+-\d{1,2})([a-z])$/;
const ZONE_ID = /^[a-z0-9-]+-az\d{1,2}$/;
const LOCAL_OR_WAVELENGTH_ZONE = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}-[a-z0-9-]+$/;

/**
 * The name of a region, by its form only: regions are added faster than this library is released.
 * @throws InputError `REGION_MALFORMED`.
 */
export function parseRegion(text: string): string {
  if (REGION.test(text)) return text;
  throw new InputError('REGION_MALFORMED', `${quoted(text)} is not a region name; write one such as 'eu-west-1'`);
}

/**
 * The zone of that name in that region.
 * @throws InputError `REGION_MALFORMED`, `AVAILABILITY_ZONE_ID`, `AVAILABILITY_ZONE_LOCAL`,
 * `AVAILABILITY_ZONE_OF_OTHER_REGION` or `AVAILABILITY_ZONE_MALFORMED`.
 */
export function parseAvailabilityZone(name: string, region: string): AvailabilityZone {
  parseRegion(region);
  const match = ZONE.exec(name) ?? refuseOtherForms(name, region);
  const [, zoneRegion, letter] = match;
  if (zoneRegion !== region) {
    throw new InputError(
      'AVAILABILITY_ZONE_OF_OTHER_REGION',
      `availability zone '${name}' is in region '${zoneRegion}', not in '${region}'; write a zone such as '${region}a'`,
    );
  }
  return { name, region, letter, index: letter.charCodeAt(0) - 'a'.charCodeAt(0) };
}

/**
 * The zone name as part of a construct id: `EuWest1a` for `eu-west-1a`.
 * @throws InputError as `parseAvailabilityZone` does for a text that is not the name of a zone.
 */
export function pascalCaseZone(name: string): string {
  if (!ZONE.test(name)) refuseOtherForms(name, 'eu-west-1');
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function refuseOtherForms(name: string, region: string): never {
  const example = `write the zone name, e.g. '${region}a'`;
  if (ZONE_ID.test(name)) {
    throw new InputError(
      'AVAILABILITY_ZONE_ID',
      `${quoted(name)} is an availability zone id, whose name differs between accounts; ${example}`,
    );
  }
  if (LOCAL_OR_WAVELENGTH_ZONE.test(name)) {
    throw new InputError(
      'AVAILABILITY_ZONE_LOCAL',
      `${quoted(name)} is a Local Zone or Wavelength Zone, whose addresses come from its own network border group; ${example}`,
    );
  }
  throw new InputError('AVAILABILITY_ZONE_MALFORMED', `${quoted(name)} is not an availability zone; ${example}`);
}
