"""AWS::IAM::Role, Policy and ManagedPolicy. Policies are kept and can be read; nothing is ever denied because of one."""
from __future__ import annotations

import functools
import json
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..patching import wrap
from . import tagging
from .documents import document

AWS_POLICY = "arn:aws:iam::aws:policy/"


def attach(context: Context, old: dict[str, Any], new: dict[str, Any], role: str) -> None:
    before, after = old.get("ManagedPolicyArns") or [], new.get("ManagedPolicyArns") or []
    for arn in [arn for arn in before if arn not in after]:
        context.call("iam", "detach_role_policy", RoleName=role, PolicyArn=arn)
    for arn in [arn for arn in after if arn not in before]:
        context.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)


def inline(context: Context, old: dict[str, Any], new: dict[str, Any], role: str) -> None:
    before = {p["PolicyName"] for p in old.get("Policies") or []}
    after = {p["PolicyName"]: p["PolicyDocument"] for p in new.get("Policies") or []}
    for name in sorted(before - after.keys()):
        context.call("iam", "delete_role_policy", RoleName=role, PolicyName=name)
    for name, policy in after.items():
        context.call("iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=document(policy))


@resource("AWS::IAM::Role")
class Role(Handler):
    replace_on = ("Path", "RoleName")
    name_property = "RoleName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("RoleName") or context.generated_name(64)
        role = context.call("iam", "create_role", RoleName=name,
                            AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]),
                            **pick(properties, "Description", "MaxSessionDuration", "Path", "PermissionsBoundary", "Tags"))["Role"]
        attach(context, {}, properties, name)
        inline(context, {}, properties, name)
        return Deployed(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("iam", "update_assume_role_policy", RoleName=deployed.ref,
                     PolicyDocument=document(new["AssumeRolePolicyDocument"]))
        context.call("iam", "update_role", RoleName=deployed.ref, **pick(new, "Description", "MaxSessionDuration"))
        attach(context, old, new, deployed.ref)
        inline(context, old, new, deployed.ref)
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("iam", "untag_role", RoleName=deployed.ref, TagKeys=removed)
        if changed:
            context.call("iam", "tag_role", RoleName=deployed.ref, Tags=tagging.as_list(changed))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        attach(context, properties, {}, deployed.ref)
        inline(context, properties, {}, deployed.ref)
        context.call("iam", "delete_role", RoleName=deployed.ref)


@resource("AWS::IAM::Policy")
class Policy(Handler):
    replace_on = ("PolicyName",)
    name_property = "PolicyName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        self._put(context, properties)
        return Deployed(context.generated_name(), {"Id": properties["PolicyName"]})

    def _put(self, context: Context, properties: dict[str, Any]) -> None:
        for role in properties.get("Roles") or []:
            context.call("iam", "put_role_policy", RoleName=role, PolicyName=properties["PolicyName"],
                         PolicyDocument=document(properties["PolicyDocument"]))

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        for role in set(old.get("Roles") or []) - set(new.get("Roles") or []):
            context.call("iam", "delete_role_policy", RoleName=role, PolicyName=old["PolicyName"])
        self._put(context, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        for role in properties.get("Roles") or []:
            context.call("iam", "delete_role_policy", RoleName=role, PolicyName=properties["PolicyName"])


@resource("AWS::IAM::ManagedPolicy")
class ManagedPolicy(Handler):
    replace_on = ("Description", "ManagedPolicyName", "Path")
    name_property = "ManagedPolicyName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        policy = context.call("iam", "create_policy", PolicyName=properties.get("ManagedPolicyName") or context.generated_name(128),
                              PolicyDocument=document(properties["PolicyDocument"]), **pick(properties, "Description", "Path"))["Policy"]
        self._attach(context, policy["Arn"], set(), set(properties.get("Roles") or []))
        return Deployed(policy["Arn"], {"PolicyArn": policy["Arn"], "PolicyId": policy["PolicyId"]})

    def _attach(self, context: Context, arn: str, old: set[str], new: set[str]) -> None:
        for role in sorted(old - new):
            context.call("iam", "detach_role_policy", RoleName=role, PolicyArn=arn)
        for role in sorted(new - old):
            context.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        if old["PolicyDocument"] != new["PolicyDocument"]:
            for version in context.call("iam", "list_policy_versions", PolicyArn=deployed.ref)["Versions"]:
                if not version["IsDefaultVersion"]:  # a policy has five versions at most
                    context.call("iam", "delete_policy_version", PolicyArn=deployed.ref, VersionId=version["VersionId"])
            context.call("iam", "create_policy_version", PolicyArn=deployed.ref, SetAsDefault=True,
                         PolicyDocument=document(new["PolicyDocument"]))
        self._attach(context, deployed.ref, set(old.get("Roles") or []), set(new.get("Roles") or []))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        self._attach(context, deployed.ref, set(properties.get("Roles") or []), set())
        for version in context.call("iam", "list_policy_versions", PolicyArn=deployed.ref)["Versions"]:
            if not version["IsDefaultVersion"]:
                context.call("iam", "delete_policy_version", PolicyArn=deployed.ref, VersionId=version["VersionId"])
        context.call("iam", "delete_policy", PolicyArn=deployed.ref)


@functools.cache
def aws_policies() -> dict[str, Any]:
    return json.loads(aws_managed_policies_data)


@wrap(IAMBackend, "attach_role_policy")
def attach_role_policy(original: Any, self: Any, policy_arn: str, role_name: str) -> None:
    """AWS's own policies come into being when they are used: to make all 1,500 of them would take a second per reset."""
    name = policy_arn.rsplit("/", 1)[-1]
    if policy_arn.startswith(AWS_POLICY) and policy_arn not in self.managed_policies and name in aws_policies():
        self.managed_policies[policy_arn] = AWSManagedPolicy.from_data(name, self.account_id, self.region_name, aws_policies()[name])
    original(self, policy_arn, role_name)
