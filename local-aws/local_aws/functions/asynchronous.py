"""Asynchronous invocations: repeated after an error, kept while throttled, and handed to the dead-letter queue in the end."""
from __future__ import annotations

import datetime
import json
import os
import threading
import time
import uuid
from typing import Any

from .. import state
from ..control import hook
from ..journal import log
from ..services.targets import send
from .concurrency import Throttled
from .runtime import Result, invoke_function

DEFAULT_RETRIES = 2
LONGEST_AGE_SECONDS = 21600
THROTTLE_PAUSE_SECONDS = 0.1


def defaults() -> dict[str, float]:
    """AWS waits one and two minutes between the attempts."""
    return {"delaySeconds": float(os.environ.get("LOCAL_AWS_ASYNC_DELAY_SECONDS", 0.2))}


_retries = defaults()
_world = object()  # events of before a reset end with it


@state.on_reset
def _clear() -> None:
    global _world
    _world = object()
    _retries.update(defaults())


@hook("lambda/async-retries")
def set_retries(given: dict[str, Any]) -> dict[str, Any]:
    """{delaySeconds}: the pause before an asynchronous invocation is repeated; until the next reset."""
    _retries.update({name: float(given[name]) for name in _retries if name in given})
    return _retries


def invoke_later(function: Any, event: Any) -> None:
    threading.Thread(target=run, args=(function, event, _world), daemon=True).start()


def run(function: Any, event: Any, world: object) -> None:
    config = settings_of(function)
    retries = int(config.get("MaximumRetryAttempts", DEFAULT_RETRIES))
    expires = time.monotonic() + float(config.get("MaximumEventAgeInSeconds", LONGEST_AGE_SECONDS))
    destinations, attempts, result = config.get("DestinationConfig") or {}, 0, None
    while world is _world:
        try:
            result = invoke_function(function, event)
            attempts += 1
        except Throttled:
            if time.monotonic() < expires:
                time.sleep(THROTTLE_PAUSE_SECONDS)
                continue
        if result and not result.failed:
            tell(function, destinations.get("OnSuccess"), event, result, "Success", attempts)
            return
        if attempts > retries or time.monotonic() >= expires:
            condition = "RetriesExhausted" if attempts > retries else "EventAgeExceeded"
            give_up(function, destinations.get("OnFailure"), event, result, condition, attempts)
            return
        time.sleep(_retries["delaySeconds"])


def settings_of(function: Any) -> dict[str, Any]:
    from moto.awslambda.models import lambda_backends
    try:
        latest = lambda_backends[function.account_id][function.region].get_function(function.function_name)
    except Exception:  # deleted meanwhile
        return {}
    return latest.event_invoke_config[0].config if latest.event_invoke_config else {}


def give_up(function: Any, destination: dict[str, Any] | None, event: Any, result: Result | None, condition: str, attempts: int) -> None:
    queue = (function.dead_letter_config or {}).get("TargetArn")
    log("lambda.event_dropped", function=function.function_name, condition=condition, attempts=attempts, deadLetter=queue)
    if queue:
        message = json.loads(result.payload).get("errorMessage", "") if result else "Rate Exceeded."
        attributes = {"RequestID": str(uuid.uuid4()), "ErrorCode": 200 if result else 429, "ErrorMessage": message[:1024] or "-"}
        send_safely(function.region, queue, json.dumps(event), attributes)
    tell(function, destination, event, result, condition, attempts)


def tell(function: Any, destination: dict[str, Any] | None, event: Any, result: Result | None, condition: str, attempts: int) -> None:
    if not (destination or {}).get("Destination"):
        return
    record = {"version": "1.0", "timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat(),
              "requestContext": {"requestId": str(uuid.uuid4()), "functionArn": f"{function.function_arn}:{function.version}",
                                 "condition": condition, "approximateInvokeCount": attempts},
              "requestPayload": event}
    if result:
        record["responseContext"] = {"statusCode": 200, "executedVersion": str(function.version),
                                     **({"functionError": "Unhandled"} if result.failed else {})}
        record["responsePayload"] = json.loads(result.payload)
    send_safely(function.region, destination["Destination"], json.dumps(record), {})  # type: ignore[index]


def send_safely(region: str, target: str, payload: str, attributes: dict[str, Any]) -> None:
    try:
        send(region, target, payload, attributes)
    except Exception as error:
        log("targets.failed", target=target, error=f"{type(error).__name__}: {error}")
