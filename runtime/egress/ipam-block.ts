// Lookup IPAM_BLOCK: the ranges of an IPAM pool, owned by the account, that the addresses were allocated from.

import { GetIpamPoolCidrsCommand } from '@aws-sdk/client-ec2';
import { aggregateCidrs, type Cidr, containsCidr, parseCidr } from '../../contract/cidr';
import { listed } from '../../contract/listed';
import type { Ec2Reader } from '../shared/ec2-reader';
import { Refusal, shown } from '../shared/refusal';
import type { IpamBlockRequest } from './lookup-request';

const ACTION = 'GetIpamPoolCidrs';

/** Confirms that every address is in the pool; ranges of the pool that hold none of them are left out. */
export async function lookUpIpamBlock(request: IpamBlockRequest, ec2: Ec2Reader) {
  const provisioned = await readProvisioned(request, ec2);
  const addresses = request.Addresses.map((address) => parseCidr(address));
  const outside = addresses.filter((address) => !provisioned.some((range) => containsCidr(range, address)));
  if (outside.length > 0) {
    const ranges = provisioned.map((range) => range.text).join(', ') || 'none';
    throw new Refusal(
      'ADDRESS_NOT_IN_POOL',
      listed(
        `IPAM pool '${request.IpamPoolId}' does not hold every address`,
        outside.map(
          ({ text }) => `'${text}' is in no provisioned range (${shown(ranges)}); give the pool it was allocated from`,
        ),
      ),
    );
  }
  const used = provisioned.filter((range) => addresses.some((address) => containsCidr(range, address)));
  const cidrs = aggregateCidrs(used).map((range) => range.text);
  return { PhysicalResourceId: request.IpamPoolId, Data: { Cidrs: cidrs.join(',') } };
}

/** Ranges in any other state are not, or no longer, the account's to allocate from. */
async function readProvisioned({ IpamPoolId, Region }: IpamBlockRequest, ec2: Ec2Reader): Promise<Cidr[]> {
  const found = await ec2
    .askAll(
      ACTION,
      (client, options, NextToken) => client.send(new GetIpamPoolCidrsCommand({ IpamPoolId, NextToken }), options),
      (page) => page.IpamPoolCidrs,
    )
    .catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.awsError !== 'InvalidIpamPoolId.NotFound') throw error;
      throw new Refusal(
        'IPAM_POOL_NOT_FOUND',
        `IPAM pool '${IpamPoolId}' does not exist in '${Region}'; check the id, the account and the region of the pool`,
      );
    });
  return found
    .filter(({ State }) => State === 'provisioned')
    .map(({ Cidr: text }) => readRange(ec2.given(ACTION, `'Cidr' for '${IpamPoolId}'`, text), ec2));
}

function readRange(text: string, ec2: Ec2Reader): Cidr {
  try {
    return parseCidr(text);
  } catch {
    throw ec2.unusable(ACTION, `${shown(text)} as 'Cidr'`);
  }
}
