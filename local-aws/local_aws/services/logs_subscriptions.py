"""Subscription filters: who may be subscribed, and the delivery of what matches; asynchronously, as AWS invokes the function."""
from __future__ import annotations

import base64
import collections
import gzip
import json
from collections.abc import Iterator
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.logs.exceptions import InvalidParameterException, LimitExceededException
from moto.logs.models import LogGroup, LogsBackend, LogStream

from .. import state
from ..control import Refused, hook, required
from ..functions.asynchronous import invoke_later
from ..journal import log
from ..log_patterns import InvalidPattern, compiled
from ..patching import wrap
from .lambda_permissions import permitted

LARGEST_PAYLOAD = 1024 * 1024  # of an asynchronous invocation
MOST_FILTERS = 2
KEPT_BATCHES = 100

# (account, region, log group) -> what was delivered last
_delivered: dict[tuple[str, str, str], collections.deque[dict[str, Any]]] = {}


@state.on_reset
def _clear() -> None:
    _delivered.clear()


@wrap(LogsBackend, "put_subscription_filter")
def put_subscription_filter(original: Any, self: Any, log_group_name: str, filter_name: str, filter_pattern: str, destination_arn: str,
                            role_arn: str) -> None:
    try:
        compiled(filter_pattern or "")
    except InvalidPattern as error:
        raise InvalidParameterException(str(error)) from error
    group = self.groups.get(log_group_name)
    if group is not None and group.group_class == "INFREQUENT_ACCESS":
        raise InvalidParameterException("Log groups of the class INFREQUENT_ACCESS do not support subscription filters.")
    if group is not None and destination_arn.split(":")[2] == "lambda":
        require_function(self, group, destination_arn)
    original(self, log_group_name, filter_name, filter_pattern, destination_arn, role_arn)


def require_function(backend: Any, group: Any, arn: str) -> None:
    try:
        function = lambda_backends[backend.account_id][backend.region_name].get_function(arn)
    except Exception:  # moto words the refusal
        return
    if group.name == f"/aws/lambda/{function.function_name}":
        raise InvalidParameterException("The log group provided is reserved for the function logs of the destination function.")
    principals = ("logs.amazonaws.com", f"logs.{backend.region_name}.amazonaws.com")
    if not permitted(function, principals, backend.account_id, f"{group.arn}:*"):
        raise InvalidParameterException("Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
                                        "execute your function.")


@wrap(LogGroup, "put_subscription_filter")
def add_or_change(original: Any, self: Any, filter_name: str, filter_pattern: str, destination_arn: str, role_arn: str) -> None:
    """moto refuses to change one of two filters."""
    if filter_name in self.subscription_filters:
        self.subscription_filters[filter_name].update(filter_pattern, destination_arn, role_arn)
    elif len(self.subscription_filters) >= MOST_FILTERS:
        raise LimitExceededException()
    else:
        original(self, filter_name, filter_pattern, destination_arn, role_arn)


@wrap(LogStream, "_send_log_events")
def send_log_events(original: Any, self: Any, service: str, destination_arn: str, filter_name: str, log_events: list[dict[str, Any]]) -> None:
    subscription = self.log_group.subscription_filters.get(filter_name)
    if subscription is None:  # deleted meanwhile
        return
    matches = compiled(subscription.filter_pattern or "")
    found = [event for event in log_events if matches(event["message"])]
    if not found:
        return
    if service != "lambda":
        original(self, service=service, destination_arn=destination_arn, filter_name=filter_name, log_events=found)
        return
    for data in payloads(self, filter_name, found):
        batch = {"filter": filter_name, "destination": destination_arn, "events": len(found), "event": {"awslogs": {"data": data}}}
        place = (self.account_id, self.region, self.log_group.name)
        _delivered.setdefault(place, collections.deque(maxlen=KEPT_BATCHES)).append(batch)
        deliver(place, batch)


def payloads(stream: Any, filter_name: str, events: list[dict[str, Any]]) -> Iterator[str]:
    """One, or as many as it takes to stay below the size of an invocation."""
    message = {"messageType": "DATA_MESSAGE", "owner": stream.account_id, "logGroup": stream.log_group.name,
               "logStream": stream.log_stream_name, "subscriptionFilters": [filter_name], "logEvents": events}
    data = base64.b64encode(gzip.compress(json.dumps(message, separators=(",", ":")).encode(), compresslevel=6)).decode()
    if len(data) <= LARGEST_PAYLOAD - 100 or len(events) == 1:
        yield data
        return
    yield from payloads(stream, filter_name, events[:len(events) // 2])
    yield from payloads(stream, filter_name, events[len(events) // 2:])


def deliver(place: tuple[str, str, str], batch: dict[str, Any]) -> None:
    account, region, group = place
    try:
        function = lambda_backends[account][region].get_function(batch["destination"])
    except Exception as error:
        log("logs.delivery_failed", logGroup=group, filter=batch["filter"], destination=batch["destination"],
            error=f"{type(error).__name__}: {error}")
        return
    invoke_later(function, batch["event"])


@hook("logs/redeliver")
def redeliver(given: dict[str, Any]) -> dict[str, Any]:
    """{region, logGroup, batches?}: sends the last batch, or as many as asked for, once more: the same events with the same ids."""
    from moto.core import DEFAULT_ACCOUNT_ID
    region, group = required(given, "region", "logGroup")
    place = (given.get("account") or DEFAULT_ACCOUNT_ID, region, group)
    batches = list(_delivered.get(place, []))[-int(given.get("batches") or 1):]
    if not batches:
        raise Refused(f"nothing has been delivered from {group} in {region} yet")
    for batch in batches:
        deliver(place, batch)
    return {"batches": len(batches)}
