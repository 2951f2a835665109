"""AWS::EC2::VPC, Subnet, InternetGateway and VPCGatewayAttachment."""
from __future__ import annotations

from typing import Any

from moto.ec2.models.subnets import Subnet as MotoSubnet

from ..cloudformation.resource_types import ANY, Context, Deployed, Handler, pick, resource
from . import tagging


@resource("AWS::EC2::VPC")
class Vpc(Handler):
    replace_on = ("CidrBlock", "InstanceTenancy", "Ipv4IpamPoolId", "Ipv4NetmaskLength")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        vpc = context.call("ec2", "create_vpc", TagSpecifications=tagging.ec2_specification("vpc", properties),
                           **pick(properties, "CidrBlock", "InstanceTenancy"))["Vpc"]
        self._set_dns(context, vpc["VpcId"], properties)
        return Deployed(vpc["VpcId"], {"VpcId": vpc["VpcId"], "CidrBlock": vpc["CidrBlock"], "Ipv6CidrBlocks": [],
                                       **self._defaults(context, vpc["VpcId"])})

    def _set_dns(self, context: Context, vpc_id: str, properties: dict[str, Any]) -> None:
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if name in properties:
                context.call("ec2", "modify_vpc_attribute", VpcId=vpc_id, **{name: {"Value": properties[name]}})

    def _defaults(self, context: Context, vpc_id: str) -> dict[str, Any]:
        of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
        groups = context.call("ec2", "describe_security_groups", Filters=of_vpc)["SecurityGroups"]
        acls = context.call("ec2", "describe_network_acls", Filters=of_vpc)["NetworkAcls"]
        return {"DefaultSecurityGroup": next(g["GroupId"] for g in groups if g["GroupName"] == "default"),
                "DefaultNetworkAcl": acls[0]["NetworkAclId"] if acls else "", "CidrBlockAssociations": []}

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._set_dns(context, deployed.ref, new)
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_vpc", VpcId=deployed.ref)


@resource("AWS::EC2::Subnet")
class Subnet(Handler):
    replace_on = ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId", "Ipv4IpamPoolId", "OutpostArn")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        subnet = context.call("ec2", "create_subnet", TagSpecifications=tagging.ec2_specification("subnet", properties),
                              **pick(properties, "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"))["Subnet"]
        self._set_public(context, subnet["SubnetId"], properties)
        attributes = {name: subnet[name] for name in ("SubnetId", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId")}
        return Deployed(subnet["SubnetId"], {**attributes, "NetworkAclAssociationId": "", "Ipv6CidrBlocks": []})

    def _set_public(self, context: Context, subnet_id: str, properties: dict[str, Any]) -> None:
        context.call("ec2", "modify_subnet_attribute", SubnetId=subnet_id,
                     MapPublicIpOnLaunch={"Value": properties.get("MapPublicIpOnLaunch", False)})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._set_public(context, deployed.ref, new)
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_subnet", SubnetId=deployed.ref)


@resource("AWS::EC2::InternetGateway")
class InternetGateway(Handler):
    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        gateway = context.call("ec2", "create_internet_gateway",
                               TagSpecifications=tagging.ec2_specification("internet-gateway", properties))["InternetGateway"]
        return Deployed(gateway["InternetGatewayId"], {"InternetGatewayId": gateway["InternetGatewayId"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_internet_gateway", InternetGatewayId=deployed.ref)


@resource("AWS::EC2::VPCGatewayAttachment")
class GatewayAttachment(Handler):
    replace_on = ANY

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("ec2", "attach_internet_gateway", **pick(properties, "InternetGatewayId", "VpcId"))
        return Deployed(f"IGW|{properties['VpcId']}", {"AttachmentType": "IGW"})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "detach_internet_gateway", **pick(properties, "InternetGatewayId", "VpcId"))


def ipv6_ranges(subnet: Any) -> list[dict[str, Any]]:
    """moto wraps the state in another one."""
    return [{"associationId": one["associationId"], "ipv6CidrBlock": one["ipv6CidrBlock"],
             "ipv6CidrBlockState": {"state": one["ipv6CidrBlockState"]["State"]}}
            for one in subnet.ipv6_cidr_block_associations.values() if one["ipv6CidrBlockState"]["State"] == "associated"]


MotoSubnet.ipv6_cidr_block_association_set = property(ipv6_ranges)
