"""The datapoints of one region: for each metric, minutes (or seconds) in order of time, each with its sums."""
from __future__ import annotations

import bisect
import math
import threading
from collections.abc import Mapping
from typing import Any

MINUTE = 60
NO_UNIT = "None"

Dimensions = tuple[tuple[str, str], ...]
Key = tuple[str, str, Dimensions]


def dimensions_of(given: Any) -> Dimensions:
    """From [{Name, Value}] or {name: value}."""
    pairs = given.items() if isinstance(given, Mapping) else ((d["Name"], d["Value"]) for d in given or [])
    return tuple(sorted((str(name), str(value)) for name, value in pairs))


class Totals:
    """What is known of the values of one stretch of time."""

    __slots__ = ("count", "total", "low", "high", "values", "default")

    def __init__(self) -> None:
        self.count, self.total, self.low, self.high = 0.0, 0.0, math.inf, -math.inf
        self.values: dict[float, float] = {}
        self.default: float | None = None  # counts while nothing else does

    def add(self, count: float, total: float, low: float, high: float) -> None:
        self.count += count
        self.total += total
        self.low = min(self.low, low)
        self.high = max(self.high, high)
        if low == high:
            self.values[low] = self.values.get(low, 0.0) + count

    def include(self, other: Totals) -> None:
        if not other.count:
            if other.default is not None:
                self.add(1, other.default, other.default, other.default)
            return
        self.count += other.count
        self.total += other.total
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0.0) + count

    def statistic(self, name: str) -> float | None:
        if name == "Sum":
            return self.total
        if name == "SampleCount":
            return self.count
        if name == "Average":
            return self.total / self.count
        if name == "Minimum":
            return self.low
        if name == "Maximum":
            return self.high
        return self.percentile(float(name[1:]))

    def percentile(self, percent: float) -> float | None:
        """None when a statistic set has hidden the values."""
        if sum(self.values.values()) < self.count:
            return None
        rank, seen = percent / 100 * self.count, 0.0
        for value in sorted(self.values):
            seen += self.values[value]
            if seen >= rank:
                return value
        return self.high


class Metric:
    """Namespace, name and dimensions; the units are kept apart."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.last = 0.0
        self._starts: dict[str, list[int]] = {}
        self._buckets: dict[str, list[Totals]] = {}
        self._known: dict[tuple[int, int, str | None], Totals | None] = {}

    def bucket(self, time: float, unit: str, resolution: int) -> Totals:
        self._known.clear()
        self.last = max(self.last, time)
        start = int(time // resolution) * resolution
        starts, buckets = self._starts.setdefault(unit, []), self._buckets.setdefault(unit, [])
        at = len(starts) if not starts or start > starts[-1] else bisect.bisect_left(starts, start)
        if at == len(starts) or starts[at] != start:
            starts.insert(at, start)
            buckets.insert(at, Totals())
        return buckets[at]

    def window(self, start: int, end: int, unit: str | None = None) -> Totals | None:
        """Everything from `start` to before `end`; None when there is nothing."""
        key = (start, end, unit)
        if key not in self._known:
            found = Totals()
            for name in [unit] if unit else self._starts:
                starts = self._starts.get(name) or []
                first = bisect.bisect_left(starts, start)
                for index in range(first, bisect.bisect_left(starts, end, first)):
                    found.include(self._buckets[name][index])
            self._known[key] = found if found.count else None
        return self._known[key]

    def units(self) -> list[str]:
        return list(self._starts)


class Store:
    def __init__(self) -> None:
        self._metrics: dict[Key, Metric] = {}
        self._lock = threading.RLock()

    def add(self, namespace: str, name: str, dimensions: Any, time: float, value: float, count: float = 1.0, unit: str | None = None,
            resolution: int = MINUTE) -> None:
        self.add_set(namespace, name, dimensions, time, (count, value * count, value, value), unit, resolution)

    def add_set(self, namespace: str, name: str, dimensions: Any, time: float, totals: tuple[float, float, float, float],
                unit: str | None = None, resolution: int = MINUTE) -> None:
        """`totals`: sample count, sum, minimum, maximum."""
        with self._lock:
            self._metric(namespace, name, dimensions).bucket(time, unit or NO_UNIT, resolution).add(*totals)

    def add_default(self, namespace: str, name: str, dimensions: Any, time: float, value: float, unit: str | None = None) -> None:
        """A value for a minute that has no other."""
        with self._lock:
            self._metric(namespace, name, dimensions).bucket(time, unit or NO_UNIT, MINUTE).default = value

    def _metric(self, namespace: str, name: str, dimensions: Any) -> Metric:
        key = (namespace, name, dimensions_of(dimensions))
        if key not in self._metrics:
            self._metrics[key] = Metric(key)
        return self._metrics[key]

    def values(self, key: Key, statistic: str, ends: list[int], period: int, unit: str | None = None) -> list[float | None]:
        """One value for each of the windows that end there, None where nothing was measured."""
        metric = self._metrics.get(key)
        if metric is None:
            return [None] * len(ends)
        with self._lock:
            found = [metric.window(end - period, end, unit) for end in ends]
        return [totals.statistic(statistic) if totals else None for totals in found]

    def metric(self, key: Key) -> Metric | None:
        return self._metrics.get(key)

    def all(self) -> list[Metric]:
        return list(self._metrics.values())
