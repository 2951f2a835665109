"""What a NAT gateway is: its records, their addresses, and the checks before it comes into being."""
from __future__ import annotations

import dataclasses
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.utils import random_eip_association_id, random_eni_id, random_nat_gateway_id, random_private_ip

from ..patching import replace


@dataclasses.dataclass
class Address:
    """One Elastic IP address of a gateway. Stands in for the network interface in moto's record of the address, too."""

    allocation_id: str
    public_ip: str
    zone: str | None
    zone_id: str | None
    primary: bool
    owner_id: str
    id: str = dataclasses.field(default_factory=random_eni_id)
    private_ip_address: str = dataclasses.field(default_factory=random_private_ip)
    association_id: str = dataclasses.field(default_factory=random_eip_association_id)
    instance: None = None

    def view(self) -> dict[str, Any]:
        view = {"AllocationId": self.allocation_id, "PublicIp": self.public_ip, "NetworkInterfaceId": self.id,
                "PrivateIp": self.private_ip_address, "AssociationId": self.association_id, "IsPrimary": self.primary,
                "Status": "succeeded"}
        if self.zone:
            view.update(AvailabilityZone=self.zone, AvailabilityZoneId=self.zone_id)
        return view


class NatGateway(TaggedEC2Resource):
    def __init__(self, backend: Any, vpc_id: str, subnet_id: str | None, connectivity: str, mode: str, tags: dict[str, str]) -> None:
        self.id = random_nat_gateway_id()
        self.ec2_backend = backend
        self.vpc_id, self.subnet_id, self.connectivity_type, self.mode = vpc_id, subnet_id, connectivity, mode
        self.state = "available"
        self.addresses: list[Address] = []
        self.private_ip = random_private_ip()
        self.created_at, self.deleted_at = utcnow(), None
        self.add_tags(tags)

    def tag_map(self) -> dict[str, str]:
        return {tag["key"]: tag["value"] for tag in self.get_tags()}

    def associate(self, allocation_id: str, zone: tuple[str | None, str | None] = (None, None)) -> None:
        eip = unassociated(self.ec2_backend, allocation_id)
        address = Address(allocation_id, eip.public_ip, zone[0], zone[1], not self.addresses, self.ec2_backend.account_id)
        eip.eni, eip.association_id = address, address.association_id
        self.addresses.append(address)

    def release(self, addresses: list[Address]) -> None:
        for eip in self.ec2_backend.addresses:
            if eip.eni in addresses:
                eip.eni, eip.association_id = None, None
        self.addresses = [a for a in self.addresses if a not in addresses]

    def view(self) -> dict[str, Any]:
        addresses = [address.view() for address in self.addresses]
        if self.connectivity_type == "private":
            addresses = [{"NetworkInterfaceId": random_eni_id(), "PrivateIp": self.private_ip, "IsPrimary": True, "Status": "succeeded"}]
        view = {"NatGatewayId": self.id, "VpcId": self.vpc_id, "State": self.state, "ConnectivityType": self.connectivity_type,
                "AvailabilityMode": self.mode, "CreateTime": self.created_at, "NatGatewayAddresses": addresses,
                "Tags": [{"Key": key, "Value": value} for key, value in self.tag_map().items()]}
        if self.subnet_id:
            view["SubnetId"] = self.subnet_id
        if self.mode == "regional":
            view.update(AutoScalingIps="disabled", AutoProvisionZones="disabled")
        if self.deleted_at:
            view["DeleteTime"] = self.deleted_at
        return view


def unassociated(backend: Any, allocation_id: str) -> Any:
    eip = backend.address_by_allocation([allocation_id])[0]
    if eip.association_id:
        raise EC2ClientError("Resource.AlreadyAssociated", f"resource [{allocation_id}] is already associated "
                             f"with association-id [{eip.association_id}]")
    return eip


def require_internet_gateway(backend: Any, vpc_id: str) -> None:
    if not any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in backend.internet_gateways.values()):
        raise EC2ClientError("Gateway.NotAttached", f"Network {vpc_id} has no Internet gateway attached")


def zone_of(backend: Any, name: str | None, zone_id: str | None) -> tuple[str | None, str | None]:
    for zone in backend.describe_availability_zones():
        if zone.name == name or zone.zone_id == zone_id:
            return zone.name, zone.zone_id
    raise EC2ClientError("InvalidParameterValue", f"Invalid availability zone: [{name or zone_id}]")


@replace(NatGatewayBackend)
def delete_nat_gateway(self: Any, nat_gateway_id: str) -> NatGateway:
    """moto keeps the addresses associated for ever."""
    gateway = find(self, nat_gateway_id)
    gateway.state, gateway.deleted_at = "deleted", utcnow()
    gateway.release(list(gateway.addresses))
    return gateway


def find(backend: Any, nat_gateway_id: str) -> NatGateway:
    gateway = backend.nat_gateways.get(nat_gateway_id)
    if gateway is None or gateway.state == "deleted":
        raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")
    return gateway
