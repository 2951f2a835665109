"""The operations of EC2's API on NAT gateways."""
from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.nat_gateways import NatGateways
from moto.ec2.utils import add_tag_specification

from ..patching import replace
from .model import NatGateway, find, require_internet_gateway, unassociated, zone_of


@replace(NatGateways)
def create_nat_gateway(self: Any) -> ActionResult:
    self.error_on_dryrun()
    mode = self._get_param("AvailabilityMode") or "zonal"
    gateway = (regional if mode == "regional" else zonal)(self)
    self.ec2_backend.nat_gateways[gateway.id] = gateway
    return ActionResult({"NatGateway": gateway.view()})


def tags_of(request: Any) -> dict[str, str]:
    return add_tag_specification(request._get_param("TagSpecifications", []))


def zonal(request: Any) -> NatGateway:
    backend, subnet_id = request.ec2_backend, request._get_param("SubnetId")
    connectivity = request._get_param("ConnectivityType") or "public"
    if not subnet_id:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter SubnetId")
    subnet = backend.get_subnet(subnet_id)
    allocation_ids = [request._get_param("AllocationId"), *request._get_param("SecondaryAllocationIds", [])]
    if connectivity == "public":
        if not allocation_ids[0]:
            raise EC2ClientError("MissingParameter", "The request must contain the parameter AllocationId")
        require_internet_gateway(backend, subnet.vpc_id)
        for allocation_id in allocation_ids:
            unassociated(backend, allocation_id)
    gateway = NatGateway(backend, subnet.vpc_id, subnet_id, connectivity, "zonal", tags_of(request))
    if connectivity == "public":
        for allocation_id in allocation_ids:
            gateway.associate(allocation_id, (subnet.availability_zone, subnet.availability_zone_id))
    return gateway


def regional(request: Any) -> NatGateway:
    """Only the manual mode: in the automatic one AWS chooses addresses itself, which no allowlist survives."""
    backend, vpc_id = request.ec2_backend, request._get_param("VpcId")
    for name in ("AllocationId", "SubnetId", "SecondaryAllocationIds"):
        if request._get_param(name):
            raise EC2ClientError("InvalidParameterCombination", f"{name} cannot be specified when AvailabilityMode is regional")
    if not vpc_id:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter VpcId")
    backend.get_vpc(vpc_id)
    wanted = request._get_param("AvailabilityZoneAddresses", [])
    if not any(entry.get("AllocationIds") for entry in wanted):
        raise EC2ClientError("UnsupportedOperation", "local-aws emulates regional NAT gateways with AvailabilityZoneAddresses only")
    require_internet_gateway(backend, vpc_id)
    pairs = [(allocation_id, zone_of(backend, entry.get("AvailabilityZone"), entry.get("AvailabilityZoneId")))
             for entry in wanted for allocation_id in entry.get("AllocationIds", [])]
    for allocation_id, _ in pairs:
        unassociated(backend, allocation_id)
    gateway = NatGateway(backend, vpc_id, None, "public", "regional", tags_of(request))
    for allocation_id, zone in pairs:
        gateway.associate(allocation_id, zone)
    return gateway


@replace(NatGateways)
def delete_nat_gateway(self: Any) -> ActionResult:
    return ActionResult({"NatGatewayId": self.ec2_backend.delete_nat_gateway(self._get_param("NatGatewayId")).id})


@replace(NatGateways)
def describe_nat_gateways(self: Any) -> ActionResult:
    wanted, filters = self._get_param("NatGatewayIds", []), self._filters_from_querystring()
    for gateway_id in wanted:
        if gateway_id not in self.ec2_backend.nat_gateways:
            raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {gateway_id} was not found")
    found = [g for g in self.ec2_backend.nat_gateways.values() if not wanted or g.id in wanted]
    return ActionResult({"NatGateways": [g.view() for g in found if matches(g, filters)]})


def matches(gateway: NatGateway, filters: dict[str, Any]) -> bool:
    known = {"nat-gateway-id": gateway.id, "vpc-id": gateway.vpc_id, "subnet-id": gateway.subnet_id, "state": gateway.state}
    tags = gateway.tag_map()
    for name, values in filters.items():
        if name == "tag-key":
            if not set(values) & tags.keys():
                return False
        elif (tags.get(name[4:]) if name.startswith("tag:") else known.get(name)) not in values:
            return False
    return True


@replace(NatGateways)
def associate_nat_gateway_address(self: Any) -> ActionResult:
    gateway = find(self.ec2_backend, self._get_param("NatGatewayId"))
    zone: tuple[str | None, str | None]
    if gateway.mode == "zonal":
        zone = gateway.addresses[0].zone, gateway.addresses[0].zone_id
    else:
        zone = zone_of(self.ec2_backend, self._get_param("AvailabilityZone"), self._get_param("AvailabilityZoneId"))
    for allocation_id in self._get_param("AllocationIds", []):
        gateway.associate(allocation_id, zone)
    return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.view()["NatGatewayAddresses"]})


@replace(NatGateways)
def disassociate_nat_gateway_address(self: Any) -> ActionResult:
    gateway = find(self.ec2_backend, self._get_param("NatGatewayId"))
    chosen = [a for a in gateway.addresses if a.association_id in self._get_param("AssociationIds", [])]
    if gateway.mode == "zonal" and any(address.primary for address in chosen):
        raise EC2ClientError("InvalidParameterValue", "The primary address of a NAT gateway cannot be disassociated")
    gateway.release(chosen)
    return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.view()["NatGatewayAddresses"]})
