"""AWS::SecretsManager::Secret, RotationSchedule and ResourcePolicy."""
from __future__ import annotations

import json
from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, pick, resource
from . import tagging
from .documents import document


@resource("AWS::SecretsManager::Secret")
class Secret(Handler):
    replace_on = ("Name",)
    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        arn = context.call("secretsmanager", "create_secret", Name=properties.get("Name") or context.generated_name(),
                           SecretString=self._value(context, properties), AddReplicaRegions=properties.get("ReplicaRegions"),
                           **pick(properties, "Description", "KmsKeyId", "Tags"))["ARN"]
        return Deployed(arn, {"Id": arn})

    def _value(self, context: Context, properties: dict[str, Any]) -> str | None:
        wanted = properties.get("GenerateSecretString")
        if wanted is None:
            return properties.get("SecretString")
        options = {k: v for k, v in wanted.items() if k not in ("SecretStringTemplate", "GenerateStringKey")}
        password = context.call("secretsmanager", "get_random_password", **options)["RandomPassword"]
        if "GenerateStringKey" not in wanted:
            return password
        return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        """The value stays unless the template's own has changed: a rotated secret is not set back by an update."""
        value = None
        if any(old.get(name) != new.get(name) for name in ("SecretString", "GenerateSecretString")):
            value = self._value(context, new)
        context.call("secretsmanager", "update_secret", SecretId=deployed.ref, SecretString=value,
                     Description=new.get("Description", ""),
                     KmsKeyId=new.get("KmsKeyId", "" if old.get("KmsKeyId") else None))
        self._replicate(context, deployed.ref, old, new)
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("secretsmanager", "untag_resource", SecretId=deployed.ref, TagKeys=removed)
        if changed:
            context.call("secretsmanager", "tag_resource", SecretId=deployed.ref, Tags=tagging.as_list(changed))
        return deployed

    def _replicate(self, context: Context, secret: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        before = {entry["Region"]: entry for entry in old.get("ReplicaRegions") or []}
        after = {entry["Region"]: entry for entry in new.get("ReplicaRegions") or []}
        removed = [region for region, entry in before.items() if after.get(region) != entry]
        added = [entry for region, entry in after.items() if before.get(region) != entry]
        if removed:
            context.call("secretsmanager", "remove_regions_from_replication", SecretId=secret, RemoveReplicaRegions=removed)
        if added:
            context.call("secretsmanager", "replicate_secret_to_regions", SecretId=secret, AddReplicaRegions=added)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        replicas = context.call("secretsmanager", "describe_secret", SecretId=deployed.ref).get("ReplicationStatus") or []
        if replicas:  # they stand in the way of the deletion
            context.call("secretsmanager", "remove_regions_from_replication", SecretId=deployed.ref,
                         RemoveReplicaRegions=[replica["Region"] for replica in replicas])
        context.call("secretsmanager", "delete_secret", SecretId=deployed.ref, ForceDeleteWithoutRecovery=True)


@resource("AWS::SecretsManager::RotationSchedule")
class RotationSchedule(Handler):
    replace_on = ("SecretId",)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        if properties.get("HostedRotationLambda"):
            raise ResourceFailure("HostedRotationLambda is not emulated by local-aws")
        context.call("secretsmanager", "rotate_secret", SecretId=properties["SecretId"],
                     RotateImmediately=properties.get("RotateImmediatelyOnUpdate", True),
                     **pick(properties, "RotationLambdaARN", "RotationRules"))
        return Deployed(properties["SecretId"], {"Id": properties["SecretId"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self.create(context, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("secretsmanager", "cancel_rotate_secret", SecretId=deployed.ref)


@resource("AWS::SecretsManager::ResourcePolicy")
class ResourcePolicy(Handler):
    replace_on = ("SecretId",)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("secretsmanager", "put_resource_policy", SecretId=properties["SecretId"],
                     ResourcePolicy=document(properties["ResourcePolicy"]), BlockPublicPolicy=properties.get("BlockPublicPolicy"))
        return Deployed(properties["SecretId"], {"Id": properties["SecretId"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self.create(context, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("secretsmanager", "delete_resource_policy", SecretId=deployed.ref)
