"""What a change of state sets off: notifications, invocations, and an event."""
from __future__ import annotations

import datetime
import functools
import json
from typing import Any

import botocore.session

from .. import clients
from ..event_bus import bus
from ..journal import log
from .alarms import MetricAlarm, Transition, stamp


def perform(transitions: list[Transition]) -> None:
    for transition in transitions:
        log("cloudwatch.alarm_changed", region=transition.alarm.backend.region_name, **transition.summary())
        publish_event(transition)
        if transition.alarm.enabled:
            for action in transition.alarm.actions(transition.new["value"]):
                perform_safely(transition, action)


def perform_safely(transition: Transition, action: str) -> None:
    alarm = transition.alarm
    try:
        perform_one(transition, action)
        outcome = {"actionState": "Succeeded"}
    except Exception as error:  # an action that fails must not stop the others
        outcome = {"actionState": "Failed", "error": f"{type(error).__name__}: {error}"}
        log("cloudwatch.action_failed", alarm=alarm.name, action=action, error=outcome["error"])
    verb = "Successfully executed" if outcome["actionState"] == "Succeeded" else "Failed to execute"
    alarm.record("Action", f"{verb} action {action}", transition.at,
                 {**outcome, "stateUpdateTimestamp": int(transition.at * 1000), "notificationResource": action})


def perform_one(transition: Transition, action: str) -> None:
    parts = action.split(":")
    if parts[2] == "sns":
        name, place = transition.alarm.name, region_name(transition.alarm.backend.region_name)
        clients.call("sns", parts[3], "publish", TopicArn=action, Message=json.dumps(message_of(transition)),
                     Subject=f'{transition.new["value"]}: "{name}" in {place}'[:100])
    elif parts[2] == "lambda":
        clients.call("lambda", parts[3], "invoke", FunctionName=action, InvocationType="Event", Payload=json.dumps(lambda_event(transition)).encode())
    else:
        raise NotImplementedError(f"local-aws performs actions of sns and lambda, not of {parts[2]}")


@functools.cache
def region_names() -> dict[str, str]:
    partitions = botocore.session.get_session().get_data("endpoints")["partitions"]
    return {name: region["description"] for partition in partitions for name, region in partition["regions"].items()}


def region_name(region: str) -> str:
    return region_names().get(region, region)


def message_of(transition: Transition) -> dict[str, Any]:
    alarm = transition.alarm
    message = {
        "AlarmName": alarm.name, "AlarmDescription": alarm.given.get("AlarmDescription"), "AWSAccountId": alarm.backend.account_id,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured), "NewStateValue": transition.new["value"],
        "NewStateReason": transition.new["reason"], "StateChangeTime": stamp(transition.at), "Region": region_name(alarm.backend.region_name),
        "AlarmArn": alarm.alarm_arn, "OldStateValue": transition.old["value"], "OKActions": alarm.actions("OK"),
        "AlarmActions": alarm.actions("ALARM"), "InsufficientDataActions": alarm.actions("INSUFFICIENT_DATA")}
    if isinstance(alarm, MetricAlarm):
        return {**message, "Trigger": trigger_of(alarm)}
    return {**message, "AlarmRule": alarm.given["AlarmRule"], "TriggeringChildren": transition.children}


def trigger_of(alarm: MetricAlarm) -> dict[str, Any]:
    given = alarm.given
    common = {"Period": alarm.period, "EvaluationPeriods": alarm.periods, "DatapointsToAlarm": alarm.needed,
              "ComparisonOperator": alarm.comparison, "Threshold": alarm.threshold, "TreatMissingData": alarm.treatment,
              "EvaluateLowSampleCountPercentile": given.get("EvaluateLowSampleCountPercentile") or ""}
    if given.get("Metrics"):
        return {**common, "Metrics": [query_of(query) for query in given["Metrics"]]}
    statistic = given.get("Statistic")
    kind = {"StatisticType": "Statistic", "Statistic": statistic.upper()} if statistic else {
        "StatisticType": "ExtendedStatistic", "ExtendedStatistic": given["ExtendedStatistic"]}
    return {"MetricName": given["MetricName"], "Namespace": given["Namespace"], **kind, "Unit": given.get("Unit"),
            "Dimensions": lower_dimensions(given.get("Dimensions")), **common}


def lower_dimensions(dimensions: Any) -> list[dict[str, str]]:
    return [{"value": d["Value"], "name": d["Name"]} for d in dimensions or []]


def query_of(query: dict[str, Any]) -> dict[str, Any]:
    shown = {"Id": query["Id"], "Label": query.get("Label"), "ReturnData": query.get("ReturnData") is not False}
    if query.get("Expression"):
        return {"Expression": query["Expression"], **shown}
    stat = query["MetricStat"]
    metric = {**stat["Metric"], "Dimensions": lower_dimensions(stat["Metric"].get("Dimensions"))}
    return {**shown, "MetricStat": {**stat, "Metric": metric}}


def configuration_of(transition: Transition) -> dict[str, Any]:
    """As events have it: every metric in the same form."""
    alarm = transition.alarm
    description = {"description": alarm.given["AlarmDescription"]} if alarm.given.get("AlarmDescription") else {}
    if not isinstance(alarm, MetricAlarm):
        return {**description, "alarmRule": alarm.given["AlarmRule"]}
    return {**description, "metrics": [metric_of(query) for query in alarm.queries.by_id.values()]}


def metric_of(query: dict[str, Any]) -> dict[str, Any]:
    shown = {"id": query["Id"], "returnData": query.get("ReturnData") is not False}
    if query.get("Expression"):
        return {**shown, "expression": query["Expression"], **({"label": query["Label"]} if query.get("Label") else {})}
    stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
    return {**shown, "metricStat": {
        "metric": {"namespace": metric["Namespace"], "name": metric["MetricName"],
                   "dimensions": {d["Name"]: d["Value"] for d in metric.get("Dimensions") or []}},
        "period": int(stat["Period"]), "stat": stat["Stat"]}}


def lambda_event(transition: Transition) -> dict[str, Any]:
    alarm = transition.alarm
    return {"source": "aws.cloudwatch", "alarmArn": alarm.alarm_arn, "accountId": alarm.backend.account_id, "time": stamp(transition.at),
            "region": alarm.backend.region_name,
            "alarmData": {"alarmName": alarm.name, "state": transition.new, "previousState": transition.old,
                          "configuration": configuration_of(transition)}}


def publish_event(transition: Transition) -> None:
    """"CloudWatch Alarm State Change", on the default bus; not by PutEvents, which AWS does not let anybody use for its own sources."""
    from moto.events.models import events_backends
    alarm = transition.alarm
    if not bus.rules(alarm.backend.account_id, alarm.backend.region_name):
        return
    detail = {"alarmName": alarm.name, "state": transition.new, "previousState": transition.old, "configuration": configuration_of(transition)}
    when = datetime.datetime.fromtimestamp(transition.at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        events_backends[alarm.backend.account_id][alarm.backend.region_name].put_events([{
            "Source": "aws.cloudwatch", "DetailType": "CloudWatch Alarm State Change", "Detail": json.dumps(detail),
            "Resources": [alarm.alarm_arn], "Time": when}])
    except Exception as error:
        log("cloudwatch.event_failed", alarm=alarm.name, error=f"{type(error).__name__}: {error}")
