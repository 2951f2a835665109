"""AWS::EC2::EIP, and Elastic IP addresses that are real loopback addresses, from IPAM pools or from no pool."""
from __future__ import annotations

import threading
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses
from moto.ec2.utils import add_tag_specification

from .. import loopback, settings
from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, pick, resource
from ..nat_gateways.model import Address as NatGatewayAddress, unassociated
from ..patching import replace, wrap
from . import tagging

_allocation = threading.Lock()  # stacks are deployed side by side, and an address is given once


@resource("AWS::EC2::EIP")
class ElasticIp(Handler):
    replace_on = ("Address", "IpamPoolId", "NetworkBorderGroup", "TransferAddress", "Domain")

    identifiers = ("PublicIp", "AllocationId")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        address = context.call("ec2", "allocate_address", Domain=properties.get("Domain", "vpc"),
                               TagSpecifications=tagging.ec2_specification("elastic-ip", properties),
                               **pick(properties, "Address", "IpamPoolId", "NetworkBorderGroup", "PublicIpv4Pool"))
        return Deployed(address["PublicIp"], {"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]})

    def adopt(self, context: Context, identifier: dict[str, str]) -> Deployed:
        found = context.call("ec2", "describe_addresses", AllocationIds=[identifier["AllocationId"]])["Addresses"][0]
        if found["PublicIp"] != identifier["PublicIp"]:
            raise ResourceFailure(f"{identifier['AllocationId']} is not the allocation of {identifier['PublicIp']}")
        return Deployed(found["PublicIp"], {"AllocationId": found["AllocationId"], "PublicIp": found["PublicIp"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        tagging.update_ec2(context, deployed.attributes["AllocationId"], old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "release_address", AllocationId=deployed.attributes["AllocationId"])


def addresses_in_use(backend: Any) -> set[str]:
    """Over all regions: an address is one machine's, wherever it is announced."""
    from moto.ec2.models import ec2_backends
    return {eip.public_ip for region in ec2_backends[backend.account_id].values() for eip in list(region.addresses)}


def choose_address(backend: Any, wanted: str | None, pool: str | None) -> str:
    quota = settings.current().address_quota
    if quota and len(backend.addresses) >= quota:
        raise EC2ClientError("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    taken = addresses_in_use(backend)
    if pool is None:
        if wanted is not None and wanted in taken:
            raise EC2ClientError("InvalidAddress.InUse", f"Address {wanted} is already allocated.")
        return wanted or loopback.elastic_address(taken)
    block = loopback.pool_block(backend.account_id, backend.region_name, pool)
    if wanted is not None and (wanted not in map(str, block) or wanted in taken):
        raise EC2ClientError("InvalidParameterValue", f"Address {wanted} is not available in pool {pool} ({block}).")
    address = wanted or loopback.pool_address(block, taken)
    if address is None:
        raise EC2ClientError("InsufficientAddressCapacity", f"IPAM pool {pool} ({block}) has no free address.")
    return address


@replace(ElasticIPAddresses)
def allocate_address(self: Any) -> ActionResult:
    self.error_on_dryrun()
    pool, tags = self._get_param("IpamPoolId"), add_tag_specification(self._get_param("TagSpecifications", []))
    with _allocation:
        public_ip = choose_address(self.ec2_backend, self._get_param("Address"), pool)
        address = self.ec2_backend.allocate_address("vpc", address=public_ip, tags=tags)
    address.public_ipv4_pool = pool or "amazon"
    address.network_border_group = self._get_param("NetworkBorderGroup") or self.region
    return ActionResult({"PublicIp": public_ip, "Domain": "vpc", "AllocationId": address.allocation_id,
                         "PublicIpv4Pool": address.public_ipv4_pool, "NetworkBorderGroup": address.network_border_group})


@wrap(ElasticAddressBackend, "release_address")
def release_address(original: Any, self: Any, address: str | None = None, allocation_id: str | None = None) -> None:
    """moto would take the address away from whatever uses it."""
    eip = (self.address_by_ip([address]) if address else self.address_by_allocation([allocation_id]))[0]
    if eip.association_id:
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {eip.public_ip} is in use.")
    original(self, address, allocation_id)


@wrap(ElasticAddressBackend, "associate_address")
def associate_address(original: Any, self: Any, instance: Any = None, eni: Any = None, address: str | None = None,
                      allocation_id: str | None = None, reassociate: bool = False) -> Any:
    eip = (self.address_by_ip([address]) if address else self.address_by_allocation([allocation_id]))[0]
    if eip.association_id and not reassociate:
        unassociated(self, eip.allocation_id)
    leave_to_gateway(eip)
    return original(self, instance=instance, eni=eni, address=address, allocation_id=allocation_id, reassociate=reassociate)


@wrap(ElasticAddressBackend, "disassociate_address")
def disassociate_address(original: Any, self: Any, address: str | None = None, association_id: str | None = None) -> None:
    leave_to_gateway((self.address_by_ip([address]) if address else self.address_by_association([association_id]))[0])
    original(self, address, association_id)


def leave_to_gateway(eip: Any) -> None:
    """The network interface is the NAT gateway's: which addresses that has is changed through the gateway alone."""
    if isinstance(eip.eni, NatGatewayAddress):
        raise EC2ClientError("AuthFailure", "You do not have permission to access the specified resource.")
