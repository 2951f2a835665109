"""AWS::CloudWatch::Alarm, CompositeAlarm and Dashboard."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, resource


class AnyAlarm(Handler):
    replace_on = ("AlarmName",)
    name_property = "AlarmName"
    operation = ""

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties.get("AlarmName") or context.generated_name(), properties)

    def _put(self, context: Context, name: str, properties: dict[str, Any]) -> Deployed:
        context.call("cloudwatch", self.operation, **{**properties, "AlarmName": name})
        return Deployed(name, {"Arn": f"arn:aws:cloudwatch:{context.region}:{context.account}:alarm:{name}"})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, deployed.ref, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("cloudwatch", "delete_alarms", AlarmNames=[deployed.ref])


@resource("AWS::CloudWatch::Alarm")
class Alarm(AnyAlarm):
    operation = "put_metric_alarm"


@resource("AWS::CloudWatch::CompositeAlarm")
class CompositeAlarm(AnyAlarm):
    operation = "put_composite_alarm"


@resource("AWS::CloudWatch::Dashboard")
class Dashboard(Handler):
    replace_on = ("DashboardName",)
    name_property = "DashboardName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties.get("DashboardName") or context.generated_name(), properties)

    def _put(self, context: Context, name: str, properties: dict[str, Any]) -> Deployed:
        context.call("cloudwatch", "put_dashboard", DashboardName=name, DashboardBody=properties["DashboardBody"])
        return Deployed(name)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, deployed.ref, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("cloudwatch", "delete_dashboards", DashboardNames=[deployed.ref])
