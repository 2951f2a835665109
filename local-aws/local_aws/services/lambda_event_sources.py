"""Event source mappings of DynamoDB streams: their properties are checked, completed and shown as AWS does, and they really read."""
from __future__ import annotations

import time
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.dynamodb.models import dynamodb_backends

from ..cloudwatch import backends
from ..functions import streams, streams_batch
from ..functions.streams_filter import InvalidFilter, compiled
from ..patching import wrap
from .dynamodb_streams import LOCK

RANGES = {"BatchSize": (1, 10_000), "MaximumBatchingWindowInSeconds": (0, 300), "MaximumRetryAttempts": (-1, 10_000),
          "MaximumRecordAgeInSeconds": (-1, 604_800), "ParallelizationFactor": (1, 10), "TumblingWindowInSeconds": (0, 900)}
STREAM_DEFAULTS = {"MaximumBatchingWindowInSeconds": 0, "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1,
                   "BisectBatchOnFunctionError": False, "ParallelizationFactor": 1, "TumblingWindowInSeconds": 0, "FunctionResponseTypes": []}
SHORTEST_RECORD_AGE = 60

EventSourceMapping.last_result = "No records processed"
EventSourceMapping.function_reference = None


def is_stream(arn: str) -> bool:
    return arn.split(":")[2:3] == ["dynamodb"]


def refuse(message: str) -> LambdaClientError:
    return LambdaClientError("InvalidParameterValueException", message)


def check(spec: dict[str, Any]) -> None:
    for name, (lowest, highest) in RANGES.items():
        value = spec.get(name)
        if value is not None and not lowest <= int(value) <= highest:
            raise refuse(f"{name} must be between {lowest} and {highest}, not {value}")
    age = spec.get("MaximumRecordAgeInSeconds")
    if age is not None and 0 <= int(age) < SHORTEST_RECORD_AGE:
        raise refuse(f"MaximumRecordAgeInSeconds must be -1 or at least {SHORTEST_RECORD_AGE}, not {age}")
    if int(spec.get("BatchSize") or 0) > 10 and spec.get("MaximumBatchingWindowInSeconds") == 0 and not is_stream(spec.get("EventSourceArn", "")):
        raise refuse("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
    try:
        compiled(spec.get("FilterCriteria"))
    except InvalidFilter as error:
        raise refuse(str(error)) from error


@wrap(LambdaBackend, "create_event_source_mapping")
def create_event_source_mapping(original: Any, self: Any, spec: dict[str, Any]) -> Any:
    arn = spec.get("EventSourceArn") or ""
    if not is_stream(arn):
        return original(self, spec)
    check(spec)
    if spec.get("StartingPosition") not in ("LATEST", "TRIM_HORIZON"):
        raise refuse("1 validation error detected: StartingPosition of a DynamoDB stream must be LATEST or TRIM_HORIZON")
    with LOCK:
        refuse_a_second_one(self, spec)
        mapping = original(self, {**STREAM_DEFAULTS, **spec})
        mapping.function_reference, mapping.function_arn = spec["FunctionName"], qualified(self, spec["FunctionName"])
        table = dynamodb_backends[self.account_id][self.region_name].get_table(arn.split("/")[1])
        streams.start(self, mapping, table.stream_shard)
    return mapping


def refuse_a_second_one(backend: Any, spec: dict[str, Any]) -> None:
    arn = qualified(backend, spec["FunctionName"])
    for mapping in backend.list_event_source_mappings(spec["EventSourceArn"], None):
        if mapping.function_arn == arn:
            raise LambdaClientError("ResourceConflictException", f'The event source arn (" {mapping.event_source_arn} ") and function '
                                    f'(" {arn} ") provided mapping already exists. Please update or delete the existing mapping with UUID '
                                    f"{mapping.uuid}")


def qualified(backend: Any, reference: str) -> str:
    """The ARN with the alias or version it was given with; moto would follow the alias once and for all."""
    function = backend.get_function(reference)
    name = reference.partition(":function:")[2] or reference
    qualifier = name.partition(":")[2]
    base = ":".join(function.function_arn.split(":")[:7])
    return f"{base}:{qualifier}" if qualifier else base


@wrap(LambdaBackend, "update_event_source_mapping")
def update_event_source_mapping(original: Any, self: Any, uuid: str, spec: dict[str, Any]) -> Any:
    existing = self.get_event_source_mapping(uuid)
    if existing is None or not is_stream(existing.event_source_arn):
        return original(self, uuid, spec)
    check({"EventSourceArn": existing.event_source_arn, **spec})
    mapping = original(self, uuid, spec)
    if spec.get("FunctionName"):
        mapping.function_reference, mapping.function_arn = spec["FunctionName"], qualified(self, spec["FunctionName"])
    return mapping


@wrap(EventSourceMapping, "get_configuration")
def get_configuration(original: Any, self: Any) -> dict[str, Any]:
    shown = original(self)
    if is_stream(self.event_source_arn):
        shown.update(LastProcessingResult=self.last_result, StateTransitionReason="User action")
    return shown


@wrap(streams_batch, "invoke")
def invoke(original: Any, source: Any, batch: Any) -> Any:
    """IteratorAge: how old the last record of a batch is when the function has been called with it."""
    first = original(source, batch)
    age = max(0.0, time.time() - batch.records[-1]["dynamodb"]["ApproximateCreationDateTime"]) * 1000
    name = source.mapping.function_arn.split(":")[6]
    backends.store(source.mapping.region, source.mapping.account_id).add("AWS/Lambda", "IteratorAge", {"FunctionName": name}, time.time(), age,
                                                                         unit="Milliseconds")
    return first
