"""Embedded metric format: log lines that carry their metrics along."""
from __future__ import annotations

import json
import math
from typing import Any

from .store import MINUTE, Store

MARK = '"CloudWatchMetrics"'
MOST_METRICS, MOST_VALUES, MOST_DIMENSIONS = 100, 100, 30


class Invalid(Exception):
    """The line claims to be EMF and is not."""


def ingest(store: Store, line: str) -> int:
    """Adds the metrics of the line, if it has any; raises Invalid, and then none of them is added."""
    document = parsed(line)
    if document is None:
        return 0
    time, found = datapoints(document)
    for namespace, name, dimensions, value, unit, resolution in found:
        store.add(namespace, name, dimensions, time, value, 1.0, unit, resolution)
    return len(found)


def parsed(line: str) -> dict[str, Any] | None:
    """None: not a line of EMF."""
    if MARK not in line:
        return None
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) and isinstance(document.get("_aws"), dict) else None


def timestamp(document: dict[str, Any]) -> float:
    time = document["_aws"].get("Timestamp")
    if not is_number(time) or time < 0:
        raise Invalid("_aws.Timestamp is no number of milliseconds")
    return time / 1000


def datapoints(document: dict[str, Any]) -> tuple[float, list[tuple[str, str, dict[str, str], float, str | None, int]]]:
    time, found = timestamp(document), []
    directives = document["_aws"].get("CloudWatchMetrics")
    if not isinstance(directives, list):
        raise Invalid("_aws.CloudWatchMetrics is no list")
    for directive in directives:
        namespace, sets, metrics = parts(directive)
        for definition in metrics:
            name, unit, resolution = definition_of(definition)
            if name not in document:
                continue
            for value in values(name, document[name]):
                found += [(namespace, name, dimension_values(document, names), value, unit, resolution) for names in sets]
    return time, found


def parts(directive: Any) -> tuple[str, list[Any], list[Any]]:
    if not isinstance(directive, dict):
        raise Invalid("a metric directive is an object")
    namespace, sets, metrics = (directive.get(name) for name in ("Namespace", "Dimensions", "Metrics"))
    if not isinstance(namespace, str) or not namespace:
        raise Invalid("Namespace is missing")
    if not isinstance(sets, list) or not sets or not all(isinstance(names, list) and len(names) <= MOST_DIMENSIONS for names in sets):
        raise Invalid(f"Dimensions is no list of lists of at most {MOST_DIMENSIONS} names")
    if not isinstance(metrics, list) or len(metrics) > MOST_METRICS:
        raise Invalid(f"Metrics is no list of at most {MOST_METRICS} definitions")
    return namespace, sets, metrics


def definition_of(definition: Any) -> tuple[str, str | None, int]:
    if not isinstance(definition, dict) or not isinstance(definition.get("Name"), str) or not definition["Name"]:
        raise Invalid("a metric has no Name")
    resolution = definition.get("StorageResolution", MINUTE)
    if resolution not in (1, MINUTE):
        raise Invalid("StorageResolution is neither 1 nor 60")
    return definition["Name"], definition.get("Unit"), resolution


def dimension_values(document: dict[str, Any], names: list[Any]) -> dict[str, str]:
    for name in names:
        if not isinstance(name, str) or not isinstance(document.get(name), str):
            raise Invalid(f"the dimension {name} has no text as its value")
    return {name: document[name] for name in names}


def values(name: str, given: Any) -> list[float]:
    listed = given if isinstance(given, list) else [given]
    if len(listed) > MOST_VALUES or not all(is_number(value) for value in listed):
        raise Invalid(f"{name} is neither a number nor a list of at most {MOST_VALUES} numbers")
    return [float(value) for value in listed]


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
