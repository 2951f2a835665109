"""AWS::EC2::RouteTable, Route and SubnetRouteTableAssociation."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from . import tagging

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
TARGETS = ("EgressOnlyInternetGatewayId", "GatewayId", "NatGatewayId", "NetworkInterfaceId", "TransitGatewayId",
           "VpcEndpointId", "VpcPeeringConnectionId")


@resource("AWS::EC2::RouteTable")
class RouteTable(Handler):
    replace_on = ("VpcId",)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        table = context.call("ec2", "create_route_table", VpcId=properties["VpcId"],
                             TagSpecifications=tagging.ec2_specification("route-table", properties))["RouteTable"]["RouteTableId"]
        return Deployed(table, {"RouteTableId": table})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_route_table", RouteTableId=deployed.ref)


@resource("AWS::EC2::Route")
class Route(Handler):
    replace_on = ("RouteTableId", *DESTINATIONS)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("ec2", "create_route", **pick(properties, "RouteTableId", *DESTINATIONS, *TARGETS))
        destination = next(str(properties[name]) for name in DESTINATIONS if name in properties)
        return Deployed(f"{properties['RouteTableId']}|{destination}", {"CidrBlock": destination})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("ec2", "replace_route", **pick(new, "RouteTableId", *DESTINATIONS, *TARGETS))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_route", **pick(properties, "RouteTableId", *DESTINATIONS))


@resource("AWS::EC2::SubnetRouteTableAssociation")
class RouteTableAssociation(Handler):
    replace_on = ("SubnetId",)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        association = context.call("ec2", "associate_route_table", **pick(properties, "RouteTableId", "SubnetId"))["AssociationId"]
        return Deployed(association, {"Id": association})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        """EC2 gives the association another id; the resource keeps its own, so that a roll-back is a change like this one."""
        context.call("ec2", "replace_route_table_association", AssociationId=self._current(context, new["SubnetId"]),
                     RouteTableId=new["RouteTableId"])
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "disassociate_route_table", AssociationId=self._current(context, properties["SubnetId"]))

    def _current(self, context: Context, subnet: str) -> str:
        tables = context.call("ec2", "describe_route_tables", Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["RouteTables"]
        found = [a["RouteTableAssociationId"] for table in tables for a in table["Associations"] if a.get("SubnetId") == subnet]
        return found[0] if found else "rtbassoc-00000000"  # EC2 answers that there is none
