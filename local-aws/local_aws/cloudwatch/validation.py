"""What PutMetricAlarm and PutCompositeAlarm refuse."""
from __future__ import annotations

from collections.abc import Container
from typing import Any

from ..errors import ValidationError
from . import rules
from .decision import BREACHING, IGNORE, MISSING, NOT_BREACHING
from .queries import STATISTICS, InvalidQuery, Queries, check_period

COMPARISONS = ("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold")
TREATMENTS = (MISSING, IGNORE, BREACHING, NOT_BREACHING)
OF_ONE_METRIC = ("MetricName", "Namespace", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit")
DAY, WEEK, HOUR = 86400, 604800, 3600
MOST_METRICS, MOST_ACTIONS = 10, 5


def refuse(message: str) -> ValidationError:
    return ValidationError(message)


def one_of(given: dict[str, Any], name: str, allowed: tuple[str, ...]) -> None:
    if given.get(name) not in allowed:
        raise refuse(f"1 validation error detected: Value '{given.get(name)}' at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: "
                     f"Member must satisfy enum value set: [{', '.join(allowed)}]")


def check_common(given: dict[str, Any]) -> None:
    name = given.get("AlarmName") or ""
    if not 1 <= len(name) <= 255:
        raise refuse("AlarmName must have between 1 and 255 characters")
    for kind in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        actions = given.get(kind) or []
        if len(actions) > MOST_ACTIONS:
            raise refuse(f"{kind} must have at most {MOST_ACTIONS} members")
        for action in actions:
            if not action.startswith("arn:"):
                raise refuse(f"Invalid arn syntax: {action}")


def check_metric_alarm(given: dict[str, Any]) -> Queries:
    """The queries of the alarm; a single metric becomes the only one of them, with the id m."""
    check_common(given)
    for name in ("ThresholdMetricId", "EvaluationCriteria", "EvaluationWindow"):
        if given.get(name):
            raise refuse(f"local-aws: {name} is not emulated")
    one_of(given, "ComparisonOperator", COMPARISONS)
    if given.get("Threshold") is None:
        raise refuse("Threshold must be specified")
    if given.get("TreatMissingData"):
        one_of(given, "TreatMissingData", TREATMENTS)
    periods = int(given.get("EvaluationPeriods") or 0)
    needed = int(given["DatapointsToAlarm"]) if given.get("DatapointsToAlarm") is not None else periods
    if periods < 1:
        raise refuse("EvaluationPeriods must be at least 1")
    if not 1 <= needed <= periods:
        raise refuse("DatapointsToAlarm must be at least 1 and less than or equal to EvaluationPeriods")
    try:
        queries = math_of(given) if given.get("Metrics") else single_of(given)
    except InvalidQuery as error:
        raise refuse(str(error)) from error
    check_length(queries.period, periods)
    return queries


def check_length(period: int, periods: int) -> None:
    longest = DAY if period < HOUR else WEEK
    if period * periods > longest:
        raise refuse(f"Metrics cannot be checked across more than {'a day' if longest == DAY else '7 days'} "
                     f"(EvaluationPeriods * Period must be <= {longest}).")


def single_of(given: dict[str, Any]) -> Queries:
    if not given.get("MetricName") or not given.get("Namespace"):
        raise refuse("MetricName and Namespace, or Metrics, must be specified")
    statistic = given.get("Statistic") or given.get("ExtendedStatistic")
    if not statistic or (given.get("Statistic") and given.get("ExtendedStatistic")):
        raise refuse("Either Statistic or ExtendedStatistic must be specified, and not both")
    if not STATISTICS.match(statistic):
        raise refuse(f"The value {statistic} for parameter {'Statistic' if given.get('Statistic') else 'ExtendedStatistic'} is not supported.")
    if given.get("Period") is None:
        raise refuse("Period must be specified")
    check_period(int(given["Period"]))
    metric = {name: given[name] for name in ("Namespace", "MetricName", "Dimensions") if given.get(name)}
    stat = {"Metric": metric, "Period": int(given["Period"]), "Stat": statistic, **({"Unit": given["Unit"]} if given.get("Unit") else {})}
    return Queries([{"Id": "m", "MetricStat": stat}])


def math_of(given: dict[str, Any]) -> Queries:
    mixed = [name for name in OF_ONE_METRIC if given.get(name)]
    if mixed:
        raise refuse(f"{', '.join(mixed)} cannot be specified together with Metrics")
    queries = Queries(given["Metrics"])
    if not queries.metrics:
        raise refuse("Metrics list must contain at least one metric")
    if len(queries.metrics) > MOST_METRICS:
        raise refuse(f"Metrics list must contain at most {MOST_METRICS} metrics, it has {len(queries.metrics)}")
    watched = [name for name, query in queries.by_id.items() if query.get("ReturnData") is not False]
    if len(watched) != 1:
        raise refuse(f"Exactly one element of the Metrics list should return data, here {', '.join(watched) or 'none'} do")
    if not queries.is_series(watched[0]):
        raise refuse(f"Expression {watched[0]} must result in a single time series")
    return queries


def watched_of(queries: Queries) -> str:
    return next(name for name, query in queries.by_id.items() if query.get("ReturnData") is not False)


def check_composite_alarm(given: dict[str, Any], existing: Container[str]) -> tuple[rules.Rule, list[str]]:
    check_common(given)
    if given.get("ActionsSuppressor"):
        raise refuse("local-aws: ActionsSuppressor is not emulated")
    text = given.get("AlarmRule") or ""
    if not 1 <= len(text) <= 10240:
        raise refuse("AlarmRule must have between 1 and 10240 characters")
    try:
        rule, names = rules.compiled(text)
    except rules.InvalidRule as error:
        raise refuse(str(error)) from error
    missing = [name for name in dict.fromkeys(names) if name not in existing]
    if missing:
        raise refuse(f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist")
    return rule, list(dict.fromkeys(names))
