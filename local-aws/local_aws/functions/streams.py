"""Reads a DynamoDB stream for an event source mapping: gathers batches, one after the other, in the order of the shard."""
from __future__ import annotations

import base64
import datetime
import json
import threading
import time
from typing import Any

from .. import state
from ..journal import log
from . import streams_signal
from .streams_batch import Source, process
from .streams_filter import compiled, passes

LARGEST_EVENT = 6_000_000
POLL_SECONDS = 0.25

_world = object()  # readers of before a reset end with it


@state.on_reset
def _clear() -> None:
    global _world
    _world = object()
    streams_signal.arrived()


def start(backend: Any, mapping: Any, shard: Any) -> None:
    at_end = mapping.starting_position == "LATEST"
    reader = Reader(backend, mapping, shard, len(shard.items) if at_end else 0)
    threading.Thread(target=reader.run, daemon=True).start()


class Reader:
    def __init__(self, backend: Any, mapping: Any, shard: Any, position: int) -> None:
        self.backend, self.mapping, self.shard, self.position, self.world = backend, mapping, shard, position, _world

    def is_there(self) -> bool:
        mappings = getattr(self.backend, "_event_source_mappings", {})
        return self.world is _world and mappings.get(self.mapping.uuid) is self.mapping

    def is_reading(self) -> bool:
        return self.is_there() and bool(self.mapping.enabled)

    def run(self) -> None:
        while self.is_there():
            try:
                records, end = self.next_batch()
                if records:
                    process(Source(self.backend, self.mapping, self.shard, self.is_there, self.is_reading), records)
                self.position = end
            except Exception as error:  # a reader that dies silently would be a stream that stops
                if self.is_there():
                    log("lambda.stream_reader_failed", mapping=self.mapping.uuid, error=f"{type(error).__name__}: {error}")
                    time.sleep(POLL_SECONDS)

    def next_batch(self) -> tuple[list[dict[str, Any]], int]:
        """As much as BatchSize, MaximumBatchingWindowInSeconds and the size of an event allow; waits for a while for a record."""
        cursor, size, opened = self.position, 0, time.monotonic()
        batch: list[dict[str, Any]] = []
        while self.is_reading():
            patterns = compiled(self.mapping.filter_criteria)
            for found in self.shard.items[cursor:]:
                record = event_record(found.to_json(), self.mapping.event_source_arn)
                size += len(json.dumps(record)) if passes(patterns, record) else 0
                if batch and size > LARGEST_EVENT:
                    return batch, cursor
                cursor += 1
                if passes(patterns, record):
                    batch.append(record)
                if len(batch) >= self.mapping.batch_size:
                    return batch, cursor
            left = opened + (self.mapping.max_batch_window or 0) - time.monotonic() if batch else POLL_SECONDS
            if left <= 0:
                return batch, cursor
            if not batch:
                opened, self.position = time.monotonic(), cursor
            streams_signal.wait(min(left, POLL_SECONDS))
        time.sleep(POLL_SECONDS)  # disabled
        return [], self.position


def as_json(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime.datetime) else base64.b64encode(value).decode()


def event_record(record: dict[str, Any], arn: str) -> dict[str, Any]:
    """A record of the stream as it stands in the event of a function."""
    content = json.loads(json.dumps(record["dynamodb"], default=as_json))
    identity = record.get("userIdentity")
    return {**{name: record[name] for name in ("eventID", "eventName", "eventVersion", "eventSource", "awsRegion")}, "dynamodb": content,
            "eventSourceARN": arn,
            **({"userIdentity": {"principalId": identity["PrincipalId"], "type": identity["Type"]}} if identity else {})}
