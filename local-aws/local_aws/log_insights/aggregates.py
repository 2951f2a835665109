"""The functions of stats: each takes the values of a group, in the order of time."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .values import number, shown

Values = list[Any]


def numbers(values: Values) -> list[float]:
    return [amount for amount in map(number, values) if amount is not None]


def present(values: Values) -> Values:
    return [value for value in values if value is not None]


def over_numbers(function: Callable[[list[float]], Any]) -> Callable[[Values], Any]:
    def computed(values: Values) -> Any:
        found = numbers(values)
        return function(found) if found else None
    return computed


def extreme(pick: Callable[..., Any]) -> Callable[[Values], Any]:
    """Of numbers, and of text where there are none."""
    def computed(values: Values) -> Any:
        found: Values = numbers(values) or [shown(value) for value in present(values)]
        return pick(found) if found else None
    return computed


def percentile(values: Values, wanted: float) -> Any:
    """The nearest rank; AWS estimates."""
    found = sorted(numbers(values))
    return found[max(0, math.ceil(wanted / 100 * len(found)) - 1)] if found else None


AGGREGATES: dict[str, Callable[[Values], Any]] = {
    "count": lambda values: len(present(values)),
    "count_distinct": lambda values: len({shown(value) for value in present(values)}),
    "sum": over_numbers(sum),
    "avg": over_numbers(lambda found: sum(found) / len(found)),
    "min": extreme(min),
    "max": extreme(max),
    "earliest": lambda values: next(iter(present(values)), None),
    "latest": lambda values: next(iter(present(values)[::-1]), None),
}
PERCENTILE = "pct"
