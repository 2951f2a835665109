"""AWS::Scheduler::Schedule and ScheduleGroup."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from . import tagging

MEMBERS = ("Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "ScheduleExpression",
           "ScheduleExpressionTimezone", "StartDate", "State", "Target")


@resource("AWS::Scheduler::ScheduleGroup")
class ScheduleGroup(Handler):
    replace_on = ("Name",)
    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("Name") or context.generated_name(64)
        arn = context.call("scheduler", "create_schedule_group", Name=name, Tags=properties.get("Tags") or [])["ScheduleGroupArn"]
        return Deployed(name, {"Arn": arn, "State": "ACTIVE"})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("scheduler", "untag_resource", ResourceArn=deployed.attributes["Arn"], TagKeys=removed)
        if changed:
            context.call("scheduler", "tag_resource", ResourceArn=deployed.attributes["Arn"], Tags=tagging.as_list(changed))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("scheduler", "delete_schedule_group", Name=deployed.ref)


@resource("AWS::Scheduler::Schedule")
class Schedule(Handler):
    replace_on = ("GroupName", "Name")
    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("Name") or context.generated_name(64)
        arn = context.call("scheduler", "create_schedule", Name=name, **pick(properties, *MEMBERS))["ScheduleArn"]
        return Deployed(name, {"Arn": arn})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("scheduler", "update_schedule", Name=deployed.ref, **{"State": "ENABLED", **pick(new, *MEMBERS)})
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("scheduler", "delete_schedule", Name=deployed.ref, **pick(properties, "GroupName"))
