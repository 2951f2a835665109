"""What EC2 tells about addresses besides DescribeAddresses: offered transfers, and the CIDRs of an IPAM pool."""
from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses

from .. import loopback
from ..patching import replace


@replace(ElasticIPAddresses)
def describe_address_transfers(self: Any) -> ActionResult:
    """An address can be offered to another account only through an operation that is not emulated."""
    return ActionResult({"AddressTransfers": []})


@replace(ElasticIPAddresses)
def get_ipam_pool_cidrs(self: Any) -> ActionResult:
    pool = self._get_param("IpamPoolId")
    block = loopback.known_pool_block(self.ec2_backend.account_id, self.region, pool)
    if block is None:
        raise EC2ClientError("InvalidIpamPoolId.NotFound", f"The ipam-pool ID '{pool}' does not exist")
    return ActionResult({"IpamPoolCidrs": [{"Cidr": str(block), "State": "provisioned", "NetmaskLength": block.prefixlen}]})
