"""Metrics of what services hand on: AWS/Logs of subscriptions, AWS/Events of rules, AWS/Lambda of dropped events."""
from __future__ import annotations

import time
from typing import Any

from moto.awslambda.models import lambda_backends

from ..cloudwatch import backends
from ..event_bus.delivery import Delivery
from ..functions import asynchronous
from ..patching import wrap
from . import logs_subscriptions
from .cloudwatch_functions import count


@wrap(logs_subscriptions, "deliver")
def deliver(original: Any, place: tuple[str, str, str], batch: dict[str, Any]) -> None:
    account, region, group = place
    try:
        lambda_backends[account][region].get_function(batch["destination"])
        name = "ForwardedLogEvents"
    except Exception:  # moto has an error for each way of not being there
        name = "DeliveryErrors"
    dimensions = {"LogGroupName": group, "DestinationType": "Lambda", "FilterName": batch["filter"]}
    backends.store(region, account).add("AWS/Logs", name, dimensions, time.time(), float(batch["events"]), unit="Count")
    original(place, batch)


@wrap(Delivery, "give_up")
def give_up(original: Any, self: Any, *args: Any) -> None:
    store = backends.store(self.region, self.rule_arn.split(":")[4])
    for name in ("FailedInvocations", *(["InvocationsSentToDlq"] if self.target.get("DeadLetterConfig") else [])):
        for dimensions in ({"RuleName": self.rule_arn.split("/")[-1]}, {}):
            store.add("AWS/Events", name, dimensions, time.time(), 1.0, unit="Count")
    original(self, *args)


@wrap(asynchronous, "give_up")
def drop(original: Any, function: Any, *args: Any) -> None:
    count(function, time.time(), AsyncEventsDropped=1.0)
    original(function, *args)
