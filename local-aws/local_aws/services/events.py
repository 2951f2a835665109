"""AWS::Events::Rule, and rules that reach functions and topics; moto delivers to queues and log groups alone."""
from __future__ import annotations

import json
import threading
from typing import Any

from moto.events.models import Rule
from moto.events.utils import EventTemplateParser

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..patching import wrap
from .documents import document
from .targets import deliver

OURS = ("lambda", "sns")


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


def payload_for(target: dict[str, Any], event: dict[str, Any]) -> str:
    transformer = target.get("InputTransformer")
    if not transformer:
        return target.get("Input") or json.dumps(event)
    payload = EventTemplateParser.parse(transformer["InputTemplate"], transformer.get("InputPathsMap", {}), event)
    return payload if isinstance(payload, str) else json.dumps(payload)


@wrap(Rule, "send_to_targets")
def send_to_targets(original: Any, self: Any, original_event: Any, *args: Any, **kwargs: Any) -> None:
    if not self.event_pattern.matches_event(original_event):
        return
    everything = self.targets
    for target in everything:
        if target["Arn"].split(":")[2] in OURS:
            arguments = (self.region_name, target["Arn"], payload_for(target, original_event))
            threading.Thread(target=deliver, args=arguments, daemon=True).start()
    self.targets = [t for t in everything if t["Arn"].split(":")[2] not in OURS]
    try:
        original(self, original_event, *args, **kwargs)
    finally:
        self.targets = everything
