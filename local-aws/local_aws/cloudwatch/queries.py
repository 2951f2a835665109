"""MetricDataQuery lists: metrics and the expressions over them, as alarms and GetMetricData have them."""
from __future__ import annotations

import re
from typing import Any

from .expressions import InvalidExpression, Many, Scope, Value, compiled
from .store import Key, Store, dimensions_of

STATISTICS = re.compile(r"(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?|p100)\Z")


class InvalidQuery(ValueError):
    """One of the queries cannot be answered."""


class Queries:
    def __init__(self, given: list[dict[str, Any]]) -> None:
        self.by_id: dict[str, dict[str, Any]] = {}
        for query in given:
            name = query.get("Id", "")
            if not re.fullmatch(r"[a-z]\w{0,254}", name):
                raise InvalidQuery(f"The value {name} for parameter Id is invalid. It has to begin with a lowercase letter.")
            if name in self.by_id:
                raise InvalidQuery(f"The Id {name} is not unique.")
            if bool(query.get("Expression")) == bool(query.get("MetricStat")):
                raise InvalidQuery(f"{name} needs either an Expression or a MetricStat.")
            self.by_id[name] = query
            self.check(query)
        self.metrics = [name for name, query in self.by_id.items() if query.get("MetricStat")]
        self._keys: dict[str, Key] = {name: key_of(self.by_id[name]["MetricStat"]) for name in self.metrics}
        for name in self.by_id:
            self.rehearse(name)

    def check(self, query: dict[str, Any]) -> None:
        if query.get("Expression"):
            if query["Expression"].lstrip().upper().startswith(("SELECT", "SEARCH")):
                raise InvalidQuery("local-aws: Metrics Insights and SEARCH are not emulated")
            try:
                compiled(query["Expression"])
            except InvalidExpression as error:
                raise InvalidQuery(str(error)) from error
            return
        statistic = query["MetricStat"].get("Stat", "")
        if not STATISTICS.match(statistic):
            raise InvalidQuery(f"The value {statistic} for parameter Stat is not supported.")
        check_period(int(query["MetricStat"].get("Period", 0)))

    def rehearse(self, name: str) -> Value:
        """Unknown ids, circles and operands that do not fit show without any data."""
        return self._evaluate(name, 2, 60, lambda _: [1.0, 1.0])

    def is_series(self, name: str) -> bool:
        return isinstance(self.rehearse(name), list) and not isinstance(self.rehearse(name), Many)

    @property
    def period(self) -> int:
        """The longest one; all metrics of an expression are taken in it."""
        return max((int(self.by_id[name]["MetricStat"]["Period"]) for name in self.metrics), default=60)

    def values(self, store: Store, name: str, ends: list[int], period: int) -> Value:
        def measured(metric: str) -> list[float | None]:
            stat = self.by_id[metric]["MetricStat"]
            return store.values(self._keys[metric], stat["Stat"], ends, period, stat.get("Unit"))
        result = self._evaluate(name, len(ends), period, measured)
        return [result] * len(ends) if not isinstance(result, list) else result

    def _evaluate(self, name: str, size: int, period: int, measured: Any) -> Value:
        known: dict[str, Value] = {}
        open_ids: list[str] = []

        def read(wanted: str) -> Value:
            if wanted not in self.by_id:
                raise InvalidQuery(f"The expression uses {wanted}, which is no Id of this request.")
            if wanted in open_ids:
                raise InvalidQuery(f"The expression {wanted} uses itself.")
            if wanted not in known:
                open_ids.append(wanted)
                query = self.by_id[wanted]
                try:
                    known[wanted] = measured(wanted) if query.get("MetricStat") else compiled(query["Expression"])(scope)
                except InvalidExpression as error:
                    raise InvalidQuery(str(error)) from error
                open_ids.pop()
            return known[wanted]
        scope = Scope(size, period, read, self.metrics)
        return read(name)


def key_of(stat: dict[str, Any]) -> Key:
    metric = stat.get("Metric") or {}
    if not metric.get("Namespace") or not metric.get("MetricName"):
        raise InvalidQuery("A metric needs a Namespace and a MetricName.")
    return metric["Namespace"], metric["MetricName"], dimensions_of(metric.get("Dimensions"))


def check_period(period: int) -> None:
    if period not in (10, 20, 30) and (period < 60 or period % 60):
        raise InvalidQuery(f"The value {period} for parameter Period is invalid. Valid values are 10, 20, 30 and multiples of 60.")
