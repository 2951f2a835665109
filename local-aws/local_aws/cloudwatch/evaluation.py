"""Evaluates the alarms of a region as of a moment: metric alarms first, then the composite ones."""
from __future__ import annotations

import json
import operator
import threading
from collections.abc import Callable
from typing import Any

from ..journal import log
from .alarms import Alarm, CompositeAlarm, MetricAlarm, Transition, moment, stamp
from .decision import ALARM, BREACHING, EXTRA_PERIODS, INSUFFICIENT_DATA, OK, Verdict, judge
from .store import MINUTE

COMPARE: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"), "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"), "LessThanOrEqualToThreshold": (operator.le, "less than or equal to")}

_lock = threading.RLock()  # one evaluation at a time; actions are performed without it


def evaluate(backend: Any, at: float) -> list[Transition]:
    with _lock:
        alarms = list(backend.alarms.values())
        found = [safely(alarm, at, lambda one=alarm: evaluate_metric(one, at)) for alarm in alarms if isinstance(alarm, MetricAlarm)]
        return [transition for transition in found if transition] + evaluate_composites(backend, at)


def evaluate_composites(backend: Any, at: float) -> list[Transition]:
    """Children before their parents; alarms that depend on themselves stay as they are."""
    transitions: dict[str, Transition] = {}
    done: set[str] = set()

    def visit(alarm: Alarm, path: tuple[str, ...]) -> None:
        if not isinstance(alarm, CompositeAlarm) or alarm.name in done or alarm.name in path:
            return
        for child in alarm.children:
            if child in backend.alarms:
                visit(backend.alarms[child], (*path, alarm.name))
        done.add(alarm.name)
        transition = safely(alarm, at, lambda: evaluate_composite(alarm, at))
        if transition:
            transitions[alarm.name] = transition
    with _lock:
        for alarm in list(backend.alarms.values()):
            visit(alarm, ())
    return list(transitions.values())


def set_state(alarm: Alarm, value: str, reason: str, data: str, at: float) -> list[Transition]:
    with _lock:
        changed = alarm.change(value, reason, data, at)
        return ([changed] if changed else []) + evaluate_composites(alarm.backend, at)


def safely(alarm: Alarm, at: float, step: Callable[[], Transition | None]) -> Transition | None:
    try:
        return step()
    except Exception as error:  # one bad alarm must not stop the others
        log("cloudwatch.evaluation_failed", alarm=alarm.name, at=stamp(at), error=f"{type(error).__name__}: {error}")
        return None


def evaluate_metric(alarm: MetricAlarm, at: float) -> Transition | None:
    """The window slides with the clock and ends with the last full minute (or period, if that is shorter)."""
    step = min(alarm.period, MINUTE)
    end = int(at // step) * step
    size = alarm.periods + EXTRA_PERIODS
    ends = [end - (size - 1 - place) * alarm.period for place in range(size)]
    values = alarm.queries.values(alarm.backend.store, alarm.watched, ends, alarm.period)
    compare, threshold = COMPARE[alarm.comparison][0], alarm.threshold
    verdict = judge(values, alarm.periods, alarm.needed, alarm.treatment, lambda value: compare(value, threshold))
    if verdict.state is None or verdict.state == alarm.value:
        return None
    starts = [end - alarm.period for end in ends]
    return alarm.change(verdict.state, reason_of(alarm, verdict, values, starts), data_of(alarm, verdict, values, starts, at), at)


def plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def reason_of(alarm: MetricAlarm, verdict: Verdict, values: list[float | None], starts: list[int]) -> str:
    if verdict.state == INSUFFICIENT_DATA:
        return f"Insufficient Data: {plural(alarm.periods, 'datapoint')} {'was' if alarm.periods == 1 else 'were'} unknown."
    treated = "" if not verdict.filled or alarm.treatment not in ("breaching", "notBreaching") else (
        f"{plural(verdict.filled, 'missing datapoint')} {'was' if verdict.filled == 1 else 'were'} treated as "
        f"[{'Breaching' if alarm.treatment == BREACHING else 'NonBreaching'}]")
    if not verdict.evaluated:
        return f"Threshold Crossed: no datapoints were received for {plural(alarm.periods, 'period')} and {treated}."
    in_alarm = verdict.state == ALARM
    compare = COMPARE[alarm.comparison][0]
    shown = [place for place in verdict.evaluated if compare(values[place], alarm.threshold) == in_alarm] or verdict.evaluated
    points = ", ".join(f"{values[place]} ({moment(starts[place]):%d/%m/%y %H:%M:%S})" for place in shown)
    verb = "was" if len(shown) == 1 else "were"
    minimum = plural(alarm.needed if in_alarm else alarm.periods - alarm.needed + 1, "datapoint")
    change = "OK -> ALARM" if in_alarm else "ALARM -> OK"
    return (f"Threshold Crossed: {len(shown)} out of the last {plural(alarm.periods, 'datapoint')} [{points}] {verb} "
            f"{'' if in_alarm else 'not '}{COMPARE[alarm.comparison][1]} the threshold ({alarm.threshold})"
            f"{f' and {treated}' if treated else ''} (minimum {minimum} for {change} transition).")


def data_of(alarm: MetricAlarm, verdict: Verdict, values: list[float | None], starts: list[int], at: float) -> str:
    points = [{"timestamp": stamp(starts[place]), "value": values[place]} for place in verdict.evaluated]
    oldest = verdict.evaluated[-1] if verdict.evaluated else None
    single = not alarm.given.get("Metrics")
    return json.dumps({
        "version": "1.0", "queryDate": stamp(at), **({"startDate": stamp(starts[oldest])} if oldest is not None else {}),
        **({"statistic": alarm.given.get("Statistic") or alarm.given.get("ExtendedStatistic")} if single else {}), "period": alarm.period,
        "recentDatapoints": [point["value"] for point in reversed(points)], "threshold": alarm.threshold, "evaluatedDatapoints": points})


def evaluate_composite(alarm: CompositeAlarm, at: float) -> Transition | None:
    alarms = alarm.backend.alarms

    def state(name: str) -> str:
        return alarms[name].value if name in alarms else INSUFFICIENT_DATA
    value = ALARM if alarm.rule(state) else OK
    if value == alarm.value:
        return None
    children = [alarms[name] for name in alarm.children if name in alarms]
    latest = max(children, key=lambda child: child.transitioned, default=None)
    if alarm.value == INSUFFICIENT_DATA or latest is None:
        reason = f"{alarm.alarm_arn} was created and its alarm rule evaluates to {value}"
    else:
        reason = f"{latest.alarm_arn} transitioned to {latest.value} at {moment(latest.transitioned):%A %d %B, %Y %H:%M:%S} UTC"
    shown = [{"Arn": child.alarm_arn, "State": {"Value": child.value, "Timestamp": stamp(child.updated)}} for child in children]
    data = json.dumps({"triggeringAlarms": [{"arn": child["Arn"], "state": {"value": child["State"]["Value"],
                                                                            "timestamp": child["State"]["Timestamp"]}} for child in shown]})
    changed = alarm.change(value, reason, data, at)
    if changed:
        changed.children = shown
    return changed
