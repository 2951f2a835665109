"""AWS::EC2::VPCEndpoint (gateway and interface) and AWS::EC2::FlowLog."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, pick, resource
from . import tagging
from .documents import document

FLOW_LOG = ("DeliverLogsPermissionArn", "LogDestination", "LogDestinationType", "LogFormat", "LogGroupName",
            "MaxAggregationInterval", "ResourceType", "TrafficType")


@resource("AWS::EC2::VPCEndpoint")
class VpcEndpoint(Handler):
    replace_on = ("ServiceName", "VpcEndpointType", "VpcId", "DnsOptions", "IpAddressType")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        endpoint = context.call("ec2", "create_vpc_endpoint", PolicyDocument=document(properties.get("PolicyDocument")),
                                TagSpecifications=tagging.ec2_specification("vpc-endpoint", properties),
                                **pick(properties, "PrivateDnsEnabled", "RouteTableIds", "SecurityGroupIds", "ServiceName",
                                       "SubnetIds", "VpcEndpointType", "VpcId"))["VpcEndpoint"]
        names = [f"{entry.get('HostedZoneId', 'Z1')}:{entry['DnsName']}" for entry in endpoint.get("DnsEntries") or []]
        return Deployed(endpoint["VpcEndpointId"], {"Id": endpoint["VpcEndpointId"], "DnsEntries": names,
                                                    "NetworkInterfaceIds": endpoint.get("NetworkInterfaceIds") or []})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        changes: dict[str, Any] = {}
        for plural, verb in (("RouteTableIds", "RouteTableIds"), ("SubnetIds", "SubnetIds"), ("SecurityGroupIds", "SecurityGroupIds")):
            before, after = set(old.get(plural) or []), set(new.get(plural) or [])
            changes[f"Add{verb}"], changes[f"Remove{verb}"] = sorted(after - before) or None, sorted(before - after) or None
        context.call("ec2", "modify_vpc_endpoint", VpcEndpointId=deployed.ref, PolicyDocument=document(new.get("PolicyDocument")),
                     **pick(new, "PrivateDnsEnabled"), **changes)
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_vpc_endpoints", VpcEndpointIds=[deployed.ref])


@resource("AWS::EC2::FlowLog")
class FlowLog(Handler):
    replace_on = (*FLOW_LOG, "ResourceId")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        made = context.call("ec2", "create_flow_logs", ResourceIds=[properties["ResourceId"]],
                            TagSpecifications=tagging.ec2_specification("vpc-flow-log", properties),
                            **pick(properties, *FLOW_LOG))
        if made.get("Unsuccessful"):
            raise ResourceFailure(made["Unsuccessful"][0]["Error"]["Message"])
        return Deployed(made["FlowLogIds"][0], {"Id": made["FlowLogIds"][0]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_flow_logs", FlowLogIds=[deployed.ref])
