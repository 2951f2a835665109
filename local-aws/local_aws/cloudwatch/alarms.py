"""The alarms of a region: their configuration, their state, and the history of both."""
from __future__ import annotations

import dataclasses
import datetime
import json
import time
from typing import Any

from .decision import INSUFFICIENT_DATA, MISSING
from .queries import Queries
from .rules import Rule
from .validation import check_composite_alarm, check_metric_alarm, watched_of

METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"
NOT_KEPT = ("AlarmName", "Tags")
HISTORY_KEPT = 20_000


def moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def stamp(seconds: float) -> str:
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


@dataclasses.dataclass
class Transition:
    """A change of state: what actions and answers need to know of it."""

    alarm: Alarm
    old: dict[str, Any]
    new: dict[str, Any]
    at: float
    children: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        return {"alarm": self.alarm.name, "from": self.old["value"], "to": self.new["value"], "reason": self.new["reason"],
                "at": moment(self.at).isoformat(timespec="seconds").replace("+00:00", "Z")}


class Alarm:
    def __init__(self, backend: Any, kind: str, name: str) -> None:
        self.backend, self.kind, self.name = backend, kind, name
        self.alarm_arn = f"arn:aws:cloudwatch:{backend.region_name}:{backend.account_id}:alarm:{name}"
        self.value, self.reason, self.data = INSUFFICIENT_DATA, "Unchecked: Initial alarm creation", ""
        self.configured = self.updated = self.transitioned = time.time()
        self.given: dict[str, Any] = {}

    def configure(self, given: dict[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None and name not in NOT_KEPT}
        self.configured = time.time()

    @property
    def state(self) -> dict[str, Any]:
        """As EventBridge and the history word it."""
        return {"value": self.value, "reason": self.reason, **({"reasonData": self.data} if self.data else {}), "timestamp": stamp(self.updated)}

    @property
    def enabled(self) -> bool:
        return self.given.get("ActionsEnabled") is not False

    def actions(self, value: str) -> list[str]:
        return list(self.given.get({"OK": "OKActions", "ALARM": "AlarmActions"}.get(value, "InsufficientDataActions")) or [])

    def change(self, value: str, reason: str, data: str, at: float) -> Transition | None:
        """None when it is in that state already."""
        if value == self.value:
            return None
        old = self.state
        self.value, self.reason, self.data = value, reason, data
        self.updated = self.transitioned = at
        self.record("StateUpdate", f"Alarm updated from {old['value']} to {value}", at,
                    {"version": "1.0", "oldState": history_of(old), "newState": history_of(self.state)})
        return Transition(self, old, self.state, at)

    def record(self, kind: str, summary: str, at: float, data: dict[str, Any]) -> None:
        history = self.backend.alarm_history
        history.append({"AlarmName": self.name, "AlarmType": self.kind, "Timestamp": moment(at), "HistoryItemType": kind,
                        "HistorySummary": summary, "HistoryData": json.dumps(data, default=str)})
        del history[:-HISTORY_KEPT]

    def described(self) -> dict[str, Any]:
        return {"AlarmName": self.name, "AlarmArn": self.alarm_arn, "ActionsEnabled": self.enabled, "OKActions": self.actions("OK"),
                "AlarmActions": self.actions("ALARM"), "InsufficientDataActions": self.actions(INSUFFICIENT_DATA),
                "AlarmConfigurationUpdatedTimestamp": moment(self.configured), "StateValue": self.value, "StateReason": self.reason,
                **({"StateReasonData": self.data} if self.data else {}), "StateUpdatedTimestamp": moment(self.updated),
                "StateTransitionedTimestamp": moment(self.transitioned),
                **{name: value for name, value in self.given.items() if name != "ActionsEnabled"}}


def history_of(state: dict[str, Any]) -> dict[str, Any]:
    data = state.get("reasonData")
    return {"stateValue": state["value"], "stateReason": state["reason"], **({"stateReasonData": json.loads(data)} if data else {})}


class MetricAlarm(Alarm):
    queries: Queries

    def configure(self, given: dict[str, Any]) -> None:
        self.queries = check_metric_alarm(given)
        super().configure(given)
        self.watched, self.period = watched_of(self.queries), self.queries.period
        self.periods = int(given["EvaluationPeriods"])
        self.needed = int(given.get("DatapointsToAlarm") or self.periods)
        self.threshold, self.comparison = float(given["Threshold"]), str(given["ComparisonOperator"])

    @property
    def treatment(self) -> str:
        return str(self.given.get("TreatMissingData") or MISSING)

    def described(self) -> dict[str, Any]:
        shown = super().described()
        if not self.given.get("Metrics"):
            shown["Dimensions"] = self.given.get("Dimensions") or []
        return shown


class CompositeAlarm(Alarm):
    rule: Rule

    def configure(self, given: dict[str, Any]) -> None:
        self.rule, self.children = check_composite_alarm(given, self.backend.alarms)
        super().configure(given)


def put(backend: Any, given: dict[str, Any]) -> Alarm:
    """Creates it, or gives it another configuration and leaves its state alone."""
    kind = COMPOSITE if "AlarmRule" in given else METRIC
    name = given.get("AlarmName") or ""
    existing = backend.alarms.get(name)
    alarm = existing if existing and existing.kind == kind else (CompositeAlarm if kind == COMPOSITE else MetricAlarm)(backend, kind, name)
    alarm.configure(given)
    backend.alarms[name] = alarm
    verb = "updated" if alarm is existing else "created"
    alarm.record("ConfigurationUpdate", f'Alarm "{name}" {verb}', alarm.configured,
                 {"version": "1.0", "type": verb.removesuffix("d").capitalize(), f"{verb}Alarm": alarm.given})
    return alarm
