"""One batch of a stream: invoked, repeated from the first failure on, split, and given up as the mapping says."""
from __future__ import annotations

import collections
import dataclasses
import datetime
import json
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

from .. import state
from ..control import hook
from ..journal import log
from .asynchronous import send_safely
from .concurrency import Throttled
from .runtime import Result, invoke_function

FOREVER = -1
RETENTION_SECONDS = 24 * 3600
LONGEST_DELAY_SECONDS = 2.0
EXHAUSTED, TOO_OLD = "RetryAttemptsExhausted", "RecordAgeExceeded"


def defaults() -> dict[str, float]:
    """The pause before the first repetition, which then doubles; and how much older records seem than they are."""
    return {"delaySeconds": float(os.environ.get("LOCAL_AWS_STREAM_DELAY_SECONDS", 0.1)), "olderSeconds": 0.0}


_retries = defaults()


@state.on_reset
def _clear() -> None:
    _retries.update(defaults())


@hook("lambda/stream-retries")
def set_retries(given: dict[str, Any]) -> dict[str, Any]:
    """{delaySeconds?, olderSeconds?}: the pause before a batch is repeated; records seem that much older. Until the next reset."""
    _retries.update({name: float(given[name]) for name in _retries if name in given})
    return _retries


@dataclasses.dataclass
class Source:
    backend: Any
    mapping: Any
    shard: Any
    is_there: Callable[[], bool]
    is_reading: Callable[[], bool]

    def function(self) -> Any:
        return self.backend.get_function(self.mapping.function_reference)


@dataclasses.dataclass
class Batch:
    records: list[dict[str, Any]]
    attempts: int = 0  # that failed and count
    invocations: int = 0
    result: Result | None = None


def process(source: Source, records: list[dict[str, Any]]) -> None:
    """Returns when nothing of it is left; the records behind it wait."""
    mapping, waiting, delay = source.mapping, collections.deque([Batch(records)]), _retries["delaySeconds"]
    while waiting and source.is_there():
        if not source.is_reading():
            time.sleep(LONGEST_DELAY_SECONDS / 10)
            continue
        batch = waiting.popleft()
        drop_old(source, batch)
        if not batch.records:
            continue
        try:
            first = invoke(source, batch)
        except Exception as error:  # throttled, or the function is gone: until the records are too old
            if not isinstance(error, Throttled):
                log("lambda.stream_not_invoked", mapping=mapping.uuid, error=f"{type(error).__name__}: {error}")
            mapping.last_result = "PROBLEM: Function call failed"
            waiting.appendleft(batch)
            first = None
        else:
            mapping.last_result = "OK" if first is None else "PROBLEM: Function call failed"
            if first is None:
                delay = _retries["delaySeconds"]
                continue
            waiting.extendleft(reversed(after_failure(source, batch, first)))
        if waiting:
            time.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)


def invoke(source: Source, batch: Batch) -> int | None:
    """The index of the first record that has to come again."""
    function = source.function()
    batch.result = invoke_function(function, {"Records": batch.records})
    batch.invocations += 1
    first = first_failure(batch, source.mapping.function_response_types or [])
    if first is not None:
        log("lambda.stream_batch_failed", function=function.function_name, records=len(batch.records), first=first,
            invocations=batch.invocations)
    return first


def first_failure(batch: Batch, reported: list[str]) -> int | None:
    result = batch.result
    if result is None or result.failed:
        return 0
    if "ReportBatchItemFailures" not in reported:
        return None
    try:
        answer = json.loads(result.payload)
        failures = (answer or {}).get("batchItemFailures") if answer is None or isinstance(answer, dict) else [None]
        named = [failure["itemIdentifier"] for failure in failures or []]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        return min((numbers.index(name) for name in named), default=None)
    except (ValueError, KeyError, TypeError, AttributeError):  # not an answer, or not about this batch: all of it has failed
        return 0


def after_failure(source: Source, batch: Batch, first: int) -> list[Batch]:
    """What comes again; half and half, if that is wished and nobody said which record it was."""
    left = batch.records[first:]
    if first == 0 and len(left) > 1 and source.mapping.bisect_on_error:
        half = (len(left) + 1) // 2
        return [Batch(part, batch.attempts, batch.invocations, batch.result) for part in (left[:half], left[half:])]
    again = Batch(left, batch.attempts + 1, batch.invocations, batch.result)
    limit = source.mapping.max_retry_attempts
    if limit is None or int(limit) == FOREVER or again.attempts <= int(limit):
        return [again]
    give_up(source, again, left, EXHAUSTED)
    return []


def drop_old(source: Source, batch: Batch) -> None:
    limit = source.mapping.max_record_age
    seconds = RETENTION_SECONDS if limit is None or int(limit) == FOREVER else min(int(limit), RETENTION_SECONDS)
    oldest = time.time() + _retries["olderSeconds"] - seconds
    old = [record for record in batch.records if record["dynamodb"]["ApproximateCreationDateTime"] < oldest]
    if old:
        batch.records = [record for record in batch.records if record not in old]
        give_up(source, batch, old, TOO_OLD)


def give_up(source: Source, batch: Batch, records: list[dict[str, Any]], condition: str) -> None:
    destination = ((source.mapping.destination_config or {}).get("OnFailure") or {}).get("Destination")
    log("lambda.stream_records_dropped", mapping=source.mapping.uuid, condition=condition, records=len(records), destination=destination)
    if destination:
        send_safely(source.mapping.region, destination, json.dumps(report(source, batch, records, condition)), {})


def report(source: Source, batch: Batch, records: list[dict[str, Any]], condition: str) -> dict[str, Any]:
    """What the destination gets: where the records are, not the records."""
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    context = {"requestId": str(uuid.uuid4()), "functionArn": source.mapping.function_arn, "condition": condition,
               "approximateInvokeCount": batch.invocations}
    response = {"statusCode": 200, "executedVersion": source.mapping.function_arn.partition(":function:")[2].partition(":")[2] or "$LATEST",
                "functionError": "Unhandled" if batch.result and batch.result.failed else None}
    return {"requestContext": context, **({"responseContext": response} if batch.result else {}), "version": "1.0",
            "timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "DDBStreamBatchInfo": {
                "shardId": source.shard.id, "startSequenceNumber": first["SequenceNumber"], "endSequenceNumber": last["SequenceNumber"],
                "approximateArrivalOfFirstRecord": moment(first), "approximateArrivalOfLastRecord": moment(last),
                "batchSize": len(records), "streamArn": source.mapping.event_source_arn}}


def moment(content: dict[str, Any]) -> str:
    return datetime.datetime.fromtimestamp(content["ApproximateCreationDateTime"], datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
