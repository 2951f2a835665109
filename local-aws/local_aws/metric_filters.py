"""Metric filters of CloudWatch Logs: which datapoint a log event makes."""
from __future__ import annotations

import json
import math
from typing import Any

from .cloudwatch.store import Store
from .log_patterns import MISSING, compiled, value_at


def apply(store: Store, metric_filter: dict[str, Any], message: str, at: float) -> None:
    """`at` in seconds: the event's own time."""
    matched = compiled(metric_filter.get("filterPattern") or "")(message)
    for transformation in metric_filter["metricTransformations"]:
        namespace, name, unit = transformation["metricNamespace"], transformation["metricName"], transformation.get("unit")
        if not matched:
            if transformation.get("defaultValue") is not None:
                store.add_default(namespace, name, {}, at, float(transformation["defaultValue"]), unit)
            continue
        value, dimensions = number_of(transformation["metricValue"], message), dimensions_in(transformation, message)
        if value is not None and dimensions is not None:
            store.add(namespace, name, dimensions, at, value, unit=unit)


def number_of(wanted: str, message: str) -> float | None:
    found = field(wanted, message) if wanted.startswith("$") else wanted
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return None
    try:
        number = float(found)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def dimensions_in(transformation: dict[str, Any], message: str) -> dict[str, str] | None:
    """None when one of the fields is not there: then there is no datapoint."""
    found = {name: field(selector, message) for name, selector in (transformation.get("dimensions") or {}).items()}
    if any(value is MISSING or value is None or isinstance(value, (dict, list)) for value in found.values()):
        return None
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}


def field(selector: str, message: str) -> Any:
    try:
        return value_at(selector, json.loads(message))
    except ValueError:
        return MISSING
