"""Delivers to a target: repeats what may succeed later, and hands the event to the dead-letter queue in the end."""
from __future__ import annotations

import dataclasses
import json
import os
import time
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import clients, outages, settings, state
from ..control import hook, required
from ..journal import log
from ..services.targets import send
from .inputs import FORWARDED, INGESTION_TIME

EMULATED = ("lambda", "sns", "sqs", "logs")
BUS = "event-bus/"
MOST_RETRIES, LONGEST_AGE_SECONDS = 185, 86400
# EventBridge backs off exponentially; with this longest pause, 185 retries take the 24 hours that it tries.
LONGEST_PAUSE_SECONDS = 480
RETRIABLE = ("CONNECTION_FAILURE", "ERROR_FROM_TARGET", "INTERNAL_ERROR", "THROTTLING", "TIMEOUT")
MEANINGS = (("NO_RESOURCE", ("notfound", "nonexistent", "doesnotexist", "resourcenotfound")),
            ("NO_PERMISSIONS", ("accessdenied", "authorization", "notauthorized")),
            ("THROTTLING", ("throttl", "toomanyrequests", "limitexceeded")), ("INVALID_PARAMETER", ("invalid", "validation")))

_world = object()  # deliveries of before a reset end with it
_failing: dict[str, list[Any]] = {}


def defaults() -> dict[str, float]:
    return {"delaySeconds": float(os.environ.get("LOCAL_AWS_EVENTS_DELAY_SECONDS", 0.02))}


_retries = defaults()


@state.on_reset
def _clear() -> None:
    global _world
    _world = object()
    _failing.clear()
    _retries.update(defaults())


@hook("events/retries")
def set_retries(given: dict[str, Any]) -> dict[str, Any]:
    """{delaySeconds}: the pause before a delivery is repeated; until the next reset."""
    _retries.update({name: float(given[name]) for name in _retries if name in given})
    return _retries


@hook("events/fail-target")
def fail_target(given: dict[str, Any]) -> dict[str, Any]:
    """{targetArn, errorCode?, times?}: the next deliveries to the target fail; all of them without `times`."""
    arn, = required(given, "targetArn")
    _failing[arn] = [str(given.get("errorCode") or "THROTTLING"), given.get("times")]
    return {"targetArn": arn}


def is_bus(arn: str) -> bool:
    return arn.split(":")[2] == "events" and arn.split(":")[5].startswith(BUS)


class Failed(Exception):
    """A delivery has failed, with a code of EventBridge."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclasses.dataclass
class Delivery:
    region: str
    rule_arn: str
    target: dict[str, Any]
    payload: str
    event: str  # for the dead-letter queue, which gets it as it came

    def run(self) -> None:
        world, policy, retries, age = _world, self.target.get("RetryPolicy") or {}, 0, 0
        most = int(policy.get("MaximumRetryAttempts", MOST_RETRIES))
        oldest = int(policy.get("MaximumEventAgeInSeconds", LONGEST_AGE_SECONDS))
        while world is _world:
            try:
                attempt(self.region, self.target, self.payload, self.event)
                return
            except Failed as failed:
                exhausted = None
                if failed.code in RETRIABLE:
                    pause = min(2 ** retries, LONGEST_PAUSE_SECONDS)
                    exhausted = ("MaximumRetryAttempts" if retries >= most
                                 else "MaximumEventAgeInSeconds" if age + pause > oldest else None)
                    if not exhausted:
                        retries, age = retries + 1, age + pause
                        time.sleep(_retries["delaySeconds"])
                        continue
                self.give_up(failed, retries, exhausted)
                return

    def give_up(self, failed: Failed, retries: int, exhausted: str | None) -> None:
        queue = (self.target.get("DeadLetterConfig") or {}).get("Arn")
        log("events.delivery_failed", rule=self.rule_arn, target=self.target["Arn"], code=failed.code, retries=retries, deadLetter=queue)
        if not queue:
            return
        attributes = {"RULE_ARN": self.rule_arn, "TARGET_ARN": self.target["Arn"], "ERROR_CODE": failed.code,
                      "ERROR_MESSAGE": str(failed)[:1024] or "-", "RETRY_ATTEMPTS": str(retries),
                      **({"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {})}
        try:
            send(self.region, queue, self.event, attributes)
        except Exception as error:
            log("targets.failed", target=queue, error=type(error).__name__)


def attempt(region: str, target: dict[str, Any], payload: str, event: str) -> None:
    fail_as_told(target["Arn"])
    try:
        if is_bus(target["Arn"]):
            forward(target["Arn"], event)
        else:
            hand_over(region, target, payload)
    except ClientError as error:
        raise Failed(meaning(error), error.response["Error"].get("Message", "")) from error
    except BotoCoreError as error:
        raise Failed("SDK_CLIENT_ERROR", type(error).__name__) from error


def fail_as_told(arn: str) -> None:
    told = _failing.get(arn)
    if told is None or told[1] == 0:
        return
    if told[1] is not None:
        told[1] -= 1
    raise Failed(told[0], "told to fail by a test hook")


def meaning(error: ClientError) -> str:
    if error.response["ResponseMetadata"].get("HTTPStatusCode", 400) >= 500:
        return "ERROR_FROM_TARGET"
    code = error.response["Error"].get("Code", "").lower()
    return next((name for name, parts in MEANINGS if any(part in code for part in parts)), "SDK_CLIENT_ERROR")


def hand_over(region: str, target: dict[str, Any], payload: str) -> None:
    parts = target["Arn"].split(":")
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    if parts[2] == "logs":
        write_log(region, parts[6], payload)
    elif parts[2] == "sqs" and group:
        clients.call("sqs", region, "send_message", QueueUrl=f"{settings.current().endpoint}/{parts[4]}/{parts[5]}",
                     MessageBody=payload, MessageGroupId=group)
    else:
        send(region, target["Arn"], payload)


def forward(arn: str, event: str) -> None:
    """Of this or another region: the event arrives as it was sent, with the region that it is from."""
    from moto.events.models import events_backends
    _, _, _, region, account, resource = arn.split(":")
    if outages.of(region):
        raise Failed("CONNECTION_FAILURE", f"{region} cannot be reached")
    bus = events_backends[account][region].event_buses.get(resource.removeprefix(BUS))
    if bus is None:
        raise Failed("NO_RESOURCE", f"Event bus {resource.removeprefix(BUS)} does not exist.")
    for rule in list(bus.rules.values()):
        rule.send_to_targets({**json.loads(event), INGESTION_TIME: time.time(), FORWARDED: True})


def write_log(region: str, group: str, payload: str) -> None:
    """A template of {"timestamp", "message"} decides the line itself."""
    try:
        given = json.loads(payload)
    except ValueError:
        given = None
    message = given["message"] if isinstance(given, dict) and given.keys() == {"timestamp", "message"} else payload
    stream = str(uuid.uuid4())
    clients.call("logs", region, "create_log_stream", logGroupName=group, logStreamName=stream)
    line = {"timestamp": int(time.time() * 1000), "message": message if isinstance(message, str) else json.dumps(message)}
    clients.call("logs", region, "put_log_events", logGroupName=group, logStreamName=stream, logEvents=[line])
