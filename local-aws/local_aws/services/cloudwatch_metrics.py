"""PutMetricData, GetMetricData, GetMetricStatistics and ListMetrics, over the store that the alarms read."""
from __future__ import annotations

import math
import time
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from ..cloudwatch.alarms import moment
from ..cloudwatch.backends import seconds
from ..cloudwatch.queries import STATISTICS, InvalidQuery, Queries, check_period
from ..cloudwatch.store import MINUTE, Metric, dimensions_of
from ..errors import ValidationError
from ..patching import replace

OLDEST_SECONDS, NEWEST_SECONDS = 14 * 86400, 2 * 3600
RECENT_SECONDS = 3 * 3600
MOST_DATAPOINTS = 1440
PAGE = 500


def checked(place: int, datum: dict[str, Any]) -> list[tuple[float, float, float, float]]:
    """Sample count, sum, minimum and maximum of each value."""
    where = f"MetricData.member.{place}"
    forms = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if len(forms) != 1:
        if not forms:
            raise InvalidParameterCombination(f"At least one of the parameters {where}.Value, {where}.Values or {where}.StatisticValues "
                                              "must be specified.")
        raise InvalidParameterValue(f"The parameters {where}.{forms[0]} and {where}.{forms[1]} are mutually exclusive and you have specified both.")
    if "StatisticValues" in forms:
        given = datum["StatisticValues"]
        totals = [(given["SampleCount"], given["Sum"], given["Minimum"], given["Maximum"])]
    else:
        values = datum["Values"] if "Values" in forms else [datum["Value"]]
        counts = datum.get("Counts") or [1] * len(values)
        if len(counts) != len(values):
            raise InvalidParameterValue(f"The parameters {where}.Values and {where}.Counts must be of the same size.")
        totals = [(count, value * count, value, value) for value, count in zip(values, counts)]
    numbers = [tuple(float(number) for number in row) for row in totals]
    if not all(math.isfinite(number) for row in numbers for number in row):
        raise InvalidParameterValue(f"The value for parameter {where} is invalid: it has to be a finite number.")
    return numbers  # type: ignore[return-value]


@replace(CloudWatchResponse)
def put_metric_data(self: Any) -> ActionResult:
    given, now, found = self._get_params(), time.time(), []
    namespace = given["Namespace"]
    if namespace.startswith((":", "AWS/")):
        raise InvalidParameterValue(f"The value {namespace} for parameter Namespace is invalid.")
    for place, datum in enumerate(given.get("MetricData") or [], 1):
        at = seconds(datum["Timestamp"]) if datum.get("Timestamp") else now
        if not now - OLDEST_SECONDS <= at <= now + NEWEST_SECONDS:
            raise InvalidParameterValue(f"The parameter MetricData.member.{place}.Timestamp must specify a time no more than two weeks in the "
                                        "past and no more than two hours in the future.")
        found += [(datum, at, totals) for totals in checked(place, datum)]
    for datum, at, totals in found:
        resolution = 1 if datum.get("StorageResolution") == 1 else MINUTE
        self.cloudwatch_backend.store.add_set(namespace, datum["MetricName"], datum.get("Dimensions"), at, totals, datum.get("Unit"), resolution)
    return EmptyResult()


def window_ends(start: float, end: float, period: int) -> list[int]:
    """Aligned to the clock; the last window may begin before `end` and end after it."""
    first = int(start // period) * period
    return list(range(first + period, math.ceil(end / period) * period + 1, period))


def checked_range(given: dict[str, Any]) -> tuple[float, float]:
    start, end = seconds(given["StartTime"]), seconds(given["EndTime"])
    if start >= end:
        raise ValidationError("The parameter StartTime must be less than the parameter EndTime.")
    return start, end


@replace(CloudWatchResponse)
def get_metric_data(self: Any) -> ActionResult:
    given = self._get_params()
    start, end = checked_range(given)
    try:
        queries = Queries(given.get("MetricDataQueries") or [])
        results = [answer(self.cloudwatch_backend.store, queries, name, start, end) for name, query in queries.by_id.items()
                   if query.get("ReturnData") is not False]
    except InvalidQuery as error:
        raise ValidationError(str(error)) from error
    if given.get("ScanBy") != "TimestampAscending":
        for result in results:
            result["Timestamps"].reverse()
            result["Values"].reverse()
    return ActionResult({"MetricDataResults": results, "Messages": []})


def answer(store: Any, queries: Queries, name: str, start: float, end: float) -> dict[str, Any]:
    query = queries.by_id[name]
    period = int(query["MetricStat"]["Period"]) if query.get("MetricStat") else int(query.get("Period") or queries.period)
    if not queries.is_series(name):
        raise ValidationError(f"local-aws: {name} has to result in a single time series; set ReturnData to false, or use TIME_SERIES()")
    ends = window_ends(start, end, period)
    points = [(moment(window - period), value) for window, value in zip(ends, queries.values(store, name, ends, period)) if value is not None]
    default = query["MetricStat"]["Metric"]["MetricName"] if query.get("MetricStat") else name
    return {"Id": name, "Label": query.get("Label") or default, "StatusCode": "Complete",
            "Timestamps": [at for at, _ in points], "Values": [value for _, value in points]}


@replace(CloudWatchResponse)
def get_metric_statistics(self: Any) -> ActionResult:
    given = self._get_params()
    statistics, extended = given.get("Statistics") or [], given.get("ExtendedStatistics") or []
    if not statistics and not extended:
        raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
    start, end = checked_range(given)
    period = int(given["Period"])
    unknown = [name for name in (*statistics, *extended) if not STATISTICS.match(name)]
    if unknown:
        raise InvalidParameterValue(f"The value {unknown[0]} for parameter Statistics is not supported.")
    try:
        check_period(period)
    except InvalidQuery as error:
        raise InvalidParameterValue(str(error)) from error
    ends = window_ends(start, end, period)
    if len(ends) > MOST_DATAPOINTS:
        raise InvalidParameterCombination(f"You have requested up to {len(ends)} datapoints, which exceeds the limit of {MOST_DATAPOINTS}.")
    key = (given["Namespace"], given["MetricName"], dimensions_of(given.get("Dimensions")))
    columns = {name: self.cloudwatch_backend.store.values(key, name, ends, period, given.get("Unit")) for name in (*statistics, *extended)}
    metric = self.cloudwatch_backend.store.metric(key)
    unit = given.get("Unit") or (metric.units()[0] if metric else None)
    datapoints = []
    for place, window in enumerate(ends):
        if any(column[place] is not None for column in columns.values()):
            shown = {"ExtendedStatistics": {name: columns[name][place] for name in extended}} if extended else {}
            datapoints.append({"Timestamp": moment(window - period), "Unit": unit, **{name: columns[name][place] for name in statistics}, **shown})
    return ActionResult({"Label": given["MetricName"], "Datapoints": datapoints})


@replace(CloudWatchResponse)
def list_metrics(self: Any) -> ActionResult:
    given = self._get_params()
    since = time.time() - RECENT_SECONDS if given.get("RecentlyActive") else 0.0
    found = sorted(metric.key for metric in self.cloudwatch_backend.store.all() if metric.last >= since and fits(metric, given))
    start = int(given.get("NextToken") or 0)
    shown = [{"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions]}
             for namespace, name, dimensions in found[start:start + PAGE]]
    return ActionResult({"Metrics": shown, **({"NextToken": str(start + PAGE)} if start + PAGE < len(found) else {})})


def fits(metric: Metric, given: dict[str, Any]) -> bool:
    namespace, name, dimensions = metric.key
    return (given.get("Namespace") in (None, namespace) and given.get("MetricName") in (None, name)
            and all(any(n == d["Name"] and d.get("Value") in (None, v) for n, v in dimensions) for d in given.get("Dimensions") or []))
