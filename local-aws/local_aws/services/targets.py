"""Delivers an event of Scheduler, EventBridge or Lambda to its target, or to the dead-letter queue."""
from __future__ import annotations

from typing import Any

from .. import clients, settings
from ..journal import log


def deliver(region: str, target: str, payload: str, dead_letter: str | None = None) -> None:
    try:
        send(region, target, payload)
    except Exception as error:  # a target that fails must not stop the others
        log("targets.failed", target=target, deadLetter=dead_letter, error=f"{type(error).__name__}: {error}")
        if dead_letter:
            send(region, dead_letter, payload, {"ERROR_CODE": type(error).__name__, "ERROR_MESSAGE": str(error)[:1024], "TARGET_ARN": target})


def send(region: str, target: str, payload: str, attributes: dict[str, Any] | None = None) -> None:
    parts = target.split(":")
    described = {name: {"DataType": "Number" if isinstance(value, int) else "String", "StringValue": str(value)}
                 for name, value in (attributes or {}).items()}
    if parts[2] == "lambda":
        clients.call("lambda", region, "invoke", FunctionName=target, Payload=payload.encode(), InvocationType="Event")
    elif parts[2] == "sns":
        clients.call("sns", region, "publish", TopicArn=target, Message=payload, MessageAttributes=described)
    elif parts[2] == "sqs":
        url = f"{settings.current().endpoint}/{parts[4]}/{parts[5]}"
        clients.call("sqs", region, "send_message", QueueUrl=url, MessageBody=payload, MessageAttributes=described)
    else:
        log("targets.not_emulated", target=target)
