"""AWS::ECR::Repository, which the CDK bootstrap stack has."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from .documents import document


@resource("AWS::ECR::Repository")
class Repository(Handler):
    replace_on = ("RepositoryName", "EncryptionConfiguration")
    name_property = "RepositoryName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("RepositoryName") or context.generated_name().lower()
        made = context.call("ecr", "create_repository", repositoryName=name)["repository"]
        self._set_policy(context, name, properties)
        return Deployed(name, {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]})

    def _set_policy(self, context: Context, name: str, properties: dict[str, Any]) -> None:
        if pick(properties, "RepositoryPolicyText"):
            context.call("ecr", "set_repository_policy", repositoryName=name, policyText=document(properties["RepositoryPolicyText"]))

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._set_policy(context, deployed.ref, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ecr", "delete_repository", repositoryName=deployed.ref)
