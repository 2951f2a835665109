"""PutLogEvents: its limits, and events whose ids are unique and grow with time as those of AWS."""
from __future__ import annotations

import itertools
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogEvent
from moto.logs.responses import LogsResponse

from ..patching import wrap

MOST_EVENTS = 10_000
MOST_BYTES = 1_048_576
BYTES_PER_EVENT = 26
LONGEST_SPAN_MS = 24 * 3600 * 1000

_number = itertools.count(1)


@wrap(LogEvent, "__init__")
def initialize(original: Any, self: Any, ingestion_time: int, log_event: dict[str, Any]) -> None:
    original(self, ingestion_time, log_event)
    self.timestamp = int(self.timestamp)  # moto's own events have fractions of a millisecond
    self.event_id = f"{(self.timestamp << 144) + next(_number):056d}"


@wrap(LogsResponse, "put_log_events")
def put_log_events(original: Any, self: Any) -> str:
    events = self._get_param("logEvents") or []
    if not 1 <= len(events) <= MOST_EVENTS:
        raise InvalidParameterException(f"1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have "
                                        f"length between 1 and {MOST_EVENTS}")
    if sum(len(event["message"].encode()) + BYTES_PER_EVENT for event in events) > MOST_BYTES:
        raise InvalidParameterException(f"Upload too large: more than {MOST_BYTES} bytes")
    if events[-1]["timestamp"] - events[0]["timestamp"] > LONGEST_SPAN_MS:
        raise InvalidParameterException("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    return original(self)
