"""AWS::DynamoDB::Table."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource


@resource("AWS::DynamoDB::Table")
class Table(Handler):
    replace_on = ("TableName", "KeySchema", "LocalSecondaryIndexes")
    name_property = "TableName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("TableName") or context.generated_name()
        stream = properties.get("StreamSpecification")
        if stream:
            stream = {**stream, "StreamEnabled": True}
        made = context.call("dynamodb", "create_table", TableName=name, StreamSpecification=stream,
                            **pick(properties, "AttributeDefinitions", "BillingMode", "DeletionProtectionEnabled",
                                   "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes", "ProvisionedThroughput",
                                   "Tags"))["TableDescription"]
        self._configure(context, name, properties)
        return Deployed(name, {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", ""), "TableId": made.get("TableId", "")})

    def _configure(self, context: Context, name: str, properties: dict[str, Any]) -> None:
        lifetime, recovery = properties.get("TimeToLiveSpecification"), properties.get("PointInTimeRecoverySpecification")
        if lifetime and str(lifetime.get("Enabled", True)).lower() == "true":
            known = context.call("dynamodb", "describe_time_to_live", TableName=name)["TimeToLiveDescription"]
            if known.get("TimeToLiveStatus") != "ENABLED":
                context.call("dynamodb", "update_time_to_live", TableName=name,
                             TimeToLiveSpecification={"AttributeName": lifetime["AttributeName"], "Enabled": True})
        if recovery:
            context.call("dynamodb", "update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=recovery)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        changed = {k: v for k, v in pick(new, "BillingMode", "DeletionProtectionEnabled", "ProvisionedThroughput").items()
                   if old.get(k) != v}
        if changed:
            context.call("dynamodb", "update_table", TableName=deployed.ref, **changed)
        self._configure(context, deployed.ref, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("dynamodb", "delete_table", TableName=deployed.ref)
