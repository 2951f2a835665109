"""The alarms' part of the CloudWatch API, in place of moto's, whose alarms begin as OK and stay so."""
from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudwatch.exceptions import InvalidFormat, ResourceNotFound
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from ..cloudwatch import alarms, backends  # noqa: F401  (backends gives moto's backend its store)
from ..cloudwatch.actions import perform
from ..cloudwatch.alarms import COMPOSITE, METRIC, Alarm
from ..cloudwatch.evaluation import set_state
from ..cloudwatch.store import dimensions_of
from ..cloudwatch.validation import one_of
from ..errors import ValidationError
from ..patching import replace

STATES = ("INSUFFICIENT_DATA", "ALARM", "OK")
MOST_RECORDS = 100


def paged(items: list[Any], given: dict[str, Any]) -> tuple[list[Any], dict[str, str]]:
    start, size = int(given.get("NextToken") or 0), int(given.get("MaxRecords") or MOST_RECORDS)
    return items[start:start + size], {"NextToken": str(start + size)} if start + size < len(items) else {}


def put_alarm(self: Any) -> ActionResult:
    given, backend = self._get_params(), self.cloudwatch_backend
    alarm = alarms.put(backend, given)
    if given.get("Tags"):
        backend.tagger.tag_resource(alarm.alarm_arn, given["Tags"])
    return EmptyResult()


CloudWatchResponse.put_metric_alarm = CloudWatchResponse.put_composite_alarm = put_alarm


def wanted(given: dict[str, Any], everything: dict[str, Alarm]) -> Iterable[Alarm]:
    tests: list[Callable[[Alarm], bool]] = [lambda alarm: alarm.kind in (given.get("AlarmTypes") or [METRIC])]
    if not given.get("AlarmTypes") and (given.get("ChildrenOfAlarmName") or given.get("ParentsOfAlarmName")):
        tests = []
    if given.get("AlarmNames"):
        tests.append(lambda alarm: alarm.name in given["AlarmNames"])
    if given.get("AlarmNamePrefix"):
        tests.append(lambda alarm: alarm.name.startswith(given["AlarmNamePrefix"]))
    if given.get("StateValue"):
        tests.append(lambda alarm: alarm.value == given["StateValue"])
    if given.get("ActionPrefix"):
        tests.append(lambda alarm: any(action.startswith(given["ActionPrefix"]) for state in STATES for action in alarm.actions(state)))
    if given.get("ChildrenOfAlarmName"):
        children = getattr(everything.get(given["ChildrenOfAlarmName"]), "children", [])
        tests.append(lambda alarm: alarm.name in children)
    if given.get("ParentsOfAlarmName"):
        tests.append(lambda alarm: given["ParentsOfAlarmName"] in getattr(alarm, "children", []))
    return (alarm for alarm in sorted(everything.values(), key=lambda alarm: alarm.name) if all(test(alarm) for test in tests))


@replace(CloudWatchResponse)
def describe_alarms(self: Any) -> ActionResult:
    given = self._get_params()
    found, token = paged(list(wanted(given, self.cloudwatch_backend.alarms)), given)
    return ActionResult({"MetricAlarms": [alarm.described() for alarm in found if alarm.kind == METRIC],
                         "CompositeAlarms": [alarm.described() for alarm in found if alarm.kind == COMPOSITE], **token})


@replace(CloudWatchResponse)
def describe_alarms_for_metric(self: Any) -> ActionResult:
    given = self._get_params()
    key = (given["Namespace"], given["MetricName"], dimensions_of(given.get("Dimensions")))
    found = [alarm for alarm in self.cloudwatch_backend.alarms.values() if alarm.kind == METRIC and not alarm.given.get("Metrics")
             and (alarm.given["Namespace"], alarm.given["MetricName"], dimensions_of(alarm.given.get("Dimensions"))) == key
             and all(given.get(name) in (None, alarm.given.get(name)) for name in ("Statistic", "ExtendedStatistic", "Period", "Unit"))]
    return ActionResult({"MetricAlarms": [alarm.described() for alarm in found]})


@replace(CloudWatchResponse)
def delete_alarms(self: Any) -> ActionResult:
    names, everything = self._get_params().get("AlarmNames") or [], self.cloudwatch_backend.alarms
    missing = [name for name in names if name not in everything]
    if missing:
        raise ResourceNotFound(f"Alarms not found: {', '.join(missing)}")
    for alarm in list(everything.values()):
        used = [name for name in getattr(alarm, "children", []) if name in names]
        if used and alarm.name not in names:
            raise ValidationError(f"Cannot delete {', '.join(used)} as there are composite alarm(s) depending on it: {alarm.name}")
    for name in names:
        alarm = everything.pop(name, None)
        if alarm:
            self.cloudwatch_backend.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
            alarm.record("ConfigurationUpdate", f'Alarm "{name}" deleted', time.time(), {"version": "1.0", "type": "Delete"})
    return EmptyResult()


@replace(CloudWatchResponse)
def set_alarm_state(self: Any) -> ActionResult:
    given = self._get_params()
    data = given.get("StateReasonData") or ""
    try:
        json.loads(data or "{}")
    except ValueError as error:
        raise InvalidFormat("StateReasonData is no JSON") from error
    one_of(given, "StateValue", STATES)
    alarm = self.cloudwatch_backend.alarms.get(given["AlarmName"])
    if alarm is None:
        raise ResourceNotFound(f"There is no alarm {given['AlarmName']}")
    perform(set_state(alarm, given["StateValue"], given["StateReason"], data, time.time()))
    return EmptyResult()


def switch_actions(self: Any, enabled: bool) -> ActionResult:
    for name in self._get_params().get("AlarmNames") or []:
        if name in self.cloudwatch_backend.alarms:
            self.cloudwatch_backend.alarms[name].given["ActionsEnabled"] = enabled
    return EmptyResult()


@replace(CloudWatchResponse)
def enable_alarm_actions(self: Any) -> ActionResult:
    return switch_actions(self, True)


@replace(CloudWatchResponse)
def disable_alarm_actions(self: Any) -> ActionResult:
    return switch_actions(self, False)


@replace(CloudWatchResponse)
def describe_alarm_history(self: Any) -> ActionResult:
    given = self._get_params()
    kinds, start, end = given.get("AlarmTypes") or [METRIC], given.get("StartDate"), given.get("EndDate")

    def fits(item: dict[str, Any]) -> bool:
        at = item["Timestamp"].timestamp()
        return (item["AlarmType"] in kinds and given.get("AlarmName") in (None, item["AlarmName"])
                and given.get("HistoryItemType") in (None, item["HistoryItemType"])
                and (start is None or backends.seconds(start) <= at) and (end is None or at <= backends.seconds(end)))
    items = [item for item in self.cloudwatch_backend.alarm_history if fits(item)]
    items.sort(key=lambda item: item["Timestamp"])
    if given.get("ScanBy") != "TimestampAscending":
        items.reverse()
    found, token = paged(items, given)
    return ActionResult({"AlarmHistoryItems": found, **token})
