"""AWS::Logs::LogGroup, MetricFilter, SubscriptionFilter and ResourcePolicy. Metric filters emit no datapoints."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, resource
from . import tagging
from .documents import document


@resource("AWS::Logs::LogGroup")
class LogGroup(Handler):
    replace_on = ("LogGroupName",)
    name_property = "LogGroupName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("LogGroupName") or context.generated_name()
        context.call("logs", "create_log_group", logGroupName=name, tags=tagging.as_map(properties) or None, kmsKeyId=properties.get("KmsKeyId"),
                     logGroupClass=properties.get("LogGroupClass"), deletionProtectionEnabled=properties.get("DeletionProtectionEnabled"))
        self._set_retention(context, name, properties)
        return Deployed(name, {"Arn": f"arn:aws:logs:{context.region}:{context.account}:log-group:{name}:*"})

    def _set_retention(self, context: Context, name: str, properties: dict[str, Any]) -> None:
        if properties.get("RetentionInDays"):
            context.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=properties["RetentionInDays"])

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        if old.get("RetentionInDays") and not new.get("RetentionInDays"):
            context.call("logs", "delete_retention_policy", logGroupName=deployed.ref)
        self._set_retention(context, deployed.ref, new)
        if old.get("KmsKeyId") and not new.get("KmsKeyId"):
            context.call("logs", "disassociate_kms_key", logGroupName=deployed.ref)
        elif new.get("KmsKeyId") != old.get("KmsKeyId"):
            context.call("logs", "associate_kms_key", logGroupName=deployed.ref, kmsKeyId=new["KmsKeyId"])
        if new.get("DeletionProtectionEnabled") != old.get("DeletionProtectionEnabled"):
            context.call("logs", "put_log_group_deletion_protection", logGroupIdentifier=deployed.ref,
                         deletionProtectionEnabled=new.get("DeletionProtectionEnabled") or False)
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("logs", "untag_log_group", logGroupName=deployed.ref, tags=removed)
        if changed:
            context.call("logs", "tag_log_group", logGroupName=deployed.ref, tags=changed)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("logs", "delete_log_group", logGroupName=deployed.ref)


def transformation(value: dict[str, Any]) -> dict[str, Any]:
    result = {key[0].lower() + key[1:]: inner for key, inner in value.items()}
    if isinstance(result.get("dimensions"), list):
        result["dimensions"] = {d["Key"]: d["Value"] for d in result["dimensions"]}
    return result


@resource("AWS::Logs::MetricFilter")
class MetricFilter(Handler):
    replace_on = ("FilterName", "LogGroupName")
    name_property = "FilterName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties.get("FilterName") or context.generated_name(), properties)

    def _put(self, context: Context, name: str, properties: dict[str, Any]) -> Deployed:
        context.call("logs", "put_metric_filter", logGroupName=properties["LogGroupName"], filterName=name,
                     filterPattern=properties.get("FilterPattern", ""),
                     metricTransformations=[transformation(t) for t in properties["MetricTransformations"]])
        return Deployed(name)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, deployed.ref, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("logs", "delete_metric_filter", logGroupName=properties["LogGroupName"], filterName=deployed.ref)


@resource("AWS::Logs::SubscriptionFilter")
class SubscriptionFilter(Handler):
    replace_on = ("FilterName", "LogGroupName")
    name_property = "FilterName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties.get("FilterName") or context.generated_name(), properties)

    def _put(self, context: Context, name: str, properties: dict[str, Any]) -> Deployed:
        context.call("logs", "put_subscription_filter", logGroupName=properties["LogGroupName"], filterName=name,
                     filterPattern=properties.get("FilterPattern", ""), destinationArn=properties["DestinationArn"],
                     roleArn=properties.get("RoleArn"))
        return Deployed(name)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, deployed.ref, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("logs", "delete_subscription_filter", logGroupName=properties["LogGroupName"], filterName=deployed.ref)


@resource("AWS::Logs::ResourcePolicy")
class ResourcePolicy(Handler):
    replace_on = ("PolicyName",)
    name_property = "PolicyName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("logs", "put_resource_policy", policyName=properties["PolicyName"],
                     policyDocument=document(properties["PolicyDocument"]))
        return Deployed(properties["PolicyName"])

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self.create(context, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("logs", "delete_resource_policy", policyName=deployed.ref)
