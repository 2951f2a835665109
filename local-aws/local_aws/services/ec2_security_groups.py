"""AWS::EC2::SecurityGroup, SecurityGroupIngress and SecurityGroupEgress."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import ANY, Context, Deployed, Handler, resource
from . import tagging

ALLOW_ALL = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def permission(rule: dict[str, Any]) -> dict[str, Any]:
    """One rule of a template in the form of EC2's API."""
    note = {"Description": rule["Description"]} if rule.get("Description") else {}
    result: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"]), "FromPort": rule.get("FromPort"), "ToPort": rule.get("ToPort")}
    if rule.get("CidrIp"):
        result["IpRanges"] = [{"CidrIp": rule["CidrIp"], **note}]
    if rule.get("CidrIpv6"):
        result["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **note}]
    prefix_list = rule.get("DestinationPrefixListId") or rule.get("SourcePrefixListId")
    if prefix_list:
        result["PrefixListIds"] = [{"PrefixListId": prefix_list, **note}]
    group = rule.get("DestinationSecurityGroupId") or rule.get("SourceSecurityGroupId")
    if group:
        result["UserIdGroupPairs"] = [{"GroupId": group, **note}]
    return result


def change_rules(context: Context, verb: str, direction: str, group: str, rules: list[dict[str, Any]]) -> None:
    if rules:
        context.call("ec2", f"{verb}_security_group_{direction}", GroupId=group, IpPermissions=[permission(r) for r in rules])


@resource("AWS::EC2::SecurityGroup")
class SecurityGroup(Handler):
    replace_on = ("GroupDescription", "GroupName", "VpcId")
    name_property = "GroupName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        group = context.call("ec2", "create_security_group", GroupName=properties.get("GroupName") or context.generated_name(),
                             Description=properties["GroupDescription"], VpcId=properties.get("VpcId"),
                             TagSpecifications=tagging.ec2_specification("security-group", properties))["GroupId"]
        change_rules(context, "authorize", "ingress", group, properties.get("SecurityGroupIngress") or [])
        self._change_egress(context, group, [], properties.get("SecurityGroupEgress") or [])
        return Deployed(group, {"GroupId": group, "Id": group, "VpcId": properties.get("VpcId", "")})

    def _change_egress(self, context: Context, group: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
        """A group without egress rules of its own allows everything."""
        if old == new:
            return
        if old:
            change_rules(context, "revoke", "egress", group, old)
        else:
            context.call("ec2", "revoke_security_group_egress", GroupId=group, IpPermissions=ALLOW_ALL)
        if new:
            change_rules(context, "authorize", "egress", group, new)
        else:
            context.call("ec2", "authorize_security_group_egress", GroupId=group, IpPermissions=ALLOW_ALL)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        if old.get("SecurityGroupIngress") != new.get("SecurityGroupIngress"):
            change_rules(context, "revoke", "ingress", deployed.ref, old.get("SecurityGroupIngress") or [])
            change_rules(context, "authorize", "ingress", deployed.ref, new.get("SecurityGroupIngress") or [])
        self._change_egress(context, deployed.ref, old.get("SecurityGroupEgress") or [], new.get("SecurityGroupEgress") or [])
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_security_group", GroupId=deployed.ref)


class Rule(Handler):
    replace_on = ANY
    direction = ""

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        change_rules(context, "authorize", self.direction, properties["GroupId"], [properties])
        name = context.generated_name()
        return Deployed(name, {"Id": name})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        change_rules(context, "revoke", self.direction, properties["GroupId"], [properties])


@resource("AWS::EC2::SecurityGroupIngress")
class Ingress(Rule):
    direction = "ingress"


@resource("AWS::EC2::SecurityGroupEgress")
class Egress(Rule):
    direction = "egress"
