"""Delivers an event of Scheduler or EventBridge to its target."""
from __future__ import annotations

from .. import clients, settings
from ..journal import log


def deliver(region: str, target: str, payload: str) -> None:
    parts = target.split(":")
    try:
        if parts[2] == "lambda":
            clients.call("lambda", region, "invoke", FunctionName=target, Payload=payload.encode(), InvocationType="Event")
        elif parts[2] == "sns":
            clients.call("sns", region, "publish", TopicArn=target, Message=payload)
        elif parts[2] == "sqs":
            url = f"{settings.current().endpoint}/{parts[4]}/{parts[5]}"
            clients.call("sqs", region, "send_message", QueueUrl=url, MessageBody=payload)
        else:
            log("targets.not_emulated", target=target)
    except Exception as error:  # a target that fails must not stop the others
        log("targets.failed", target=target, error=f"{type(error).__name__}: {error}")
