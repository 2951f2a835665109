// Where the subnets of a zone lie in a VPC: decided by the zone's letter, so that a zone added later moves no other.
import { addressBits, type Cidr, cidrAround, containsCidr, lastAddress, overlaps, parseCidr } from './cidr';
import { InputError } from './errors';
import { quoted } from './quoted';

/** The subnets of one zone, as CIDR texts. */
export interface ZoneSubnets {
  /** `a` to `h`. */
  readonly letter: string;
  /** For the workload: the first half of the zone's slot. */
  readonly workload: string;
  /** For the NAT gateway: the last /28 of the slot. */
  readonly public: string;
}

/** A range and the region it is meant for. */
export interface NamedCidr {
  readonly name: string;
  readonly cidr: string;
}

const LETTERS = 'abcdefgh';
/** Bits that number the eight slots. */
const SLOT_BITS = 3;
/** AWS allows no smaller subnet. */
const SMALLEST_SUBNET = 28;
/** AWS allows no larger VPC. */
const LARGEST_VPC = 16;
const SMALLEST_VPC = SMALLEST_SUBNET - SLOT_BITS - 1;
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * The range of a VPC: RFC 1918, /16 to /24, without host bits.
 * @throws InputError `VPC_CIDR_NOT_PRIVATE`, `VPC_CIDR_TOO_LARGE`, `VPC_CIDR_TOO_SMALL`, and as `parseCidr` does.
 */
export function parseVpcCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!PRIVATE_RANGES.some((range) => containsCidr(parseCidr(range), cidr))) {
    throw new InputError(
      'VPC_CIDR_NOT_PRIVATE',
      `VPC range ${quoted(text)} is not private; write a range in ${PRIVATE_RANGES.join(', ')}`,
    );
  }
  if (cidr.prefixLength < LARGEST_VPC) {
    throw new InputError(
      'VPC_CIDR_TOO_LARGE',
      `VPC range ${quoted(text)} is larger than AWS allows, /${LARGEST_VPC}; ` +
        `write a range from /${LARGEST_VPC} to /${SMALLEST_VPC}`,
    );
  }
  if (cidr.prefixLength > SMALLEST_VPC) {
    throw new InputError(
      'VPC_CIDR_TOO_SMALL',
      `VPC range ${quoted(text)} is too small, eight zones with two subnets each of at least ` +
        `/${SMALLEST_SUBNET} need a /${SMALLEST_VPC}; ` +
        `write a range from /${LARGEST_VPC} to /${SMALLEST_VPC}`,
    );
  }
  return cidr;
}

/**
 * The subnets of the zone with that letter. A VPC is cut into eight equal slots, one per letter, `a` first.
 * @throws InputError `ZONE_LETTER_OUT_OF_RANGE`, and as `parseVpcCidr` does.
 */
export function zoneSubnets(vpcCidr: string, letter: string): ZoneSubnets {
  const vpc = parseVpcCidr(vpcCidr);
  const index = letter.length === 1 ? LETTERS.indexOf(letter) : -1;
  if (index < 0) {
    throw new InputError(
      'ZONE_LETTER_OUT_OF_RANGE',
      `zone letter ${quoted(letter)} has no subnets, allowed are a to h; choose zones with one of these letters`,
    );
  }
  const slotPrefix = vpc.prefixLength + SLOT_BITS;
  const slotSize = 1n << BigInt(addressBits(vpc.family) - slotPrefix);
  const slot = cidrAround(vpc.family, vpc.first + BigInt(index) * slotSize, slotPrefix);
  return {
    letter,
    workload: cidrAround(slot.family, slot.first, slotPrefix + 1).text,
    public: cidrAround(slot.family, lastAddress(slot), SMALLEST_SUBNET).text,
  };
}

/**
 * Refuses ranges that share an address, since VPCs with such ranges can never be peered.
 * @throws InputError `VPC_CIDR_OVERLAP` naming both, and as `parseCidr` does.
 */
export function checkNoOverlap(vpcs: readonly NamedCidr[]): void {
  const parsed = vpcs.map(({ name, cidr }) => ({ name, cidr: parseCidr(cidr) }));
  parsed.forEach((vpc, index) => {
    const other = parsed.slice(0, index).find(({ cidr }) => overlaps(cidr, vpc.cidr));
    if (other === undefined) return;
    throw new InputError(
      'VPC_CIDR_OVERLAP',
      `VPC range '${vpc.cidr.text}' of ${vpc.name} overlaps '${other.cidr.text}' of ${other.name}; ` +
        'give each region a range of its own',
    );
  });
}
