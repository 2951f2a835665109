"""AWS::EC2::NatGateway, zonal and regional, in place of moto's model, which knows one address and checks nothing."""
from __future__ import annotations

from typing import Any

from moto.ec2.models.route_tables import Route

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..nat_gateways import actions, model  # noqa: F401  (they replace those of moto)
from . import tagging


@resource("AWS::EC2::NatGateway")
class NatGateway(Handler):
    replace_on = ("AllocationId", "SubnetId", "VpcId", "AvailabilityMode", "ConnectivityType", "PrivateIpAddress")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        created = context.call(
            "ec2", "create_nat_gateway", TagSpecifications=tagging.ec2_specification("natgateway", properties),
            **pick(properties, "AllocationId", "AvailabilityMode", "AvailabilityZoneAddresses", "ConnectivityType",
                   "PrivateIpAddress", "SecondaryAllocationIds", "SubnetId", "VpcId"))["NatGateway"]
        gateway = created["NatGatewayId"]
        attributes = {"NatGatewayId": gateway, "EniId": created["NatGatewayAddresses"][0]["NetworkInterfaceId"]
                      if created.get("NatGatewayAddresses") else ""}
        return Deployed(gateway, attributes)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        tagging.update_ec2(context, deployed.ref, old, new)
        self._change_addresses(context, deployed.ref, zonal_addresses(old), zonal_addresses(new))
        self._change_addresses(context, deployed.ref, secondary_addresses(old), secondary_addresses(new))
        return deployed

    def _change_addresses(self, context: Context, gateway: str, old: set[tuple[str, str]], new: set[tuple[str, str]]) -> None:
        """Takes away before it adds: an address that moves between zones must be free first."""
        for member, zone, allocation in ((m, z, a) for m, pairs in ((False, old - new), (True, new - old)) for z, a in sorted(pairs)):
            if member:
                zone_parameter = {"AvailabilityZoneId" if "-az" in zone else "AvailabilityZone": zone} if zone else {}
                context.call("ec2", "associate_nat_gateway_address", NatGatewayId=gateway, AllocationIds=[allocation], **zone_parameter)
            else:
                found = context.call("ec2", "describe_nat_gateways", NatGatewayIds=[gateway])["NatGateways"][0]
                ids = [a["AssociationId"] for a in found["NatGatewayAddresses"] if a.get("AllocationId") == allocation]
                context.call("ec2", "disassociate_nat_gateway_address", NatGatewayId=gateway, AssociationIds=ids)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_nat_gateway", NatGatewayId=deployed.ref)


def route_state(route: Any) -> str:
    return "blackhole" if getattr(route.nat_gateway, "state", "available") == "deleted" else "active"


Route.state = property(route_state)


def zonal_addresses(properties: dict[str, Any]) -> set[tuple[str, str]]:
    return {(zone.get("AvailabilityZone") or zone["AvailabilityZoneId"], allocation)
            for zone in properties.get("AvailabilityZoneAddresses") or [] for allocation in zone.get("AllocationIds") or []}


def secondary_addresses(properties: dict[str, Any]) -> set[tuple[str, str]]:
    return {("", allocation) for allocation in properties.get("SecondaryAllocationIds") or []}
