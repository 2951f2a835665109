"""AWS::DynamoDB::Table."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from . import tagging


@resource("AWS::DynamoDB::Table")
class Table(Handler):
    replace_on = ("TableName", "KeySchema", "LocalSecondaryIndexes")
    name_property = "TableName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("TableName") or context.generated_name()
        made = context.call("dynamodb", "create_table", TableName=name, StreamSpecification=stream(properties),
                            SSESpecification=encryption(properties),
                            **pick(properties, "AttributeDefinitions", "BillingMode", "DeletionProtectionEnabled",
                                   "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes", "OnDemandThroughput",
                                   "ProvisionedThroughput", "TableClass", "Tags", "WarmThroughput"))["TableDescription"]
        self._configure(context, name, properties)
        return Deployed(name, attributes(made))

    def _configure(self, context: Context, name: str, properties: dict[str, Any]) -> None:
        recovery = properties.get("PointInTimeRecoverySpecification")
        self._set_lifetime(context, name, properties.get("TimeToLiveSpecification") or {})
        if recovery:
            context.call("dynamodb", "update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=recovery)

    def _set_lifetime(self, context: Context, name: str, wanted: dict[str, Any]) -> None:
        known = context.call("dynamodb", "describe_time_to_live", TableName=name)["TimeToLiveDescription"]
        attribute = wanted.get("AttributeName") if str(wanted.get("Enabled", True)).lower() == "true" else None
        current = known.get("AttributeName") if known.get("TimeToLiveStatus") == "ENABLED" else None
        for value, enabled in ((current, False), (attribute, True)):
            if value and current != attribute:
                context.call("dynamodb", "update_time_to_live", TableName=name,
                             TimeToLiveSpecification={"AttributeName": value, "Enabled": enabled})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        changed = {k: v for k, v in pick(new, "BillingMode", "DeletionProtectionEnabled", "ProvisionedThroughput").items()
                   if old.get(k) != v}
        if old.get("DeletionProtectionEnabled") and "DeletionProtectionEnabled" not in new:
            changed["DeletionProtectionEnabled"] = False
        if encryption(old) != encryption(new):
            changed["SSESpecification"] = encryption(new) or {"Enabled": False}
        if changed:
            context.call("dynamodb", "update_table", TableName=deployed.ref, **changed)
        self._update_stream(context, deployed.ref, stream(old), stream(new))
        self._configure(context, deployed.ref, new)
        self._update_tags(context, deployed.attributes["Arn"], old, new)
        return Deployed(deployed.ref, attributes(context.call("dynamodb", "describe_table", TableName=deployed.ref)["Table"]))

    def _update_stream(self, context: Context, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """Another kind of view is another stream."""
        if old == new:
            return
        if old:
            context.call("dynamodb", "update_table", TableName=name, StreamSpecification={"StreamEnabled": False})
        if new:
            context.call("dynamodb", "update_table", TableName=name, StreamSpecification=new)

    def _update_tags(self, context: Context, arn: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        removed, changed = tagging.difference(old, new)
        if removed or changed:  # the API of moto adds a second tag of the same name
            context.call("dynamodb", "untag_resource", ResourceArn=arn, TagKeys=[*removed, *changed])
        if changed:
            context.call("dynamodb", "tag_resource", ResourceArn=arn, Tags=tagging.as_list(changed))

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("dynamodb", "delete_table", TableName=deployed.ref)


def stream(properties: dict[str, Any]) -> dict[str, Any] | None:
    wanted = properties.get("StreamSpecification")
    return {"StreamViewType": wanted["StreamViewType"], "StreamEnabled": True} if wanted else None


def encryption(properties: dict[str, Any]) -> dict[str, Any] | None:
    wanted = properties.get("SSESpecification")
    return {"Enabled": wanted["SSEEnabled"], **pick(wanted, "KMSMasterKeyId", "SSEType")} if wanted else None


def attributes(described: dict[str, Any]) -> dict[str, Any]:
    return {"Arn": described["TableArn"], "StreamArn": described.get("LatestStreamArn", ""), "TableId": described.get("TableId", "")}
