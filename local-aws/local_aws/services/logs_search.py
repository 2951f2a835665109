"""FilterLogEvents with the patterns AWS knows, over all streams in the order of time."""
from __future__ import annotations

from typing import Any

from moto.logs import models
from moto.logs.exceptions import LogsClientError

from ..log_patterns import InvalidPattern, compiled
from ..patching import wrap


class EventMessageFilter:
    """In place of moto's, which lets everything pass that it does not know."""

    def __init__(self, pattern: str | None) -> None:
        try:
            self.matches = compiled(pattern or "")
        except InvalidPattern as error:
            raise LogsClientError("InvalidParameterException", str(error)) from error


models.EventMessageFilter = EventMessageFilter


@wrap(models.LogGroup, "filter_log_events")
def filter_log_events(original: Any, self: Any, log_group_name: str, log_stream_names: Any, start_time: Any, end_time: Any, limit: Any,
                      next_token: Any, filter_pattern: Any, interleaved: Any) -> Any:
    EventMessageFilter(filter_pattern)  # a wrong pattern is told also where there are no events
    return original(self, log_group_name, log_stream_names, start_time, end_time, limit, next_token, filter_pattern, True)
