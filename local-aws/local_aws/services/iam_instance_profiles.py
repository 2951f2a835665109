"""AWS::IAM::InstanceProfile."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource


@resource("AWS::IAM::InstanceProfile")
class InstanceProfile(Handler):
    replace_on = ("InstanceProfileName", "Path")
    name_property = "InstanceProfileName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("InstanceProfileName") or context.generated_name(128)
        made = context.call("iam", "create_instance_profile", InstanceProfileName=name, **pick(properties, "Path"))["InstanceProfile"]
        self._hold(context, name, [], properties["Roles"])
        return Deployed(name, {"Arn": made["Arn"]})

    def _hold(self, context: Context, name: str, old: list[str], new: list[str]) -> None:
        for role in [role for role in old if role not in new]:
            context.call("iam", "remove_role_from_instance_profile", InstanceProfileName=name, RoleName=role)
        for role in [role for role in new if role not in old]:
            context.call("iam", "add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._hold(context, deployed.ref, old["Roles"], new["Roles"])
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        self._hold(context, deployed.ref, properties["Roles"], [])
        context.call("iam", "delete_instance_profile", InstanceProfileName=deployed.ref)
