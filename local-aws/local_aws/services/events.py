"""AWS::Events::Rule."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from .documents import document


@resource("AWS::Events::Rule")
class EventsRule(Handler):
    replace_on = ("EventBusName", "Name")
    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties.get("Name") or context.generated_name(64), properties, [])

    def _put(self, context: Context, name: str, properties: dict[str, Any], old_targets: list[dict[str, Any]]) -> Deployed:
        bus = pick(properties, "EventBusName")
        arn = context.call("events", "put_rule", Name=name, EventPattern=document(properties.get("EventPattern")), **bus,
                           **pick(properties, "Description", "RoleArn", "ScheduleExpression", "State"))["RuleArn"]
        targets = properties.get("Targets") or []
        obsolete = [t["Id"] for t in old_targets if t["Id"] not in {t["Id"] for t in targets}]
        if obsolete:
            context.call("events", "remove_targets", Rule=name, Ids=obsolete, **bus)
        if targets:
            context.call("events", "put_targets", Rule=name, Targets=targets, **bus)
        return Deployed(name, {"Arn": arn})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, deployed.ref, new, old.get("Targets") or [])

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        bus = pick(properties, "EventBusName")
        targets = context.call("events", "list_targets_by_rule", Rule=deployed.ref, **bus)["Targets"]
        if targets:
            context.call("events", "remove_targets", Rule=deployed.ref, Ids=[t["Id"] for t in targets], **bus)
        context.call("events", "delete_rule", Name=deployed.ref, **bus)
