"""Metrics out of logs: EMF in any log event, and metric filters."""
from __future__ import annotations

import time
from typing import Any

from moto.logs.exceptions import LimitExceededException, LogsClientError, ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend, logs_backends

from .. import metric_filters
from ..cloudwatch import backends, emf
from ..cloudwatch.store import Store
from ..journal import log
from ..log_patterns import InvalidPattern, compiled
from ..patching import wrap
from .cloudwatch_metrics import NEWEST_SECONDS, OLDEST_SECONDS

MOST_FILTERS, MOST_DIMENSIONS = 100, 3


@wrap(LogGroup, "put_log_events")
def put_log_events(original: Any, self: Any, log_stream_name: str, log_events: list[dict[str, Any]]) -> Any:
    answer = original(self, log_stream_name, log_events)
    store = backends.store(self.region, self.account_id)
    filters = [one for one in logs_backends[self.account_id][self.region].filters.metric_filters if one["logGroupName"] == self.name]
    for event in log_events:
        embedded(store, self.name, event["message"])
        for metric_filter in filters:
            filtered(store, metric_filter, event)
    return answer


def embedded(store: Store, group: str, message: str) -> None:
    now = time.time()
    document = emf.parsed(message)
    if document is None:
        return
    try:
        if now - OLDEST_SECONDS <= emf.timestamp(document) <= now + NEWEST_SECONDS:
            emf.ingest(store, message)
    except emf.Invalid as error:
        log("cloudwatch.emf_invalid", logGroup=group, error=str(error))
        store.add("AWS/Logs", "EMFValidationErrors", {"LogGroupName": group}, now, 1.0, unit="Count")


def filtered(store: Store, metric_filter: dict[str, Any], event: dict[str, Any]) -> None:
    try:
        metric_filters.apply(store, metric_filter, event["message"], event["timestamp"] / 1000)
    except Exception as error:  # a log event is never refused because of a filter
        log("logs.metric_filter_failed", filter=metric_filter["filterName"], error=f"{type(error).__name__}: {error}")


@wrap(LogsBackend, "put_metric_filter")
def put_metric_filter(original: Any, self: Any, filter_name: str, filter_pattern: str, log_group_name: str,
                      metric_transformations: list[dict[str, Any]]) -> None:
    """A filter of the same name is replaced; moto keeps both."""
    if log_group_name not in self.groups:
        raise ResourceNotFoundException()
    try:
        compiled(filter_pattern or "")
    except InvalidPattern as error:
        raise LogsClientError("InvalidParameterException", str(error)) from error
    for transformation in metric_transformations:
        check(transformation)
    others = [one for one in self.filters.metric_filters if one["logGroupName"] == log_group_name and one["filterName"] != filter_name]
    if len(others) >= MOST_FILTERS:
        raise LimitExceededException()
    self.filters.delete_filter(filter_name, log_group_name)
    original(self, filter_name, filter_pattern, log_group_name, metric_transformations)


def check(transformation: dict[str, Any]) -> None:
    dimensions, value = transformation.get("dimensions") or {}, str(transformation.get("metricValue", ""))
    if dimensions and transformation.get("defaultValue") is not None:
        raise invalid("Invalid metric transformation: dimensions and default value are mutually exclusive properties.")
    if len(dimensions) > MOST_DIMENSIONS:
        raise invalid(f"Invalid metric transformation: at most {MOST_DIMENSIONS} dimensions, found {len(dimensions)}.")
    wrong = [selector for selector in dimensions.values() if not selector.startswith("$.")]
    if wrong:
        raise invalid(f"Invalid metric transformation: the value of a dimension is a selector such as $.field, not {wrong[0]}.")
    if not value.startswith("$.") and metric_filters.number_of(value, "") is None:
        raise invalid(f"Invalid metric transformation: metricValue is a number or a selector such as $.field, not {value}.")


def invalid(message: str) -> LogsClientError:
    return LogsClientError("InvalidParameterException", message)


@wrap(LogsBackend, "delete_log_group")
def delete_log_group(original: Any, self: Any, log_group_name: str) -> Any:
    answer = original(self, log_group_name)
    kept = [one for one in self.filters.metric_filters if one["logGroupName"] != log_group_name]
    self.filters.metric_filters[:] = kept
    return answer
