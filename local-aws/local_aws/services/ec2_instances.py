"""AWS::EC2::LaunchTemplate and AWS::EC2::Instance. An instance is listed; nothing boots, and it has no way out."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from . import tagging
from .api_names import parameters


@resource("AWS::EC2::LaunchTemplate")
class LaunchTemplate(Handler):
    """A change of the data is a new version."""

    replace_on = ("LaunchTemplateName",)
    name_property = "LaunchTemplateName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        given = {**properties, "LaunchTemplateName": properties.get("LaunchTemplateName") or context.generated_name(128)}
        made = context.call("ec2", "create_launch_template", **parameters(context, "ec2", "create_launch_template", given))["LaunchTemplate"]
        return self._known(made["LaunchTemplateId"], 1)

    def _known(self, template: str, latest: int) -> Deployed:
        return Deployed(template, {"LaunchTemplateId": template, "LatestVersionNumber": str(latest), "DefaultVersionNumber": "1"})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        given = {"LaunchTemplateId": deployed.ref, **pick(new, "LaunchTemplateData", "VersionDescription")}
        made = context.call("ec2", "create_launch_template_version", **parameters(context, "ec2", "create_launch_template_version", given))
        return self._known(deployed.ref, made["LaunchTemplateVersion"]["VersionNumber"])

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "delete_launch_template", LaunchTemplateId=deployed.ref)


@resource("AWS::EC2::Instance")
class Instance(Handler):
    """Every change but that of tags makes a new instance."""

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        given = {name: value for name, value in properties.items() if name not in ("AvailabilityZone", "IamInstanceProfile", "Tags")}
        if properties.get("IamInstanceProfile"):
            given["IamInstanceProfile"] = {"Name": properties["IamInstanceProfile"]}
        if properties.get("AvailabilityZone"):
            given["Placement"] = {"AvailabilityZone": properties["AvailabilityZone"]}
        made = context.call("ec2", "run_instances", MinCount=1, MaxCount=1, TagSpecifications=tagging.ec2_specification("instance", properties),
                            **parameters(context, "ec2", "run_instances", given))["Instances"][0]
        attributes = {"InstanceId": made["InstanceId"], "AvailabilityZone": made["Placement"]["AvailabilityZone"],
                      "PrivateIp": made.get("PrivateIpAddress", ""), "PublicIp": made.get("PublicIpAddress", ""), "VpcId": made.get("VpcId", "")}
        return Deployed(made["InstanceId"], attributes)

    def must_replace(self, changed: Any) -> bool:
        return set(changed) != {"Tags"}

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        tagging.update_ec2(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ec2", "terminate_instances", InstanceIds=[deployed.ref])
