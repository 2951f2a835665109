"""AWS::KMS::Key and Alias. Keys really encrypt; key policies are kept, not enforced."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from . import tagging
from .documents import document


@resource("AWS::KMS::Key")
class Key(Handler):
    replace_on = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        made = context.call("kms", "create_key", Policy=document(self._policy(context, properties)),
                            Tags=tagging.as_list(tagging.as_map(properties), "TagKey", "TagValue"),
                            **pick(properties, "Description", "KeySpec", "KeyUsage", "MultiRegion"))["KeyMetadata"]
        self._set_rotation(context, made["KeyId"], properties)
        return Deployed(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})

    def _policy(self, context: Context, properties: dict[str, Any]) -> Any:
        return properties.get("KeyPolicy") or {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{context.account}:root"}, "Action": "kms:*", "Resource": "*"}]}

    def _set_rotation(self, context: Context, key: str, properties: dict[str, Any]) -> None:
        wanted = str(properties.get("EnableKeyRotation", False)).lower() == "true"
        period = {"RotationPeriodInDays": properties.get("RotationPeriodInDays")} if wanted else {}
        context.call("kms", "enable_key_rotation" if wanted else "disable_key_rotation", KeyId=key, **period)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("kms", "put_key_policy", KeyId=deployed.ref, PolicyName="default", Policy=document(self._policy(context, new)))
        context.call("kms", "update_key_description", KeyId=deployed.ref, Description=new.get("Description", ""))
        self._set_rotation(context, deployed.ref, new)
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("kms", "untag_resource", KeyId=deployed.ref, TagKeys=removed)
        if changed:
            context.call("kms", "tag_resource", KeyId=deployed.ref, Tags=tagging.as_list(changed, "TagKey", "TagValue"))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        state = context.call("kms", "describe_key", KeyId=deployed.ref)["KeyMetadata"]["KeyState"]
        if state != "PendingDeletion":
            context.call("kms", "schedule_key_deletion", KeyId=deployed.ref, PendingWindowInDays=properties.get("PendingWindowInDays", 30))


@resource("AWS::KMS::Alias")
class Alias(Handler):
    replace_on = ("AliasName",)
    name_property = "AliasName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("kms", "create_alias", **pick(properties, "AliasName", "TargetKeyId"))
        return Deployed(properties["AliasName"])

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("kms", "update_alias", **pick(new, "AliasName", "TargetKeyId"))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("kms", "delete_alias", AliasName=deployed.ref)
